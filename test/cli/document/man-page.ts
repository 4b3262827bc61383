/** docs/smokejumper.1, from the table of commands: https://man7.org/linux/man-pages/man7/groff_man.7.html */
import { COMMANDS, type CommandName } from '../../../service/cli/command-table.ts';
import { type Command, HEADINGS, type Option } from '../../../service/cli/table/command.ts';

/** A backslash begins an escape, a dot or quote at the beginning of a line a request; `-` alone is a hyphen. */
function roff(text: string): string {
  const plain = text.replaceAll('`', '').replaceAll('\\', '\\e').replaceAll('-', '\\-');
  const code = (character: string) => character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  // Not every reader takes UTF-8.
  return plain.replace(/^([.'])/, '\\&$1').replaceAll(/\P{ASCII}/gu, (character) => `\\[u${code(character)}]`);
}

const bold = (text: string) => `.B ${roff(text)}`;

function tagged(tag: string, text: string): string[] {
  return ['.TP', bold(tag), roff(text)];
}

function optionTag(name: string, { short, value }: Option): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function commandLines(name: CommandName): string[] {
  const { usage, about, options, json, environment, examples = [], ...command }: Command = COMMANDS[name];
  return [
    `.SS ${roff(name)}`,
    bold(`smokejumper ${usage}`),
    '.PP',
    roff(`${about}${environment ? ' Reads the environment variables that docs/operations.md lists.' : ''}`),
    ...(command.arguments ?? []).flatMap((one) => tagged(one.name, one.help)),
    ...Object.entries(options).flatMap(([option, one]) => tagged(optionTag(option, one), one.help)),
    ...(json === undefined ? [] : ['.PP', roff(`With --json it prints ${json}.`)]),
    ...examples.flatMap(({ command: line, does }) => ['.TP', bold(`smokejumper ${line}`), roff(does)]),
  ];
}

export function manPage(): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  return [
    '.\\" Printed from the table of commands: UPDATE_GOLDEN=1 node test/run.ts test/cli/document',
    '.TH SMOKEJUMPER 1',
    '.SH NAME',
    'smokejumper \\- names the function that burns the CPU of an EC2 instance when an alarm fires',
    '.SH SYNOPSIS',
    bold('smokejumper COMMAND [ARGUMENT …] [OPTION …]'),
    ...HEADINGS.flatMap((heading) => [
      `.SH ${roff(heading.toUpperCase())}`,
      ...names.filter((name) => COMMANDS[name].heading === heading).flatMap(commandLines),
    ]),
    '.SH EXIT STATUS',
    ...tagged('0', 'done'),
    ...tagged('1', 'failed; with --json the last line on standard error is one JSON object that says why'),
    ...tagged('2', 'wrong usage'),
    ...tagged('130, 143', 'interrupted, ended'),
    '',
  ].join('\n');
}
