/** What the flags for names do to real processes, as flags.sh sees it from outside. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readCaptureFacts } from '../../service/profile/capture-form/facts.ts';
import { folder, has, PARTS } from '../support/scripts/remote-script.ts';
import { noMounts } from '../support/scripts/surroundings.ts';

const NAMES = '--perf-basic-prof-only-functions';
/** Says when it runs, and waits. */
const IDLE = 'console.log("ready"); setInterval(() => {}, 60_000);';
const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(([program]) => has(program ?? ''));

async function waitingFor(t: TestContext, child: ChildProcess): Promise<ChildProcess> {
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    rmSync(`/tmp/perf-${child.pid}.map`, { force: true });
  });
  for await (const text of child.stdout as NonNullable<ChildProcess['stdout']>) if (/ready/.test(`${text}`)) break;
  return child;
}

function idle(t: TestContext, flags: readonly string[], cwd: string): Promise<ChildProcess> {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return waitingFor(t, spawn(process.execPath, [...flags, '-e', IDLE], { cwd, stdio: [...stdio] }));
}

/** What is noted of each [pid, inner pid], by pid. */
function noted(
  t: TestContext,
  processes: readonly (readonly [number | undefined, number | undefined])[],
  shell: readonly string[] = SHELLS[0] ?? ['sh'],
): Record<string, Record<string, unknown>> {
  const work = folder(t);
  writeFileSync(join(work, 'known'), processes.map(([pid, inner]) => `${pid} ${inner} 0 mnt\n`).join(''));
  writeFileSync(join(work, 'described'), '');
  const parts = `. ./common.sh; . ./host/flags.sh; flags_awk=$(cat awk/flags.awk)`;
  const text = `cd ${PARTS}; ${parts}; work=${work}; note_flags`;
  const [program = '', ...words] = shell;
  const ran = spawnSync(program, [...words, '-c', text], { encoding: 'utf8' });
  assert.equal(ran.stderr, '', shell.join(' '));
  const lines = readFileSync(join(work, 'described'), 'utf8').trim().split('\n');
  const found = lines.map((line) => /^(\d+) more ,(.*)$/.exec(line) ?? []);
  return Object.fromEntries(found.map(([, pid, json]) => [pid, JSON.parse(`{${json}}`)]));
}

for (const shell of SHELLS) {
  test(`${shell.join(' ')}: the version is read, and a log that grows is found with its size and age`, async (t) => {
    const [dir, plain] = [folder(t), folder(t)];
    const flagged = await idle(t, [NAMES], dir);
    const ordinary = await idle(t, [], plain);
    const of = noted(
      t,
      [flagged, ordinary].map(({ pid }) => [pid, pid] as const),
      shell,
    );
    assert.deepEqual(of[`${ordinary.pid}`], { node: process.version });
    const { v8Log, ...rest } = of[`${flagged.pid}`] ?? {};
    assert.deepEqual(rest, { node: process.version });
    const [log = ''] = readdirSync(dir);
    const { seconds, bytes, ...where } = v8Log as Record<string, unknown>;
    assert.deepEqual(where, { to: 'file', path: join(dir, log) });
    assert.ok(Number(bytes) > 100 && Number(seconds) >= 0 && Number(seconds) < 300);
  });
}

test('a log without a name is called unlinked; without any file it must go to standard output', async (t) => {
  const dir = folder(t);
  const unlinked = await idle(t, [NAMES, '--logfile=+', '--no-logfile-per-isolate'], dir);
  // As where the working directory cannot be written to, which root does not know.
  const stdout = await idle(t, [NAMES, '--logfile=/dev/null', '--no-logfile-per-isolate'], dir);
  const removed = folder(t);
  mkdirSync(join(removed, 'gone'));
  const nowhere = spawn('sh', ['-c', `rmdir ../gone; exec "$0" ${NAMES} -e '${IDLE}'`, process.execPath], {
    cwd: join(removed, 'gone'),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await waitingFor(t, nowhere);
  const of = noted(
    t,
    [unlinked, stdout, nowhere].map(({ pid }) => [pid, pid] as const),
  );
  const log = (child: ChildProcess) => of[`${child.pid}`]?.v8Log as Record<string, unknown> | undefined;
  assert.equal(log(unlinked)?.to, 'unlinked');
  assert.match(String(log(unlinked)?.path), /^\/tmp\/.* \(deleted\)$/);
  assert.equal(log(nowhere)?.to, 'stdout');
  // Somebody who names a file of his own knows of it.
  assert.equal(log(stdout), undefined);
  assert.deepEqual(readdirSync(dir), []);
});

test('a file whose name goes over lines tells nothing of another process', async (t) => {
  const dir = folder(t);
  const other = await idle(t, [NAMES, '--logfile=+', '--no-logfile-per-isolate'], folder(t));
  const forged = join(dir, `x\n/proc/${other.pid}/fd:\nl 1 -> `, 'tmp');
  mkdirSync(forged, { recursive: true });
  writeFileSync(join(forged, 'v8.log'), '');
  const lines = `exec 7<"$1"; exec "$0" ${NAMES} -e '${IDLE}'`;
  const words = ['-c', lines, process.execPath, join(forged, 'v8.log')];
  const hostile = await waitingFor(t, spawn('sh', words, { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] }));
  const of = noted(
    t,
    [other, hostile].map(({ pid }) => [pid, pid] as const),
  );
  assert.equal((of[`${other.pid}`]?.v8Log as Record<string, unknown> | undefined)?.to, 'unlinked');
});

test('two processes that write one map are told apart from those that do not', { skip: noMounts() }, async (t) => {
  const shared = folder(t);
  const start = () => {
    const lines = `exec 7<"$0"; mount --bind ${shared} /tmp; cd /tmp; exec /proc/self/fd/7 ${NAMES} -e '${IDLE}'`;
    const words = ['-m', '-p', '-f', '--kill-child', 'sh', '-c', lines, process.execPath];
    return waitingFor(t, spawn('unshare', words, { stdio: ['ignore', 'pipe', 'inherit'] }));
  };
  const children = [await start(), await start()];
  const alone = await idle(t, [NAMES], folder(t));
  const pids = children.map(({ pid }) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')));
  assert.ok(existsSync(join(shared, 'perf-1.map')));
  const of = noted(t, [...pids.map((pid) => [pid, 1] as const), [alone.pid, alone.pid]]);
  assert.deepEqual(of[`${pids[0]}`]?.sharesMapWith, [pids[1]]);
  assert.deepEqual(of[`${pids[1]}`]?.sharesMapWith, [pids[0]]);
  assert.equal(of[`${alone.pid}`]?.sharesMapWith, undefined);
});

test('what an instance says of flags is read, and what it may not say is left out', () => {
  const read = (more: object) => {
    const processes = [{ pid: 7, name: 'a', partial: false, ...more }];
    return readCaptureFacts(JSON.stringify({ hz: 99, seconds: 1, binMs: 20, processes })).processes[0]?.info;
  };
  const v8Log = { to: 'file', path: '/srv/isolate-v8.log', bytes: 9, seconds: 3 };
  const info = read({ node: 'v24.1.0', v8Log, sharesMapWith: [9, -1, 'x'] });
  assert.deepEqual([info?.node, info?.sharesMapWith, info?.v8Log], ['v24.1.0', [9], v8Log]);
  assert.deepEqual(Object.keys(read({ node: '<b>', v8Log: { to: 'printer' } }) ?? {}), Object.keys(read({}) ?? {}));
  assert.throws(() => read({ v8Log: { to: 'file', bytes: -1, seconds: 1 } }), { code: 'CAPTURE_INVALID' });
});
