import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseRunOutput } from '../../service/capture/capture-script.ts';
import { folder, has, noPerf, run } from '../support/scripts/remote-script.ts';
import { pathWith } from '../support/scripts/surroundings.ts';

const SELF = ['run', '--id', 'x', '--seconds', '1', '--pid', `${process.pid}`];

test('wrong usage is refused with exit code 64 before anything is touched', async (t) => {
  const dir = folder(t);
  const wrong: readonly (readonly string[])[] = [
    [],
    ['dance', '--id', 'x'],
    ['run'],
    ['run', '--id', '../x'],
    ['run', '--id', 'a'.repeat(65)],
    ['run', '--id', 'x', '--seconds', '0'],
    ['run', '--id', 'x', '--seconds', '5; reboot'],
    ['run', '--id', 'x', '--hz', '99999'],
    ['run', '--id', 'x', '--pid', '1 2'],
    ['run', '--id', 'x', '--pid', '$(id)'],
    ['run', '--id', 'x', '--engine', 'v8'],
    ['run', '--id', 'x', '--frequency', '9'],
    ['run', '--id', 'x', '--match', '('],
    ['run', '--id', 'x', '--seconds'],
    ['run', '--id', 'x', '--offset', '5'],
    ['fetch', '--offset', '5'],
    ['fetch', '--id', 'x'],
    ['fetch', '--id', 'x', '--offset'],
    ['fetch', '--id', 'x', '--offset', '-1'],
    ['fetch', '--id', 'x', '--seconds', '5'],
    ['clean'],
    ['clean', '--id', ''],
    ['clean', '--id', '../x'],
    ['clean', '--id', 'x', '--offset', '5'],
  ];
  for (const args of wrong) {
    const { code, report, stderr } = await run(args, { dir });
    assert.deepEqual([code, report.ok, report.code], [64, false, 'USAGE'], args.join(' '));
    assert.match(stderr, /^smokejumper: .+\n$/);
  }
  assert.deepEqual(readdirSync(dir), []);
});

test('no process to profile: 69, in words that say what was looked for', async (t) => {
  const dir = folder(t);
  const none = await run(['run', '--id', 'x', '--match', 'no-such-program-here'], { dir });
  assert.deepEqual([none.code, none.report.code], [69, 'NO_NODE_PROCESS']);
  assert.match(String(none.report.message), /no-such-program-here/);
  const gone = await run(['run', '--id', 'x', '--pid', '4194304'], { dir });
  assert.deepEqual([gone.code, gone.report.code], [69, 'NO_SUCH_PROCESS']);
});

test('the process that runs the script is not profiled by it', async (t) => {
  // The command lines of this test's process, and of the one that started it, name this file.
  const { code, report } = await run(['run', '--id', 'x', '--match', 'scripts/errors\\.test'], { dir: folder(t) });
  assert.deepEqual([code, report.code], [69, 'NO_NODE_PROCESS']);
});

test('no perf: 71, with the command that installs it here, and nothing installed', async (t) => {
  const dir = folder(t);
  const path = pathWith(t, { perf: null, 'apt-get': 'echo installed >&2; exit 1' });
  const { code, report } = await run(SELF, { dir, env: { SMOKEJUMPER_PATH: path } });
  assert.deepEqual([code, report.code], [71, 'PERF_MISSING']);
  assert.match(String(report.hint), /install|add|perf package/);
  assert.deepEqual(readdirSync(dir).sort(), ['lock', 'running']);
});

test('a perf wrapper without the tools of the running kernel counts as no perf', async (t) => {
  const path = pathWith(t, { perf: 'echo "WARNING: perf not found for kernel 6.8.0" >&2; exit 2' });
  const { code, report } = await run(SELF, { dir: folder(t), env: { SMOKEJUMPER_PATH: path } });
  assert.deepEqual([code, report.code], [71, 'PERF_MISSING']);
});

const DENIED =
  'case "$1" in version) echo "perf version 9.9" ;; stat) ' +
  'printf "Error:\\nno permission to open\\nConsider\\nsettings\\n" >&2; exit 255 ;; esac';

test("perf that is not allowed to record: 72, with perf's reason", async (t) => {
  const path = pathWith(t, { perf: DENIED });
  const { code, report } = await run(SELF, { dir: folder(t), env: { SMOKEJUMPER_PATH: path } });
  assert.deepEqual([code, report.code], [72, 'PERF_NOT_PERMITTED']);
  assert.match(String(report.message), /: no permission to open\.$/);
});

test('where only single processes may be recorded it does that and says so', async (t) => {
  const reason = noPerf();
  if (reason !== undefined) return t.skip(reason);
  const only =
    'case " $* " in *" stat "*" -a "*) echo "not permitted" >&2; exit 255 ;; esac; ' +
    'exec /usr/bin/env -i PATH=/usr/bin:/bin perf "$@"';
  const path = pathWith(t, { perf: only });
  const { code, report, stderr } = await run(SELF, { dir: folder(t), env: { SMOKEJUMPER_PATH: path } });
  assert.equal(code, 0, stderr);
  assert.equal(report.scope, 'pids');
  assert.match(String(report.warnings), /System-wide recording is not permitted/);
});

test('a recording that fails: 70, with the last words of perf', async (t) => {
  const path = pathWith(t, {
    perf:
      'case "$1 $*" in version*) echo "perf version 9.9" ;; stat*) ;; ' +
      'record*) echo "ring buffer broke" >&2; exit 3 ;; esac',
  });
  const { code, report } = await run(SELF, { dir: folder(t), env: { SMOKEJUMPER_PATH: path } });
  assert.deepEqual([code, report.code], [70, 'RECORD_FAILED']);
  assert.match(String(report.message), /ring buffer broke/);
});

/** A disk of its own; undefined when it cannot be mounted. */
function smallDisk(t: TestContext, size: string): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'smokejumper-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir]);
  t.after(() => {
    spawnSync('umount', [dir]);
    rmdirSync(dir);
  });
  return mounted.status === 0 ? dir : undefined;
}

test('a full disk: 73, before anything is recorded', async (t) => {
  const reason = noPerf();
  if (reason !== undefined) return t.skip(reason);
  const dir = smallDisk(t, '1m');
  if (dir === undefined) return t.skip('a small disk can only be mounted as root');
  const { code, report } = await run(SELF, { dir });
  assert.deepEqual([code, report.code], [73, 'DISK_FULL']);
});

test('a disk that fills up: 73, though nothing could record why, and nothing is left behind', async (t) => {
  const dir = smallDisk(t, '64m');
  if (dir === undefined) return t.skip('a small disk can only be mounted as root');
  const path = pathWith(t, {
    perf:
      'case "$1 $*" in version*) echo "perf version 9.9" ;; record*--" true") ' +
      `while [ "$1" != -o ]; do shift; done; echo x >"$2" ;; *" -h") ;; ` +
      `record*) head -c 99000000 /dev/zero >${dir}/fill; exit 255 ;; esac`,
  });
  const { code, report } = await run(SELF, { dir, env: { SMOKEJUMPER_PATH: path } });
  assert.deepEqual([code, report.code], [73, 'DISK_FULL'], String(report.message));
  assert.match(String(report.message), /filled up/);
  assert.deepEqual(readdirSync(dir).sort(), ['fill', 'lock', 'running']);
});

test('its messages are intact under busybox tr', async (t) => {
  if (!has('busybox')) return t.skip('busybox is not installed');
  const path = pathWith(t, { tr: 'exec busybox tr "$@"' });
  const args = ['run', '--id', 'x', '--match', 'no-such-program-here'];
  const { stderr } = await run(args, { dir: folder(t), env: { SMOKEJUMPER_PATH: path } });
  assert.match(
    stderr,
    /^smokejumper: No Node\.js process that matches 'no-such-program-here' is running on this machine\./,
  );
});

test('a missing basic tool: 78, by name', async (t) => {
  const path = pathWith(t, { base64: null });
  const { code, report } = await run(SELF, { dir: folder(t), env: { SMOKEJUMPER_PATH: path } });
  assert.deepEqual([code, report.code], [78, 'MISSING_TOOL']);
  assert.match(String(report.message), /base64/);
});

test('a folder that is a link or belongs to somebody else is not used', async (t) => {
  const dir = folder(t);
  mkdirSync(join(dir, 'real'));
  symlinkSync(join(dir, 'real'), join(dir, 'link'));
  const { code, report } = await run(SELF, { dir: join(dir, 'link') });
  assert.deepEqual([code, report.code], [70, 'UNSAFE_FOLDER']);
});

test('fetch and clean of what is not there: 66, and nothing to do', async (t) => {
  const dir = folder(t);
  const fetched = await run(['fetch', '--id', 'x', '--offset', '0'], { dir });
  assert.deepEqual([fetched.code, fetched.report.code], [66, 'NO_RESULT']);
  assert.equal((await run(['clean', '--id', 'x'], { dir })).code, 0);
});

test('results that nobody fetched and leftovers of killed runs are removed by the next run', async (t) => {
  const dir = folder(t);
  const twoHoursAgo = Date.now() / 1000 - 7200;
  for (const name of ['result.old', 'result.new', 'work.killed']) mkdirSync(join(dir, name));
  utimesSync(join(dir, 'result.old'), twoHoursAgo, twoHoursAgo);
  await run(['run', '--id', 'x', '--match', 'no-such-program-here'], { dir });
  assert.deepEqual(readdirSync(dir).sort(), ['lock', 'result.new', 'running']);
});

test('every failure reads as the same fault on the side of the service', async (t) => {
  const { stdout } = await run(['run', '--id', 'x', '--match', 'no-such-program-here'], { dir: folder(t) });
  assert.throws(() => parseRunOutput(stdout), { code: 'NO_NODE_PROCESS', retry: 'never', hint: /--pid/ });
});
