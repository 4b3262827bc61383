import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { parseCommand, usageError } from '../usage.ts';

const SCRIPTS: Readonly<Record<string, () => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `smokejumper completion bash|zsh|fish`: the script for the shell; where it goes is in the help. */
export async function runCompletion(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand('completion', args);
  const [shell = ''] = positionals;
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (positionals.length !== 1 || script === undefined) {
    throw usageError(`completion takes one of ${Object.keys(SCRIPTS).join('|')}.`);
  }
  process.stdout.write(script());
  return 0;
}
