import assert from 'node:assert/strict';
import test from 'node:test';
import { Interruption, interruptible } from '../../service/cli/interruptible.ts';

test('what a signal ends in order tells of it by the exit code, whether it returns or throws', async () => {
  const untilStopped = (stop: AbortSignal) =>
    new Promise<void>((ended) => stop.addEventListener('abort', () => ended()));
  const returns = interruptible(async (stop) => {
    await untilStopped(stop);
    return 0;
  });
  process.kill(process.pid, 'SIGINT');
  assert.equal(await returns, 130);
  const throws = interruptible(async (stop) => {
    await untilStopped(stop);
    throw new TypeError('stopped');
  });
  process.kill(process.pid, 'SIGTERM');
  await assert.rejects(throws, (error: unknown) => {
    assert.ok(error instanceof Interruption && error.cause instanceof TypeError);
    assert.equal(error.exitCode, 143);
    return true;
  });
});

test('without a signal nothing changes, and nobody listens any more', async () => {
  const before = process.listenerCount('SIGINT');
  assert.equal(await interruptible(async () => 1), 1);
  await assert.rejects(
    interruptible(async () => Promise.reject(new TypeError('broken'))),
    TypeError,
  );
  assert.equal(process.listenerCount('SIGINT'), before);
});
