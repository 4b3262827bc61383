/** Where results are kept, on real mounts: read-only, full, without permission to execute, in memory. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folder, noPerf, run } from '../support/scripts/remote-script.ts';
import { mounted, noMounts } from '../support/scripts/surroundings.ts';

/** Looks for a process that does not exist: it ends after it has chosen its place. */
const NOBODY = ['run', '--id', 'x', '--match', 'no-such-program-here'];
const READ_ONLY = '-t tmpfs -o ro tmpfs';
const FULL = '-t tmpfs -o size=1m tmpfs';

interface Host {
  /** Runs the script there. */
  run(args: readonly string[]): ReturnType<typeof run>;
  /** A path on the host, as it is seen from here. */
  at(path: string): string;
}

/** A host whose folders are ours, but for those that `mounts` puts in their place. */
function host(t: TestContext, mounts: string): Host {
  const dir = folder(t);
  const places = ['/var/lib', '/run', '/var/tmp', '/tmp'];
  for (const place of places) mkdirSync(join(dir, place), { recursive: true });
  // The script itself lies in /tmp: it is kept open before that is covered.
  const covered = places.map((place) => `mount --bind ${join(dir, place)} ${place}`);
  const lines = ['script=$1; shift; exec 7<"$script"', ...covered, mounts, 'set -- /proc/self/fd/7 "$@"'];
  const shell = mounted(lines.join('\n'));
  return { run: (args) => run(args, { dir: '', shell }), at: (path) => join(dir, path) };
}

const skip = noMounts() ?? false;

test('results are kept in /var/lib, also where nothing may be executed from it', { skip }, async (t) => {
  const one = host(t, 'mount -o remount,bind,noexec /var/lib');
  const { report, stderr } = await one.run(NOBODY);
  assert.equal(report.code, 'NO_NODE_PROCESS', stderr);
  assert.ok(existsSync(one.at('/var/lib/smokejumper/lock')));
  assert.doesNotMatch(stderr, /Results are kept/);
});

test('where /var/lib is read-only they are kept in /run, and it is called that', { skip }, async (t) => {
  const one = host(t, `mount ${READ_ONLY} /var/lib`);
  const { report, stderr } = await one.run(NOBODY);
  assert.equal(report.code, 'NO_NODE_PROCESS', stderr);
  assert.ok(existsSync(one.at('/run/smokejumper/lock')));
  assert.match(stderr, /Results are kept in \/run\/smokejumper\. \/var\/lib\/smokejumper: Read-only file system\./);
});

test('where disks are full the next one is taken; the folder of somebody else is passed over', { skip }, async (t) => {
  const full = `mount ${FULL} /var/lib; mount ${FULL} /run`;
  const one = host(t, `${full}; ln -s /etc /var/tmp/smokejumper-0`);
  const { stderr } = await one.run(NOBODY);
  assert.ok(existsSync(one.at('/tmp/smokejumper-0/lock')), stderr);
  assert.match(stderr, /\/run\/smokejumper: only \d+ KB are free, but \d+ KB are needed;/);
  assert.match(stderr, /\/var\/tmp\/smokejumper-0: it is a link or belongs to another user/);
});

test('files in memory may take a quarter of what is available', { skip }, async (t) => {
  const mounts = [
    `mount ${READ_ONLY} /var/lib`,
    'mount -t tmpfs -o size=200m tmpfs /run',
    'echo "MemAvailable:  40000 kB" >/var/tmp/meminfo; mount --bind /var/tmp/meminfo /proc/meminfo',
  ];
  const one = host(t, mounts.join('\n'));
  const { stderr } = await one.run(NOBODY);
  assert.match(stderr, /\/run\/smokejumper: only 10000 KB are free/);
  assert.match(stderr, /Results are kept in \/var\/tmp\/smokejumper-0\./);
});

test('where none will do, each is named with its reason', { skip }, async (t) => {
  const places = ['/var/lib', '/run', '/var/tmp', '/tmp'];
  const one = host(t, places.map((place) => `mount ${READ_ONLY} ${place}`).join('\n'));
  const { code, report } = await one.run(NOBODY);
  assert.deepEqual([code, report.code], [73, 'NOT_WRITABLE']);
  assert.match(
    String(report.message),
    /\/var\/lib\/smokejumper: Read-only file system; .*\/tmp\/smokejumper-0: Read-only/,
  );
  assert.match(String(report.hint), /SMOKEJUMPER_DIR/);
});

test('a result is found, sent and removed wherever it is', { skip }, async (t) => {
  const one = host(t, '');
  const result = one.at('/var/tmp/smokejumper-0/result.x');
  mkdirSync(result, { recursive: true });
  writeFileSync(join(result, 'capture.gz'), 'bytes');
  writeFileSync(join(result, 'report'), '');
  const fetched = await one.run(['fetch', '--id', 'x', '--offset', '0']);
  assert.equal(Buffer.from(fetched.stdout.split('\n')[0] ?? '', 'base64').toString(), 'bytes', fetched.stderr);
  // Sent twice: what the first command recorded, although /var/lib would do now.
  const again = await one.run(NOBODY);
  assert.deepEqual([again.code, again.report.bytes], [0, 5], again.stderr);
  const cleaned = await one.run(['clean', '--id', 'x']);
  assert.deepEqual([cleaned.code, existsSync(result)], [0, false], cleaned.stderr);
});

test('only one capture runs, even when it had to keep its files elsewhere', { skip }, async (t) => {
  const held =
    'mkdir -m 700 /run/smokejumper; echo other >/run/smokejumper/running; exec 8>>/run/smokejumper/lock; flock 8';
  const { code, report } = await host(t, held).run(NOBODY);
  assert.deepEqual([code, report.code], [75, 'ALREADY_RUNNING']);
  assert.match(String(report.message), /Capture other is already running/);
});

test('a whole capture on a host with a read-only /var/lib and a /run that nothing may be executed from', {
  skip: skip || (noPerf() ?? false),
}, async (t) => {
  const one = host(t, `mount ${READ_ONLY} /var/lib; mount -o remount,bind,noexec /run`);
  const recorded = await one.run(['run', '--id', 'x', '--seconds', '1', '--pid', `${process.pid}`]);
  assert.equal(recorded.code, 0, recorded.stderr);
  assert.ok(existsSync(one.at('/run/smokejumper/result.x/capture.gz')));
  assert.equal((await one.run(['fetch', '--id', 'x', '--offset', '0'])).report.sha256, recorded.report.sha256);
  assert.equal((await one.run(['clean', '--id', 'x'])).code, 0);
  assert.ok(!existsSync(one.at('/run/smokejumper/result.x')));
});
