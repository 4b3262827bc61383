import type { ReadStream } from 'node:tty';

/** What a key does; the promise is waited for by nobody: a failure is told by whoever makes the action. */
export type KeyActions = Readonly<Record<string, () => void>>;

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/**
 * Keys without Enter, on a terminal only. Raw mode turns Ctrl-C into a character, so it is passed on. Gives back what
 * ends it.
 */
export function listenToKeys(input: ReadStream, actions: KeyActions, interrupt: () => void): () => void {
  if (!input.isTTY) return () => undefined;
  const onData = (data: Buffer) => {
    for (const character of data.toString('utf8')) {
      if (character === CTRL_C || character === CTRL_D) interrupt();
      else actions[character.toLowerCase()]?.();
    }
  };
  input.setRawMode(true);
  input.on('data', onData).resume();
  return () => {
    input.off('data', onData).pause();
    input.setRawMode(false);
  };
}
