/** What the V8 engine leaves when it, or a part of it, dies: nothing. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { descendants, inspectorOpen, runsNode } from '../../bench/attach/processes.ts';
import { BUSY, NOTHING_LEFT, noVisits, startEngine, startTarget, type Target } from '../support/scripts/v8-targets.ts';
import { until } from '../support/until.ts';

const skip = noVisits() ?? false;
const PATIENCE_MS = 30_000;

function opened(target: Target): Promise<true> {
  return until(PATIENCE_MS, 'the port opens', async () => inspectorOpen(target.pid) || undefined);
}

async function assertClean(target: Target): Promise<void> {
  await until(PATIENCE_MS, 'the port closes', async () => !inspectorOpen(target.pid) || undefined);
  await until(PATIENCE_MS, 'the profile is dropped', async () => {
    const state = (await target.state()) as typeof NOTHING_LEFT;
    return (state.sessions === 0 && state.left === 0) || undefined;
  });
  assert.deepEqual(await target.state(), NOTHING_LEFT);
  assert.ok(target.alive);
}

function begin(t: TestContext, target: Target, seconds = 0.5) {
  const settings = { v8_keep_seconds: '2', test_pause: 'yes' };
  return startEngine(t, [target.pid], { seconds, settings });
}

test('the profile ends by itself and is dropped when nobody comes for it', { skip }, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const engine = begin(t, target, 3);
  await new Promise((resolve) => engine.child.stdout?.once('data', resolve));
  engine.child.kill('SIGKILL');
  assert.deepEqual(await target.state(), { sessions: 1, left: 1, open: false });
  await assertClean(target);
});

for (const phase of ['start', 'end'] as const) {
  test(`a visitor that is killed at the ${phase} of the recording leaves nothing`, { skip }, async (t) => {
    const target = await startTarget(t, { source: BUSY });
    const engine = begin(t, target);
    if (phase === 'end') {
      await new Promise((resolve) => engine.child.stdout?.once('data', resolve));
      engine.child.stdin?.write('\n');
    }
    await opened(target);
    for (const pid of descendants(engine.child.pid as number).filter(runsNode)) process.kill(pid, 'SIGKILL');
    engine.child.stdin?.write('\n');
    await engine.done;
    await assertClean(target);
  });

  test(`a shell that is killed at the ${phase} of the recording leaves nothing`, { skip }, async (t) => {
    const target = await startTarget(t, { source: BUSY });
    const engine = begin(t, target);
    if (phase === 'end') {
      await new Promise((resolve) => engine.child.stdout?.once('data', resolve));
      engine.child.stdin?.write('\n');
    }
    await opened(target);
    engine.child.kill('SIGKILL');
    await assertClean(target);
  });
}

const blocking: readonly [string, string, string][] = [
  ['a loop of its own', 'LOOP_BLOCKED', 'while (Date.now() < end);'],
  [
    'native code',
    'NO_PORT',
    "while (Date.now() < end) (await import('node:crypto')).pbkdf2Sync('a', 'b', 3e6, 64, 'sha512');",
  ],
];
for (const [where, reason, code] of blocking) {
  test(`a process that is stuck in ${where} is given up, and its port closed when it is free again`, {
    skip,
  }, async (t) => {
    const source = `async function order(line) { const end = Date.now() + 6000; say({ stuck: true }); ${code} say({ free: true }); }\n`;
    const target = await startTarget(t, { source });
    target.say('block');
    assert.deepEqual(await target.next(), { stuck: true });
    const startedAt = Date.now();
    const { facts } = await startEngine(t, [target.pid]).done;
    assert.equal(facts[0]?.reason, reason, JSON.stringify(facts));
    assert.ok(Date.now() - startedAt < 20_000);
    assert.deepEqual(await target.next(), { free: true });
    await assertClean(target);
  });
}
