import assert from 'node:assert/strict';
import { OutageError } from '../../service/shared/errors.ts';

/** Every call of a port, asked for by somebody who has gone: refused for now, in words. */
export async function refusesTheGone(
  calls: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>>,
): Promise<void> {
  for (const [name, call] of Object.entries(calls)) {
    await assert.rejects(
      async () => call(AbortSignal.abort()),
      (error: unknown) => {
        assert.ok(error instanceof OutageError, `${name}: ${error}`);
        assert.match(error.message, /was interrupted\.$/, name);
        return true;
      },
      name,
    );
  }
}
