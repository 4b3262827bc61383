/** The whole script on a service with a helper that V8 inlines: perf, V8's profiler and the text together. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { inspectorOpen } from '../../bench/attach/processes.ts';
import { readCapture } from '../../service/profile/capture-form/capture-form.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { folder, noPerf, run } from '../support/scripts/remote-script.ts';
import { NOTHING_LEFT, noVisits, startTarget, type Target } from '../support/scripts/v8-targets.ts';

const skip = noPerf() ?? noVisits() ?? false;

const SERVICE = `
function weigh(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.sqrt(i);
  return sum;
}
function handle() {
  let all = 0;
  for (let i = 0; i < 40; i++) all += weigh(5000);
  return all;
}
setInterval(handle, 3);
let signals = 0;
function order() { say({ signals }); }
`;

async function start(t: TestContext, source: string, flags: readonly string[]): Promise<Target> {
  // Newer Nodes write logs of V8 where they are started.
  const target = await startTarget(t, { source, args: flags, within: ['env', '-C', folder(t)] });
  t.after(() => rmSync(`/tmp/perf-${target.pid}.map`, { force: true }));
  return target;
}

async function capture(t: TestContext, target: Target, v8: string): Promise<Profile> {
  const dir = folder(t);
  const out = join(folder(t), 'out.gz');
  const args = [
    'run',
    '--id',
    'v8',
    '--seconds',
    '2',
    '--hz',
    '199',
    '--pid',
    `${target.pid}`,
    '--v8',
    v8,
    '--out',
    out,
  ];
  const { code, stderr } = await run(args, { dir, env: { SMOKEJUMPER_V8_MIN_AGE: '0' } });
  assert.equal(code, 0, stderr);
  assert.deepEqual(readdirSync(dir).sort(), ['lock', 'running'], 'nothing is left');
  return readCapture(gunzipSync(readFileSync(out)));
}

/** Part of the samples that end in this function or below it. */
function shareOf({ samples, tree, frames, functions }: Profile, name: string): number {
  let [found, all] = [0, 0];
  for (let row = 0; row < samples.length; row++) {
    const nameAt = (at: number) => functions[frames.functionOf[tree.frame[at] as number] as number]?.name;
    let node = samples.node[row] as number;
    while (node > 0 && nameAt(node) !== name) node = tree.parent[node] as number;
    all += samples.count[row] as number;
    if (node > 0) found += samples.count[row] as number;
  }
  return found / all;
}

function assertWitnessed(profile: Profile): void {
  const { processes, facts, ledger, samples } = profile;
  assert.equal(processes[0]?.visit?.status, 'profiled', JSON.stringify(processes[0]?.visit));
  assert.deepEqual(
    facts.warnings.filter((line) => /code|V8/.test(line)),
    [],
  );
  assert.ok(shareOf(profile, 'weigh') > 0.5, `the helper has ${shareOf(profile, 'weigh')}`);
  const lines = (profile.lineTicks ?? []).filter(({ node }) => {
    const fn = profile.functions[profile.frames.functionOf[profile.tree.frame[node] as number] as number];
    return fn?.name === 'weigh';
  });
  assert.ok(
    lines.some(({ line }) => line === 4),
    JSON.stringify(lines),
  );
  assert.equal(
    samples.count.reduce((sum, count) => sum + count, 0),
    ledger.drawn,
  );
}

describe('the script with perf and V8', { skip, timeout: 600_000 }, () => {
  test('--v8 lines names an inlined helper of a process with a map, and nothing stays', async (t) => {
    const target = await start(t, SERVICE, ['--perf-basic-prof', '--interpreted-frames-native-stack']);
    const profile = await capture(t, target, 'lines');
    assertWitnessed(profile);
    assert.equal(profile.processes[0]?.namedBy, undefined);
    assert.equal(inspectorOpen(target.pid), false);
    assert.deepEqual(await target.state(), NOTHING_LEFT);
  });

  test('--v8 fallback names the functions of a process without any flag, and nothing stays', async (t) => {
    const target = await start(t, SERVICE, []);
    const profile = await capture(t, target, 'fallback');
    assertWitnessed(profile);
    assert.equal(profile.processes[0]?.namedBy, 'v8');
    assert.equal(inspectorOpen(target.pid), false);
    assert.deepEqual(await target.state(), NOTHING_LEFT);
  });

  test('--v8 fallback leaves a process with a map alone, and off every process', async (t) => {
    const handled = SERVICE.replace('let signals = 0;', "let signals = 0; process.on('SIGUSR1', () => signals++);");
    for (const [flags, v8] of [
      [['--perf-basic-prof', '--interpreted-frames-native-stack'], 'fallback'],
      [[], 'off'],
    ] as const) {
      const target = await start(t, handled, flags);
      const profile = await capture(t, target, v8);
      assert.equal(profile.processes[0]?.visit, undefined);
      target.say('signals');
      assert.deepEqual(await target.next(), { signals: 0 });
      assert.equal(inspectorOpen(target.pid), false);
    }
  });
});
