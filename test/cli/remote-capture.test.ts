import assert from 'node:assert/strict';
import test from 'node:test';
import { captureRemotely } from '../../service/cli/capture/remote-capture.ts';
import type { TransferDeps } from '../../service/incidents/capture-transfer.ts';
import { silentLog } from '../../service/shared/log.ts';
import { HOT } from '../support/accept-alarm.ts';
import { NOW } from '../support/engine-world.ts';
import { FakeCommands } from '../support/fakes/fake-commands.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';

const PLAN = { seconds: 10, hz: 99, startAtSeconds: NOW / 1000 };

/** An instance that takes the command and never answers. */
function silentInstance() {
  const clock = new ManualClock(NOW);
  const commands = new FakeCommands([HOT], () => ({ exitCode: 0, stdout: '', stderr: '', endless: true }));
  const deps: TransferDeps = { commands, clock, log: silentLog, uploads: null, sha256: () => '' };
  return { clock, commands, deps };
}

async function passSeconds(clock: ManualClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
}

test('an interrupted capture is cancelled on the instance, too', async () => {
  const { clock, commands, deps } = silentInstance();
  const stop = new AbortController();
  const capture = captureRemotely(deps, HOT, PLAN, stop.signal);
  const refused = assert.rejects(capture, {
    code: 'INTERRUPTED',
    message: `The capture on ${HOT} was cancelled.`,
    retry: 'never',
  });
  await passSeconds(clock, 5);
  stop.abort();
  await refused;
  assert.deepEqual(
    commands.sent.map(({ cancelled }) => cancelled),
    [true],
  );
});

test('an instance that never answers is given up on in time, and its command is cancelled', async () => {
  const { clock, commands, deps } = silentInstance();
  const refused = assert.rejects(captureRemotely(deps, HOT, PLAN, new AbortController().signal), {
    code: 'CAPTURE_TIMED_OUT',
    message: `${HOT} did not answer in time.`,
    hint: /SSM agent/,
  });
  await passSeconds(clock, 200);
  await refused;
  assert.equal(commands.sent[0]?.cancelled, true);
});
