/** AWS throttles, or does not answer, for minutes: what is recorded is not lost, and what cannot be is said. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { CommandsPort } from '../../service/incidents/ports.ts';
import { OutageError } from '../../service/shared/errors.ts';
import { acceptAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { answer, NOW, printed, runnerOf, setUp } from '../support/engine-world.ts';

const MINUTE = 60_000;
const throttled = (api: string) => new OutageError('SSM_FAILED', `Asking failed: AWS throttles ${api}.`);

/** The engine, with an SSM whose API fails while `isDown` says so; counts the calls that failed. */
function storm(isDown: (api: 'find' | 'send' | 'result', label: string) => boolean, world = setUp()) {
  let refused = 0;
  const labels = new Map<string, string>();
  const pass = (api: 'find' | 'send' | 'result', label: string) => {
    if (!isDown(api, label)) return;
    refused++;
    throw throttled(api);
  };
  const commands: CommandsPort = {
    async send(request) {
      pass('send', request.label);
      const id = await world.commands.send(request);
      labels.set(id, request.label);
      return id;
    },
    async find(instanceId, label) {
      pass('find', label);
      return await world.commands.find(instanceId, label);
    },
    async result(instanceId, commandId) {
      pass('result', labels.get(commandId) ?? '');
      return await world.commands.result(instanceId, commandId);
    },
    cancel: (instanceId, commandId) => world.commands.cancel(instanceId, commandId),
  };
  const runner = runnerOf({ ...world.ports, commands });
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const run = async (untilMs: number, over = () => false) => {
    while (world.clock.now() < untilMs && !over()) {
      let ticking = true;
      const tick = runner.tick(new AbortController().signal).finally(() => {
        ticking = false;
      });
      tick.catch(() => undefined);
      while (ticking) {
        await new Promise((resolve) => setImmediate(resolve));
        world.clock.advance(100);
      }
      await tick;
      world.clock.advance(1000);
    }
  };
  const end = async () => {
    await run(NOW + 200 * MINUTE, () => world.store.incident(id)?.state === 'notified');
    return world.store.report(id);
  };
  const outcomes = () => world.store.captures(id).map(({ outcome }) => outcome);
  return { world, id, run, end, outcomes, refused: () => refused };
}

for (const api of ['result', 'send'] as const) {
  test(`SSM throttles ${api} for 50 minutes after the recording: both results still come`, async () => {
    // The commands that record end before the storm: the fake has them pending once, and running once.
    const looks = new Map<string, number>();
    const recorded = (label: string) => {
      looks.set(label, (looks.get(label) ?? 0) + 1);
      return (looks.get(label) ?? 0) > 2;
    };
    const storming = storm((asked, label) => {
      if (asked !== api || !inStorm(storming.world.clock.now(), 0, 50 * MINUTE)) return false;
      return api === 'result' ? recorded(label) : /:\d+$/.test(label);
    });
    const report = await storming.end();
    assert.deepEqual(storming.outcomes(), ['collected', 'collected']);
    assert.deepEqual(report?.shortcomings, []);
    assert.ok(storming.refused() > 20 && storming.refused() < 1200, `${storming.refused()} calls were refused`);
  });
}

const inStorm = (now: number, fromMs: number, forMs: number) => now >= NOW + fromMs && now < NOW + fromMs + forMs;

test('a storm that outlives the results ends in a report with its words, an hour after the recording', async () => {
  const storming = storm((api) => api === 'result');
  const report = await storming.end();
  assert.deepEqual(storming.outcomes(), ['failed', 'failed']);
  assert.match(report?.shortcomings.join(' ') ?? '', /AWS throttles result/);
  const minutes = (storming.world.clock.now() - NOW) / MINUTE;
  assert.ok(minutes > 60 && minutes < 63, `${minutes} minutes`);
});

test('commands that cannot be sent are tried for two minutes, at pauses that grow', async () => {
  const storming = storm((api) => api === 'send' && inStorm(storming.world.clock.now(), 0, 100_000));
  await storming.end();
  assert.deepEqual(storming.outcomes(), ['collected', 'collected']);
  assert.ok(storming.refused() > 10 && storming.refused() < 60, `${storming.refused()} calls were refused`);
});

test('a recording that could not begin within two minutes is given up, in words', async () => {
  const storming = storm((api) => api === 'send' && inStorm(storming.world.clock.now(), 0, 200_000));
  const report = await storming.end();
  assert.deepEqual(storming.outcomes(), ['failed', 'failed']);
  assert.match(report?.shortcomings.join(' ') ?? '', /AWS throttles send/);
  const seconds = (storming.world.clock.now() - NOW) / 1000;
  assert.ok(seconds > 120 && seconds < 160, `${seconds} s`);
});

const HOSTILE: Readonly<Record<string, (script: string) => string>> = {
  CAPTURE_TOO_LARGE: (stdout) => stdout.replace(/"bytes":\d+/, `"bytes":${60 * 2 ** 20}`),
  TRANSFER_TOO_LONG: (stdout) => stdout.replace(/"bytes":\d+/, `"bytes":${20 * 2 ** 20}`),
};

for (const [code, claim] of Object.entries(HOSTILE)) {
  test(`${code}: an instance with such a claim is only told to clean up; the other side is kept`, async () => {
    const world = setUp({
      execute: (script, instanceId) => {
        const run = answer(script, instanceId);
        return instanceId === PEER ? { ...run, stdout: claim(run.stdout) } : run;
      },
    });
    const storming = storm(() => false, world);
    await storming.end();
    assert.deepEqual(
      storming.world.store.captures(storming.id).map(({ outcome, failure }) => [outcome, failure?.code]),
      [
        ['collected', undefined],
        ['failed', code],
      ],
    );
    const asked = world.commands.sent.filter(({ instanceId }) => instanceId === PEER);
    assert.deepEqual(
      asked.map(({ script }) => /main '(\w+)'/.exec(script)?.[1]),
      ['run', 'clean'],
    );
  });
}

test('a script that failed has no result to remove', async () => {
  const world = setUp({
    execute: (script, instanceId) => {
      const fault = { smokejumper: 1, ok: false, code: 'PERF_MISSING', message: 'No perf.' };
      return instanceId === HOT ? answer(script, instanceId) : { ...printed('', fault), exitCode: 70 };
    },
  });
  await storm(() => false, world).end();
  assert.equal(world.commands.sent.filter(({ instanceId }) => instanceId === PEER).length, 1);
});
