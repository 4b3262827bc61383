/** docs/command-line.md, from the table of commands. */
import { COMMANDS, type CommandName } from '../../../service/cli/command-table.ts';
import { firstSentence } from '../../../service/cli/help.ts';
import { wrap } from '../../../service/cli/output/wrap.ts';
import { type Command, HEADINGS, type Option } from '../../../service/cli/table/command.ts';

/** In a cell a bar would end it. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(titles), `|${titles.map(() => '---').join('|')}|`, ...rows.map(line), ''];
}

/** As all documents are. */
const WIDTH = 120;

const wrapped = (text: string) => wrap(text, '', WIDTH);

function optionName(name: string, { short, value }: Option): string {
  return `\`${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}\``;
}

/** `### incidents list` and all that is said of it. */
function printedCommand(name: CommandName): string[] {
  const { usage, about, options, json, environment, examples = [], ...command }: Command = COMMANDS[name];
  const argumentRows = (command.arguments ?? []).map((one) => [`\`${one.name}\``, one.help]);
  const optionRows = Object.entries(options).map(([option, one]) => [optionName(option, one), one.help]);
  const variables = environment ? ' Reads the [variables](operations.md#configuration).' : '';
  return [
    `### ${name}`,
    '',
    `\`smokejumper ${usage}\``,
    '',
    ...wrapped(`${about}${variables}`),
    '',
    ...table(['Argument', 'What it is'], argumentRows),
    ...table(['Option', 'What it does'], optionRows),
    ...(json === undefined ? [] : [...wrapped(`\`--json\` prints ${json}.`), '']),
    ...(examples.length === 0 ? [] : ['```sh']),
    ...examples.flatMap(({ command: line, does }) => [`# ${does}`, `smokejumper ${line}`]),
    ...(examples.length === 0 ? [] : ['```', '']),
  ];
}

/** All commands, below their headings. */
export function printedCommands(): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  const lines = HEADINGS.flatMap((heading) => {
    const own = names.filter((name) => COMMANDS[name].heading === heading);
    const links = own.map((name) => [`[${name}](#${name.replaceAll(' ', '-')})`, firstSentence(COMMANDS[name].about)]);
    return [`## ${heading}`, '', ...table(['Command', 'What it does'], links), ...own.flatMap(printedCommand)];
  });
  return lines.join('\n').trimEnd();
}
