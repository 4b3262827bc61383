/** The script with real perf on real Node.js processes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { assembleCapture, parseRunOutput, type RunReport } from '../../service/capture/capture-script.ts';
import { readCapture } from '../../service/profile/capture-form/capture-form.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { busyNode, folder, has, noPerf, run, start } from '../support/scripts/remote-script.ts';
import { sha256 } from '../support/scripts/sha256.ts';

const skip = noPerf() ?? false;

/** Works a third of the time, in its main thread and in a named worker; also compiles now and then. */
const BUSY = `
import { isMainThread, Worker } from 'node:worker_threads';
function hotParse(n) { let x = 0; for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003; return x; }
function serveRequest() {
  const end = performance.now() + 5; let x = 0;
  while (performance.now() < end) x += hotParse(2000);
  return x;
}
if (isMainThread) {
  new Worker(new URL(import.meta.url), { name: 'parse; worker' });
  for (let i = 0; i < 20; i++) serveRequest();
  console.log('ready');
}
let n = 0;
setInterval(() => { serveRequest(); new Function('return ' + n++)(); }, 15);
`;

/** Hardly ever the same stack twice: a profile that does not compress. */
const DIVERSE = `
const calls = Array.from({ length: 300 }, (_, i) => new Function('next', 'depth',
  'let x = ' + i + '; for (let i = 0; i < 3000; i++) x = (x * 31 + i) % 1000003; ' +
  'return depth === 0 ? x : next(depth - 1) + x;'));
const next = (depth) => calls[Math.floor(Math.random() * calls.length)](next, depth);
next(40);
console.log('ready');
setInterval(() => { for (let i = 0; i < 20; i++) next(40); }, 1);
`;

/** Works a third of the time, in no step with the sampler: a timer of its pace would be met never, or always. */
const LIGHT = `
console.log('ready');
const work = () => {
  const end = performance.now() + 4; while (performance.now() < end);
  setTimeout(work, 1 + Math.random() * 14);
};
work();
`;

/** Samples with one of these functions on the stack. */
function samplesIn(profile: Profile, names: readonly string[]): number {
  const { samples, tree, frames, functions } = profile;
  let total = 0;
  for (let i = 0; i < samples.length; i++) {
    let node = samples.node[i] as number;
    const nameOf = (at: number) => functions[frames.functionOf[tree.frame[at] as number] as number]?.name ?? '';
    while (node > 0 && !names.includes(nameOf(node))) node = tree.parent[node] as number;
    if (node > 0) total += samples.count[i] as number;
  }
  return total;
}

/** The parts of a result, put together, and what `fetch` printed. */
async function wholeResult(report: RunReport, dir: string): Promise<{ bytes: Uint8Array; answers: string[] }> {
  const chunks = [report.chunk];
  const answers: string[] = [];
  for (const offset of report.missing) {
    const { stdout } = await run(['fetch', '--id', report.captureId, '--offset', `${offset}`], { dir });
    answers.push(stdout);
    chunks.push(parseRunOutput(stdout).chunk);
  }
  return { bytes: assembleCapture(chunks, report, sha256), answers };
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** Polls; the test's own time-out ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(20);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

describe('the script with real perf', { skip, timeout: 600_000 }, () => {
  for (const shell of [['dash'], ['busybox', 'sh'], ['bash', '--posix']] as const) {
    test(`under ${shell.join(' ')} it records, reduces and sends what readCapture reads`, async (t) => {
      if (!has(shell[0])) return t.skip(`${shell[0]} is not installed`);
      const busy = await busyNode(t, BUSY);
      const dir = folder(t);
      const args = ['run', '--id', 'real', '--seconds', '2', '--hz', '199', '--pid', `${busy.pid}`];
      const { code, stdout, stderr } = await run(args, { dir, shell });
      assert.equal(code, 0, stderr);
      assert.ok(stdout.length <= 23_900, `${stdout.length} bytes`);
      assert.match(stdout, /^[ -~\n]*$/);
      const profile = readCapture(gunzipSync((await wholeResult(parseRunOutput(stdout), dir)).bytes));
      const { ledger, facts, processes, threads } = profile;
      assert.equal(ledger.recorded, ledger.drawn + sum(Object.values(ledger.filtered)));
      assert.equal(ledger.drawn, sum(profile.samples.count));
      // V8 may inline the one into the other.
      assert.ok(samplesIn(profile, ['hotParse', 'serveRequest']) > ledger.drawn / 2, 'the hot function is found');
      assert.equal(processes[0]?.name, 'busy.mjs');
      assert.equal(processes[0]?.perfMap, 'ok');
      assert.ok(threads.some(({ name }) => name === 'parse; worker'));
      // The kernel's own account, which is noted about once a second: coarse in so short a recording.
      const cores = ledger.drawn / (facts.hz ?? 1) / (facts.seconds ?? 1);
      const kernel = (processes[0]?.cpuSeconds ?? 0) / (facts.seconds ?? 1);
      assert.ok(Math.abs(cores - kernel) < 0.5 * kernel + 0.1, `${cores} cores sampled, ${kernel} by the kernel`);
      assert.ok(Math.abs((facts.startedAtMs ?? 0) - Date.now()) < 60_000);
    });
  }

  test('a result larger than one answer comes in parts, twice the same, and is cleaned', async (t) => {
    const busy = await busyNode(t, DIVERSE);
    const dir = folder(t);
    const args = ['run', '--id', 'parts', '--seconds', '2', '--hz', '1999', '--pid', `${busy.pid}`];
    const first = await run(args, { dir });
    const report = parseRunOutput(first.stdout);
    assert.ok(report.missing.length > 0, `${report.bytes} bytes fit into one answer`);
    const { bytes, answers } = await wholeResult(report, dir);
    for (const answer of answers) assert.ok(answer.length <= 23_900, `${answer.length} bytes`);
    assert.equal(readCapture(gunzipSync(bytes)).ledger.drawn, report.drawn);
    const again = await run(args, { dir });
    assert.equal(again.stdout, first.stdout);
    assert.equal(statSync(join(dir, 'result.parts')).mode & 0o777, 0o700);
    assert.equal((await run(['clean', '--id', 'parts'], { dir })).report.ok, true);
    assert.deepEqual(readdirSync(dir).sort(), ['lock', 'running']);
    assert.equal((await run(['fetch', '--id', 'parts', '--offset', '0'], { dir })).report.code, 'NO_RESULT');
  });

  test('without --pid it finds Node.js by its program, or by --match; it notices processes come and go', async (t) => {
    const mark = `match-${process.pid}-${Date.now()}.mjs`;
    const stays = await busyNode(t, `process.title = "a b; c"; ${LIGHT}`, mark);
    const ends = await busyNode(t, LIGHT, mark);
    const dir = folder(t);
    const out = join(dir, 'out.gz');
    const recording = start(['run', '--id', 'm', '--seconds', '4', '--match', mark, '--out', out], { dir });
    await recording.said('Recording');
    ends.kill('SIGKILL');
    await once(ends, 'close');
    const later = await busyNode(t, LIGHT, mark);
    const { code, stderr } = await recording.done;
    assert.equal(code, 0, stderr);
    const { processes, ledger } = readCapture(gunzipSync(readFileSync(out)));
    const of = (pid: number | undefined) => processes.find((process) => process.pid === pid);
    assert.equal(of(stays.pid), undefined, 'its command line was replaced by its title');
    assert.equal(of(ends.pid)?.partial, true);
    assert.equal(of(later.pid)?.partial, true);
    assert.equal(of(later.pid)?.name, mark);
    assert.ok((of(later.pid)?.cpuSeconds ?? 0) > 0);
    assert.equal(ledger.recorded, ledger.drawn + sum(Object.values(ledger.filtered)));
    assert.ok(!existsSync(join(dir, 'result.m')), 'a result that was written to a file is not kept');
  });

  test('hostile names of processes and threads arrive as plain text', async (t) => {
    const hostile = '"}\\u001b[31m</script>\\n; x';
    const busy = await busyNode(t, `process.title = "${hostile.replaceAll('"', '\\"')}"; ${LIGHT}`);
    const dir = folder(t);
    const out = join(dir, 'out.gz');
    const { code, stderr } = await run(['run', '--id', 'h', '--seconds', '1', '--pid', `${busy.pid}`, '--out', out], {
      dir,
    });
    assert.equal(code, 0, stderr);
    const text = gunzipSync(readFileSync(out)).toString('latin1');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f]/);
    const { processes, threads } = readCapture(text);
    assert.match(processes[0]?.name ?? '', /^.\}\?\[31m<\/script>/);
    assert.ok(threads.some(({ name }) => name.includes('}?[31m')));
  });

  test('it waits for the planned start', async (t) => {
    const busy = await busyNode(t, BUSY);
    const dir = folder(t);
    const out = join(dir, 'out.gz');
    const planned = Math.floor(Date.now() / 1000) + 6;
    const args = [
      'run',
      '--id',
      'w',
      '--seconds',
      '1',
      '--start-at',
      `${planned}`,
      '--pid',
      `${busy.pid}`,
      '--out',
      out,
    ];
    assert.equal((await run(args, { dir })).code, 0);
    const { facts } = readCapture(gunzipSync(readFileSync(out)));
    const late = (facts.startedAtMs ?? 0) / 1000 - planned;
    // The window is cut by the times of the samples, so that all machines have the same.
    assert.ok(Math.abs(late) < 0.02, `${late} s late`);
    assert.equal(facts.seconds, 1);
    assert.deepEqual(facts.warnings, []);
  });

  test('it leaves no process and no file behind when it is told to stop', async (t) => {
    const busy = await busyNode(t, BUSY);
    const dir = folder(t);
    const recording = start(['run', '--id', 's', '--seconds', '60', '--pid', `${busy.pid}`], { dir, ownGroup: true });
    await recording.said('Recording');
    recording.child.kill('SIGTERM');
    const { code, report } = await recording.done;
    assert.equal(code, 143);
    assert.equal(report.code, 'STOPPED');
    assert.deepEqual(readdirSync(dir).sort(), ['lock', 'running']);
    await until(() => !groupExists(recording.child.pid ?? 0));
  });

  test('sent twice before the first has ended, both give the one result', async (t) => {
    const busy = await busyNode(t, BUSY);
    const dir = folder(t);
    const args = ['run', '--id', 'twin', '--seconds', '2', '--pid', `${busy.pid}`];
    const first = start(args, { dir });
    await first.said('Recording');
    const second = await run(args, { dir });
    assert.equal(second.code, 0, second.stderr);
    assert.equal(second.stdout, (await first.done).stdout);
    assert.doesNotMatch(second.stderr, /Recording/);
  });

  test('a drill makes way for an alarm, and another drill does not', async (t) => {
    const busy = await busyNode(t, BUSY);
    const dir = folder(t);
    const drill = start(['run', '--id', 'cap-drill-1', '--seconds', '60', '--pid', `${busy.pid}`], { dir });
    await drill.said('Recording');
    const refused = await run(['run', '--id', 'cap-drill-2', '--seconds', '1'], { dir });
    assert.deepEqual([refused.code, refused.report.code], [75, 'ALREADY_RUNNING']);
    const alarm = await run(['run', '--id', 'cap-1', '--seconds', '1', '--pid', `${busy.pid}`], { dir });
    assert.equal(alarm.code, 0, alarm.stderr);
    assert.equal((await drill.done).report.code, 'STOPPED');
    assert.deepEqual(readdirSync(dir).sort(), ['lock', 'result.cap-1', 'running']);
  });

  test('a baseline makes way for an alarm', async (t) => {
    const busy = await busyNode(t, BUSY);
    const dir = folder(t);
    const baseline = start(['run', '--id', 'cap-baseline-1', '--seconds', '60', '--pid', `${busy.pid}`], { dir });
    await baseline.said('Recording');
    const alarm = await run(['run', '--id', 'cap-1', '--seconds', '1', '--pid', `${busy.pid}`], { dir });
    assert.equal(alarm.code, 0, alarm.stderr);
    assert.equal((await baseline.done).report.code, 'STOPPED');
  });

  test('while one runs another is refused, and what a killed run left is cleaned up', async (t) => {
    const busy = await busyNode(t, BUSY);
    const dir = folder(t);
    const killed = start(['run', '--id', 'k', '--seconds', '60', '--pid', `${busy.pid}`], { dir, ownGroup: true });
    await killed.said('Recording');
    const refused = await run(['run', '--id', 'other', '--seconds', '1'], { dir });
    assert.deepEqual([refused.code, refused.report.code], [75, 'ALREADY_RUNNING']);
    assert.match(String(refused.report.message), /Capture k is already running/);
    // As the SSM agent does at its time-out: nobody but the watcher, which is in a group of its own, gets to clean up.
    process.kill(-(killed.child.pid ?? 0), 'SIGKILL');
    await killed.done;
    await until(() => !existsSync(join(dir, 'work.k')));
    const next = await run(['run', '--id', 'next', '--seconds', '1', '--pid', `${busy.pid}`], { dir });
    assert.equal(next.code, 0, next.stderr);
    assert.deepEqual(readdirSync(dir).sort(), ['lock', 'result.next', 'running']);
  });
});
