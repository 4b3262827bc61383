/** The attach benchmark tells a crash from a process that somebody else has ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { death, Tail } from '../../bench/attach/death.ts';
import { Group } from '../../bench/attach/group.ts';
import { noVisits } from '../support/scripts/v8-targets.ts';
import { until } from '../support/until.ts';

const skip = noVisits() ?? false;
const PATIENCE_MS = 20_000;

for (const [how, code, signal, kind] of [
  ['a segmentation fault', null, 'SIGSEGV', 'crash'],
  ['the signal that the engine sends', null, 'SIGUSR1', 'crash'],
  ['an exit code', 1, null, 'crash'],
  ['an exit without a fault', 0, null, 'crash'],
  ['the kernel, out of memory', null, 'SIGKILL', 'outside'],
  ['somebody', null, 'SIGTERM', 'outside'],
] as const) {
  test(`an end by ${how} counts as ${kind}`, () => {
    assert.equal(death('worker 7', code, signal, '').kind, kind);
  });
}

test('what Node says at every visit is not part of the last words', () => {
  const tail = new Tail();
  tail.add('Debugger listening on ws://127.0.0.1:9229/x\nFor help, see: https://nodejs.org/en/docs/inspector\nFATAL ');
  tail.add('ERROR: v8\nDebugger attached.\nframe 1');
  assert.equal(String(tail), 'FATAL ERROR: v8\nframe 1');
});

async function startGroup(t: { after: (work: () => Promise<void>) => void }): Promise<Group> {
  const group = new Group({ node: process.execPath, megabytes: 1, rate: 5, within: [] });
  t.after(() => group.stop());
  await group.start();
  return group;
}

async function deathOf(group: Group, who: RegExp) {
  return until(PATIENCE_MS, 'the end is noticed', async () => group.deaths.find((one) => who.test(one.who)));
}

test('a worker that crashes is told by its signal, and another one takes its place', { skip }, async (t) => {
  const group = await startGroup(t);
  const pid = [...group.workers.values()][0]?.pid as number;
  process.kill(pid, 'SIGSEGV');
  const { kind, how } = await deathOf(group, new RegExp(`^worker ${pid}$`));
  assert.equal(kind, 'crash');
  assert.match(how, /SIGSEGV/);
  await until(PATIENCE_MS, 'a new worker is ready', async () => group.workers.size === 2 || undefined);
});

test('a load or a service that somebody ends does not end the benchmark', { skip }, async (t) => {
  const group = await startGroup(t);
  process.kill(group.loadPid as number, 'SIGTERM');
  assert.equal((await deathOf(group, /^load$/)).kind, 'outside');
  await assert.rejects(group.report(), /the load has ended/);
  process.kill(group.servicePid as number, 'SIGKILL');
  assert.equal((await deathOf(group, /^service$/)).kind, 'outside');
  assert.equal(group.workers.size, 0);
});
