import assert from 'node:assert/strict';
import test from 'node:test';
import { DeadlineError, InterruptedError, untilAborted, within } from '../../service/shared/deadline.ts';

const FOREVER = 2 ** 30;
/** Heeds no signal. */
const deaf = () => new Promise<never>(() => undefined);
const nobody = undefined;

test('work ends at its deadline, though it does not heed its signal', async () => {
  await assert.rejects(within(1, nobody, deaf), (error) => error instanceof DeadlineError && error.ms === 1);
});

test('work ends as soon as nobody wants it any more, with the reason; later it does not begin', async () => {
  const caller = new AbortController();
  const working = within(FOREVER, caller.signal, deaf);
  caller.abort('enough');
  await assert.rejects(working, (error) => error instanceof InterruptedError && error.cause === 'enough');
  const begun: boolean[] = [];
  const late = within(FOREVER, caller.signal, async () => void begun.push(true));
  await assert.rejects(late, InterruptedError);
  assert.deepEqual(begun, []);
});

test('what work is under way is told, whether it is too late, unwanted, or another part of it has failed', async () => {
  const told: unknown[] = [];
  const heeding = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        told.push(signal.reason);
        reject(new Error('aborted, in words of its own'));
      });
    });
  await assert.rejects(within(1, nobody, heeding), DeadlineError);
  const caller = new AbortController();
  const working = within(FOREVER, caller.signal, heeding);
  caller.abort();
  await assert.rejects(working, InterruptedError);
  const fault = new Error('no');
  await assert.rejects(
    within(FOREVER, nobody, (signal) => Promise.all([heeding(signal), Promise.reject(fault)])),
    fault,
  );
  assert.deepEqual(
    told.map((reason) => (reason as Error).name),
    ['DeadlineError', 'InterruptedError', 'Error'],
  );
});

test('work that is done in time gives what it gives, and its signal does not abort', async () => {
  let signal: AbortSignal | undefined;
  const caller = new AbortController();
  const done = await within(FOREVER, caller.signal, async (own) => {
    signal = own;
    return 7;
  });
  caller.abort();
  assert.deepEqual([done, signal?.aborted], [7, false]);
});

test('one who waits for the work of others may go; the work goes on', async () => {
  const caller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  const waiting = untilAborted(caller.signal, promise);
  caller.abort();
  await assert.rejects(waiting, InterruptedError);
  await assert.rejects(untilAborted(caller.signal, promise), InterruptedError);
  resolve(7);
  assert.equal(await untilAborted(new AbortController().signal, promise), 7);
  assert.equal(await untilAborted(undefined, promise), 7);
});
