/** Worker thread of store-thread.ts: one connection to the database, one call after the other. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { toWire } from '../../shared/wire-error.ts';
import { openSqliteStore } from '../open-store.ts';
import { perform } from '../store-calls.ts';
import type { Answer, Request, StoreThreadData } from './messages.ts';

/** Calls that may share a transaction, and with it the wait for the disk: what intake does many of at once. */
const SHARED: ReadonlySet<string> = new Set(['accept', 'record']);
/** In one transaction. A lock of ours on the database is held no longer than these take. */
const MAX_SHARED = 64;

/** Before all that waits: a kill between a mail server's yes and this note is a mail that comes twice. */
const URGENT: ReadonlySet<string> = new Set(['settleDelivery']);

const port = parentPort as MessagePort;
const { dataFolder, migrations, mode } = workerData as StoreThreadData;

/** The buffer of a file was made for this answer alone, so it is handed over. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const content = (value as { content?: unknown } | undefined)?.content;
  if (!(content instanceof Uint8Array) || !(content.buffer instanceof ArrayBuffer)) return [];
  return content.byteLength === content.buffer.byteLength ? [content.buffer] : [];
}

function send(answers: readonly Answer[]): void {
  for (const answer of answers) port.postMessage(answer, 'value' in answer ? buffersOf(answer.value) : []);
}

try {
  const { db, store } = openSqliteStore(dataFolder, migrations, mode);
  const answer = ({ id, call }: Request): Answer => {
    try {
      return { id, value: perform(store, call) };
    } catch (error) {
      return { id, error: toWire(error) };
    }
  };
  /** All or none reach the disk; a call that fails by itself takes back what it did, and no more. */
  const together = db.transaction((requests: readonly Request[]) => requests.map(answer));

  const serve = (requests: readonly Request[]) => {
    if (requests.length === 1) return send(requests.map(answer));
    try {
      send(together.immediate(requests));
    } catch (error) {
      send(requests.map(({ id }) => ({ id, error: toWire(error) })));
    }
  };

  let waiting: Request[] = [];
  /** All that has come; true when one of them is the last. */
  const receive = (first: Request | 'close' | undefined): boolean => {
    for (let next = first; next !== undefined; ) {
      if (next === 'close') return true;
      waiting.push(next);
      next = (receiveMessageOnPort(port) as { message: Request | 'close' } | undefined)?.message;
    }
    return false;
  };
  const nextUp = (): readonly Request[] => {
    const urgent = waiting.find(({ call }) => URGENT.has(call[0]));
    const [first] = urgent === undefined ? waiting : [urgent];
    const last = waiting.findIndex(({ call }) => !SHARED.has(call[0]));
    const shared = waiting.slice(0, last < 0 ? MAX_SHARED : Math.min(last, MAX_SHARED));
    return urgent === undefined && shared.length > 0 ? shared : first === undefined ? [] : [first];
  };

  port.on('message', (first: Request | 'close') => {
    let isLast = receive(first);
    while (waiting.length > 0) {
      const now = nextUp();
      waiting = waiting.filter((request) => !now.includes(request));
      serve(now);
      // What is urgent may have come meanwhile.
      isLast ||= receive((receiveMessageOnPort(port) as { message: Request | 'close' } | undefined)?.message);
    }
    if (!isLast) return;
    db.close();
    port.close();
  });
  port.postMessage({ opened: true });
} catch (error) {
  port.postMessage({ opened: false, error: toWire(error) });
  port.close();
}
