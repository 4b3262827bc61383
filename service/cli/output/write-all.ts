import type { Writable } from 'node:stream';

/**
 * Asks for the next piece when one is written, so that pieces may share their memory. Errors are the stream's `error`
 * event.
 */
export async function writeAll(to: Writable, pieces: Iterable<Uint8Array | string>): Promise<void> {
  for (const piece of pieces) await new Promise((written) => to.write(piece, written));
}
