/**
 * Thread of smtp-thread.ts: it talks SMTP and does nothing else, so that a mail server's yes is heard at once, and is
 * written down in the same turn. What is written outlives a SIGKILL without being synced; after a power cut, a mail may
 * come twice.
 */
import { openSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { receiptLine } from '../shared/receipt.ts';
import { toWire } from '../shared/wire-error.ts';
import type { Ended, Order, SmtpThreadData, ToThread } from './smtp-messages.ts';
import { smtpTransport } from './smtp-transport.ts';

/** A fraction of a millisecond for whoever looks for dots in it. */
const PIECE_BYTES = 16 * 1024;

const port = parentPort as MessagePort;
const { url, limits, journal } = workerData as SmtpThreadData;
const transport = smtpTransport(url, limits);
const file = journal === null ? null : openForAppending(journal);
const underWay = new Map<number, AbortController>();

port.on('message', (message: ToThread) => {
  if ('stop' in message) underWay.get(message.stop)?.abort();
  else send(message);
});

function send({ id, from, to, raw, receipt }: Order): void {
  const stop = new AbortController();
  underWay.set(id, stop);
  const mail = { raw: Readable.from(pieces(raw)), envelope: { from, to: [...to] }, signal: stop.signal };
  // With a callback, not a promise: it is called while the server's answer is being read.
  transport.sendMail(mail, (error) => {
    if (error === null && file !== null && receipt !== null) note(file, receiptLine({ ...receipt, atMs: Date.now() }));
    underWay.delete(id);
    port.postMessage({ id, error: error === null ? null : toWire(error) } satisfies Ended);
  });
}

/** A turn for each: a socket takes megabytes at once, and the answer to another mail would wait for all of them. */
async function* pieces(raw: Uint8Array): AsyncGenerator<Buffer> {
  for (let at = 0; at < raw.length; at += PIECE_BYTES) {
    if (at > 0) await nextTurn();
    yield Buffer.from(raw.buffer, raw.byteOffset + at, Math.min(PIECE_BYTES, raw.length - at));
  }
}

function openForAppending(path: string): number | null {
  try {
    return openSync(path, 'a', 0o600);
  } catch {
    return null;
  }
}

function note(to: number, line: string): void {
  try {
    writeSync(to, line);
  } catch {
    // A disk that is full means no journal; the database has its own way to say so.
  }
}
