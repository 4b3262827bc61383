/** Which maps are copied: those of processes that have samples. The others cost no command; there may be hundreds. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folder, has, PARTS } from '../support/scripts/remote-script.ts';

const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(([program]) => has(program ?? ''));
const MAP = '1000 10 one\n';

const mapOf = (pid: number | undefined) => `/tmp/perf-${pid}.map`;

async function waiting(t: TestContext): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  t.after(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    rmSync(mapOf(child.pid), { force: true });
  });
  return child;
}

/** The lines of `states` and `procs` for these processes, of which `sampled` have samples. */
function copied(
  work: string,
  shell: readonly string[],
  pids: readonly number[],
  { sampled, v8 = 'off' }: { sampled: readonly number[]; v8?: string },
): { states: string[]; procs: string[] } {
  const owner = process.getuid?.() ?? 0;
  writeFileSync(join(work, 'known'), pids.map((pid) => `${pid} ${pid} ${owner} 1\n`).join(''));
  writeFileSync(join(work, 'census'), ['total 9', ...sampled.map((pid) => `pid ${pid} 3`), ''].join('\n'));
  const parts = '. ./common.sh; . ./run/reduce.sh; copy_map=$(cat run/copy-map.sh)';
  const text = `cd ${PARTS}; ${parts}; work=${work}; v8=${v8}; copy_maps`;
  const [program = '', ...words] = shell;
  const ran = spawnSync(program, [...words, '-c', text], { encoding: 'utf8' });
  assert.equal(ran.stderr, '', shell.join(' '));
  const lines = (name: string) => readFileSync(join(work, name), 'utf8').trimEnd().split('\n');
  return { states: lines('states'), procs: lines('procs') };
}

for (const shell of SHELLS) {
  test(`${shell.join(' ')}: a map is copied where there are samples, and told of where there are none`, async (t) => {
    const work = folder(t);
    const children = [await waiting(t), await waiting(t), await waiting(t), await waiting(t)];
    const pids = children.map(({ pid }) => pid as number);
    const [busy, idle, none, linked] = pids as [number, number, number, number];
    for (const pid of [busy, idle]) writeFileSync(mapOf(pid), MAP);
    symlinkSync(mapOf(busy), mapOf(linked));
    const { states, procs } = copied(work, shell, pids, { sampled: [busy, none, 7] });
    assert.deepEqual(states, [`${busy} ok`, `${idle} ok`, `${none} none`, `${linked} unreadable`]);
    const copy = join(work, 'map.0');
    assert.deepEqual(procs, [
      `0 ${busy} ${copy} 0 ${MAP.length}`,
      `1 ${idle} - 0 0`,
      `2 ${none} - 0 0`,
      `3 ${linked} - 0 0`,
    ]);
    assert.equal(readFileSync(copy, 'utf8'), MAP);
    assert.ok(!existsSync(join(work, 'map.1')));
  });
}

test('where V8 is asked for lines its samples need the map as well', async (t) => {
  const work = folder(t);
  const pid = (await waiting(t)).pid as number;
  writeFileSync(mapOf(pid), MAP);
  const { procs } = copied(work, SHELLS[0] ?? ['sh'], [pid], { sampled: [], v8: 'lines' });
  assert.deepEqual(procs, [`0 ${pid} ${join(work, 'map.0')} 0 ${MAP.length}`]);
});
