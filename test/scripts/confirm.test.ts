/** A helper that V8 inlines, on real processes: perf alone names its caller; with inlining off perf itself sees it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { inspectorOpen } from '../../bench/attach/processes.ts';
import { readConfirmation } from '../../service/analysis/read-confirmation.ts';
import { confirmCall, parseConfirmOutput } from '../../service/capture/confirm-script.ts';
import { wordsOf } from '../../service/capture/script-call.ts';
import { workBelow } from '../../service/compare/confirmation/work-below.ts';
import { decodeCapture } from '../../service/convert/load-capture.ts';
import type { Capture } from '../../service/incidents/incident.ts';
import { readCapture } from '../../service/profile/capture-form/capture-form.ts';
import type { Profile } from '../../service/profile/profile.ts';
import type { Confirmation } from '../../service/report/confirmation/confirmation-data.ts';
import { confirmationNote } from '../../service/report/confirmation/confirmation-words.ts';
import type { CaptureId, IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { otherNode } from '../support/scripts/other-node.ts';
import { folder, noPerf, type Ran, run, start } from '../support/scripts/remote-script.ts';
import { sha256 } from '../support/scripts/sha256.ts';
import { NOTHING_LEFT, noVisits, startTarget, type Target } from '../support/scripts/v8-targets.ts';
import { until } from '../support/until.ts';

const skip = noPerf() ?? noVisits() ?? false;
const FLAGS = ['--perf-basic-prof', '--interpreted-frames-native-stack'];
const YOUNG = { SMOKEJUMPER_V8_MIN_AGE: '0' };
const PATIENCE_MS = 120_000;

/** Sums of products, in a helper of two lines that every tier above the baseline inlines. */
const service = (rounds: number) => `
function weigh(n) { let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.sqrt(i) * i; return sum; }
function handle() { let all = 0;
  for (let i = 0; i < ${rounds}; i++) all += weigh(4000 + i); return all; }
// V8 compiles both before anything is recorded.
for (let i = 0; i < 100000 / ${rounds}; i++) handle();
setInterval(handle, 3);
function order() {}
`;

async function serving(t: TestContext, node: string, rounds: number): Promise<Target> {
  const target = await startTarget(t, {
    source: service(rounds),
    kind: 'cjs',
    node,
    args: FLAGS,
    within: ['env', '-C', folder(t)],
  });
  t.after(() => rmSync(`/tmp/perf-${target.pid}.map`, { force: true }));
  return target;
}

async function record(t: TestContext, { pid }: Target, seconds = 6): Promise<Profile> {
  const out = join(folder(t), 'out.gz');
  const args = ['run', '--id', 'cap-1', '--seconds', `${seconds}`, '--hz', '199', '--pid', `${pid}`, '--out', out];
  const { code, stderr } = await run(args, { dir: folder(t) });
  assert.equal(code, 0, stderr);
  return readCapture(gunzipSync(readFileSync(out)));
}

const CAPTURE: Capture = {
  id: 'cap-1' as CaptureId,
  incidentId: 'inc-1' as IncidentId,
  instanceId: 'i-0aaaaaaaaaaaaaaaa' as InstanceId,
  role: 'hot',
  seconds: 4,
  hz: 199,
  startAtMs: null,
  commandId: null,
  outcome: 'collected',
  failure: null,
};

const HANDLE = { function: 'handle', package: null, line: 4 };

/** What a report would ask for whose first finding is the caller. */
function planned(profile: Profile, { pid }: Target): Confirmation {
  const file = profile.functions.find(({ name }) => name === 'handle')?.file ?? null;
  const suspect = { ...HANDLE, file };
  const before = workBelow(profile, suspect).get(pid) ?? assert.fail('perf saw nothing of the caller');
  const seenAtMs = profile.facts.startedAtMs ?? assert.fail('the recording has no start');
  const { id: captureId, instanceId, hz } = CAPTURE;
  // As if all of it had been the caller's, as it is once both are optimised.
  const inlined = { ...before, own: before.samples, callees: [] };
  return {
    suspect,
    instanceId,
    captureId,
    pid,
    seenAtMs,
    hz,
    before: inlined,
    state: 'pending',
    failure: null,
    answer: null,
  };
}

function confirm(t: TestContext, plan: Pick<Confirmation, 'captureId' | 'seenAtMs' | 'hz'>, pid: number): Promise<Ran> {
  return run(wordsOf(confirmCall({ ...plan, pid })), { dir: folder(t), env: YOUNG });
}

async function assertUndone(target: Target): Promise<void> {
  await until(PATIENCE_MS, 'everything is undone', async () => {
    const state = (await target.state()) as typeof NOTHING_LEFT;
    return (state.sessions === 0 && state.left === 0 && !state.open) || undefined;
  });
  assert.deepEqual(await target.state(), NOTHING_LEFT);
  assert.equal(inspectorOpen(target.pid), false);
}

async function assertConfirmed(t: TestContext, node: string): Promise<void> {
  const target = await serving(t, node, 600);
  const plan = planned(await record(t, target, 2), target);
  const { code, stdout, stderr } = await confirm(t, plan, target.pid);
  assert.equal(code, 0, stderr);
  const bytes = parseConfirmOutput(stdout, sha256);
  const answer = await readConfirmation(decodeCapture, { bytes, asked: plan, coveredSeconds: 8 });
  const [helper] = answer.helpers;
  assert.equal(helper?.function, 'weigh', JSON.stringify(answer));
  assert.ok(helper.share > 0.8, JSON.stringify(answer));
  assert.ok((answer.startPauseMs ?? -1) > 0 && answer.seconds <= 5.1, JSON.stringify(answer));
  assert.match(confirmationNote(plan.suspect, answer), /^Confirmed with inlining off: weigh \(:2\) has \d+ % of what /);
  await assertUndone(target);
}

describe('confirming with inlining off', { skip, timeout: 900_000 }, () => {
  test('perf sees the helper while nothing is inlined; afterwards everything is undone', async (t) => {
    await assertConfirmed(t, process.execPath);
  });

  for (const major of [18, 20, 22, 26]) {
    const { node, missing } = otherNode(major);
    test(`the same on Node ${major}`, { skip: missing }, async (t) => {
      await assertConfirmed(t, node);
    });
  }

  test('another process of the same number, or one that may not be visited, is not touched', async (t) => {
    const target = await serving(t, process.execPath, 1);
    const hour = 3_600_000;
    const asked = { captureId: 'cap-1', hz: 99, seenAtMs: Date.now() - hour };
    const { code, report } = await confirm(t, asked, target.pid);
    assert.deepEqual([code, report.code, report.hint], [69, 'GONE', 'Nothing was changed in it.']);
    const old = { ...asked, seenAtMs: Date.now() + hour };
    const young = await run(wordsOf(confirmCall({ ...old, pid: target.pid })), { dir: folder(t) });
    assert.deepEqual([young.code, young.report.code], [69, 'TOO_YOUNG']);
    const sleeper = spawn('sleep', ['60']);
    t.after(() => sleeper.kill());
    const other = await confirm(t, old, sleeper.pid ?? assert.fail('sleep did not start'));
    assert.ok(['NOT_NODE', 'NO_SIGUSR1'].includes(String(other.report.code)), JSON.stringify(other.report));
    assert.equal(target.errors, '');
    const counting = await startTarget(t, { source: service(1), args: FLAGS, env: { NODE_V8_COVERAGE: folder(t) } });
    const counts = await confirm(t, old, counting.pid);
    assert.deepEqual([counts.code, counts.report.code], [69, 'COVERAGE_IN_USE']);
  });

  const unproven = otherNode(16);
  test('a version that was not proven safe is not touched', { skip: unproven.missing }, async (t) => {
    const target = await serving(t, unproven.node, 1);
    const asked = { captureId: 'cap-1', hz: 99, seenAtMs: Date.now() + 3_600_000 };
    const { code, report } = await confirm(t, asked, target.pid);
    assert.deepEqual([code, report.code], [69, 'NOT_PROVEN']);
    assert.equal(target.errors, '');
  });

  test('asked for twice, it gives the same result without a second visit', async (t) => {
    const target = await serving(t, process.execPath, 1);
    const words = wordsOf(confirmCall({ captureId: 'cap-1', pid: target.pid, hz: 99, seenAtMs: Date.now() + 1000 }));
    const dir = folder(t);
    const first = await run(words, { dir, env: YOUNG });
    assert.equal(first.code, 0, first.stderr);
    const again = await run(words, { dir, env: YOUNG });
    assert.equal(again.stdout, first.stdout);
    await assertUndone(target);
    assert.equal(target.errors.split('Debugger listening').length - 1, 1);
  });

  test('a script that is killed while nothing is inlined leaves nothing behind', async (t) => {
    const target = await serving(t, process.execPath, 8);
    const words = wordsOf(confirmCall({ captureId: 'cap-1', pid: target.pid, hz: 99, seenAtMs: Date.now() + 1000 }));
    const running = start(words, { dir: folder(t), env: YOUNG, ownGroup: true });
    const covered = async () => ((await target.state()) as typeof NOTHING_LEFT).sessions === 1 || undefined;
    await until(PATIENCE_MS, 'coverage is on', covered);
    process.kill(-(running.child.pid as number), 'SIGKILL');
    await assertUndone(target);
    assert.ok(target.alive);
  });
});
