import { quoted } from '../../shared/text/untrusted.ts';
import { COMMANDS } from '../command-table.ts';
import { allHelp, helpOf } from '../help.ts';
import { stdoutTerminal } from '../output/terminal.ts';
import { usageError } from '../usage.ts';

/** `smokejumper help [COMMAND]`. Whatever else is passed is not looked at: who asks for help gets it. */
export async function runHelp(args: readonly string[]): Promise<number> {
  const words = args.filter((word) => !word.startsWith('-'));
  const { width } = stdoutTerminal('never');
  const [first] = words;
  const help =
    first === undefined ? allHelp(width) : (helpOf(words.slice(0, 2).join(' '), width) ?? helpOf(first, width));
  if (help !== undefined) {
    process.stdout.write(help);
    return 0;
  }
  const { meant } = await import('../../shared/text/did-you-mean.ts');
  const near = meant(first ?? '', Object.keys(COMMANDS));
  throw usageError(`There is no command ${quoted(first ?? '')}.${near === undefined ? '' : ` Did you mean ${near}?`}`);
}
