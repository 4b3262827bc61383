import { SCRIPT_ACTIONS } from '../../capture/assemble-script.ts';
import { readRemoteScripts } from '../../remote-scripts.ts';
import { parseCommand, usageError } from '../usage.ts';

/** `smokejumper script [run|fetch|clean|source]`: what is sent to an instance, without the arguments. */
export async function runScript(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand('script', args);
  const [name = 'run', ...more] = positionals;
  const action = SCRIPT_ACTIONS.find((known) => known === name);
  if (action === undefined || more.length > 0) throw usageError(`script takes one of ${SCRIPT_ACTIONS.join('|')}.`);
  process.stdout.write(readRemoteScripts()[action]);
  return 0;
}
