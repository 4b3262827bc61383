/** What `smokejumper --help` and `smokejumper COMMAND --help` print. */
import { COMMANDS, type CommandName, commandsCalled } from './command-table.ts';
import { wrap } from './output/wrap.ts';
import { type Command, HEADINGS, type Option } from './table/command.ts';

/** `-o, --output FILE` */
function label(name: string, { short, value }: Option): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** Names in a column, and what is said of each beside it; below it where that leaves no room. */
function rows(pairs: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.max(0, ...pairs.map(([name]) => name.length)) + 4;
  const fits = column <= width / 2;
  return pairs.flatMap(([name, help]) => {
    if (fits) return wrap(help, ' '.repeat(column), width, `  ${name}`.padEnd(column));
    return [`  ${name}`, ...wrap(help, '      ', width)];
  });
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', `${title}:`, ...lines] : [];
}

/** A blank that is no place for a line to end. */
const TIED = '\u00a0';

/** `[--title TEXT]` stays on one line. */
function whole(usage: string): string {
  return usage.replace(/\[[^\]]*\]/g, (part) => part.replaceAll(' ', TIED));
}

const ENVIRONMENT = 'Reads the environment variables listed in docs/operations.md.';
const EXIT_CODES = '0 done, 1 failed, 2 wrong usage; 130 interrupted (Ctrl-C), 143 ended (SIGTERM).';
const JSON_ERRORS =
  'With --json a failure is one JSON object, the last line on standard error: {"error": {"code", "message", "hint"}}.';

export function commandHelp(name: CommandName, width: number): string {
  const command: Command = COMMANDS[name];
  const { usage, about, options, json, examples = [] } = command;
  const lines = [
    ...wrap(whole(usage), '         ', width, 'Usage: smokejumper ').map((line) => line.replaceAll(TIED, ' ')),
    '',
    ...wrap(command.environment ? `${about} ${ENVIRONMENT}` : about, '', width),
    ...section(
      'Arguments',
      rows(
        (command.arguments ?? []).map((one) => [one.name, one.help]),
        width,
      ),
    ),
    ...section(
      'Options',
      rows(
        Object.entries(options).map(([option, one]) => [label(option, one), one.help]),
        width,
      ),
    ),
    ...section('With --json it prints', json === undefined ? [] : wrap(`${json.replaceAll('`', '')}.`, '  ', width)),
    ...section(
      'Examples',
      examples.flatMap(({ command: line, does }) => [`  smokejumper ${line}`, ...wrap(does, '      ', width)]),
    ),
    '',
    ...wrap(`Exit codes: ${EXIT_CODES}`, '', width),
  ];
  return `${lines.join('\n')}\n`;
}

/** Of a command, or of all that begin with a word: `incidents`. */
export function helpOf(word: string, width: number): string | undefined {
  const names = commandsCalled(word);
  return names.length === 0 ? undefined : names.map((name) => commandHelp(name, width)).join('\n\n');
}

/** Up to the first full stop. */
export function firstSentence(text: string): string {
  return text.replace(/[.:] .*$/s, '').replace(/\.$/, '');
}

export function allHelp(width: number): string {
  const lines = HEADINGS.flatMap((heading) => {
    const named = Object.entries<Command>(COMMANDS).filter(([, command]) => command.heading === heading);
    return section(
      heading,
      rows(
        named.map(([name, { about }]) => [name, firstSentence(about)]),
        width,
      ),
    );
  });
  return [
    'Usage: smokejumper COMMAND [ARGUMENT …] [OPTION …]',
    ...lines,
    '',
    ...wrap('smokejumper COMMAND --help has arguments, options, what --json prints, and examples.', '', width),
    ...wrap('Results are on standard output, words for people on standard error.', '', width),
    ...wrap(JSON_ERRORS, '', width),
    ...wrap(`Exit codes: ${EXIT_CODES}`, '', width),
    '',
  ].join('\n');
}
