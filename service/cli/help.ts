/** What `smokejumper --help` and `smokejumper COMMAND --help` print. */
import { COMMANDS, type Command, type CommandName, type Option } from './command-table.ts';

/** `-o, --output FILE` */
function label(name: string, { short, value }: Option): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

export function commandHelp(name: CommandName): string {
  const { usage, about, options }: Command = COMMANDS[name];
  const rows = Object.entries(options).map(([option, declared]) => ({
    option: label(option, declared),
    help: declared.help,
  }));
  const width = Math.max(0, ...rows.map(({ option }) => option.length));
  const lines = rows.map(({ option, help }) => `  ${option.padEnd(width)}  ${help}`);
  return `${[`Usage: smokejumper ${usage}`, '', about, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n')}\n`;
}

export function allHelp(): string {
  const lines = Object.values(COMMANDS).map(({ usage }) => `  smokejumper ${usage}`);
  return (
    `Usage:\n${lines.join('\n')}\n\n` +
    'Run smokejumper COMMAND --help for details. Exit codes: 0 success, 1 failure, 2 wrong usage.\n'
  );
}
