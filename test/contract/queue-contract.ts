import assert from 'node:assert/strict';
import test from 'node:test';
import type { QueuePort } from '../../service/incidents/ports.ts';
import { refusesTheGone } from './interrupted.ts';

export interface QueueSetUp {
  readonly queue: QueuePort;
  readonly send: (body: string) => Promise<void>;
  /** Puts messages aside after so many receives. */
  readonly redrive: (maxReceives: number) => Promise<void>;
}

const HOUR = 3600;

/** What every `QueuePort` promises; both the fake and the adapter are held to it. */
export function queueContract(name: string, setUp: () => Promise<QueueSetUp>): void {
  test(`${name}: messages come in their order, once, with what is needed to settle them`, async () => {
    const { queue, send } = await setUp();
    await send('one');
    await send('two');
    const messages = await queue.receive(HOUR);
    assert.deepEqual(
      messages.map(({ body, receives }) => [body, receives]),
      [
        ['one', 1],
        ['two', 1],
      ],
    );
    assert.equal(new Set(messages.map(({ id }) => id)).size, 2);
    assert.deepEqual(await queue.receive(HOUR), []);
  });

  test(`${name}: ten come at a time`, async () => {
    const { queue, send } = await setUp();
    for (let n = 0; n < 11; n++) await send(`${n}`);
    assert.equal((await queue.receive(HOUR)).length, 10);
    assert.equal((await queue.receive(HOUR)).length, 1);
  });

  test(`${name}: what is no longer hidden comes again, with the same id and one receive more`, async () => {
    const { queue, send } = await setUp();
    await send('again');
    const [first] = await queue.receive(HOUR);
    await queue.hide(first ? [first] : [], HOUR);
    assert.deepEqual(await queue.receive(HOUR), []);
    await queue.hide(first ? [first] : [], 0);
    const [second] = await queue.receive(HOUR);
    assert.deepEqual([second?.id, second?.body, second?.receives], [first?.id, 'again', 2]);
  });

  test(`${name}: what was removed is gone, and removing or hiding the gone is no error`, async () => {
    const { queue, send } = await setUp();
    await send('settled');
    const messages = await queue.receive(HOUR);
    await queue.remove(messages);
    await queue.remove(messages);
    await queue.hide(messages, 0);
    assert.deepEqual(await queue.receive(HOUR), []);
  });

  test(`${name}: of several that are to be removed, one that cannot be is said, and the others are gone`, async () => {
    const { queue, send } = await setUp();
    await send('a');
    const messages = await queue.receive(HOUR);
    const stranger = { id: 'x', body: 'x', receipt: 'of nobody', receives: 1 };
    await assert.rejects(queue.remove([stranger, ...messages]), { code: 'QUEUE_REMOVE_FAILED' });
    await queue.remove(messages);
  });

  test(`${name}: says whether messages are put aside, and puts them aside`, async () => {
    const { queue, send, redrive } = await setUp();
    assert.equal(await queue.maxReceives(), null);
    await redrive(2);
    assert.equal(await queue.maxReceives(), 2);
    await send('poison');
    for (let n = 0; n < 2; n++) await queue.hide(await queue.receive(HOUR), 0);
    assert.deepEqual(await queue.receive(HOUR), []);
  });

  test(`${name}: nothing is asked for by somebody who has gone`, async () => {
    const { queue, send } = await setUp();
    await send('here');
    await refusesTheGone({
      receive: (signal) => queue.receive(HOUR, signal),
      hide: (signal) => queue.hide([], HOUR, signal),
      remove: (signal) => queue.remove([], signal),
      maxReceives: (signal) => queue.maxReceives(signal),
    });
    assert.equal((await queue.receive(HOUR)).length, 1);
  });
}
