import assert from 'node:assert/strict';
import test from 'node:test';
import type { ProcessInfo } from '../../service/profile/profile.ts';
import { flagHazards } from '../../service/report/flag-hazards.ts';

const PROCESS: ProcessInfo = {
  pid: 70,
  name: 'app.js',
  cpuSeconds: 1,
  partial: false,
  perfMap: 'ok',
  node: 'v24.21.0',
};
const LOG = { to: 'file', path: '/srv/app/isolate-0x1-70-v8.log', bytes: 2_000_000, seconds: 3600 } as const;

test('a service whose flags do no harm has no line', () => {
  assert.deepEqual(flagHazards([PROCESS, { ...PROCESS, node: 'v22.1.0', sharesMapWith: [] }]), []);
});

test('a log that grows is named with its size, what it grows by, and what to do', () => {
  const [line = '', ...more] = flagHazards([{ ...PROCESS, v8Log: LOG }]);
  assert.deepEqual(more, []);
  assert.match(line, /^app\.js \(70, Node 24\.21\.0\): V8 writes a log that never ends because of --perf-basic-prof/);
  assert.match(line, /2\.0 MB so far, about 48(\.0)? MB a day, such as \/srv\/app\/isolate-0x1-70-v8\.log\./);
  assert.match(line, /--logfile=\+ --no-logfile-per-isolate to the command line.*V8_ENGINE=fallback/);
});

test('a log in the output of the service comes first', () => {
  const stdout = { to: 'stdout', path: '', bytes: 0, seconds: 5 } as const;
  const lines = flagHazards([
    { ...PROCESS, v8Log: LOG },
    { ...PROCESS, pid: 71, v8Log: stdout },
  ]);
  assert.match(lines[0] ?? '', /^app\.js \(71, Node 24\.21\.0\): V8 writes its log to the program's standard output/);
  assert.equal(lines.length, 2);
});

test('a log without a name is worth a word once it is large', () => {
  const unlinked = { to: 'unlinked', path: '/tmp/#7 (deleted)', bytes: 1e6, seconds: 5 } as const;
  assert.deepEqual(flagHazards([{ ...PROCESS, v8Log: unlinked }]), []);
  const [line = ''] = flagHazards([{ ...PROCESS, v8Log: { ...unlinked, bytes: 3e8 } }]);
  assert.match(line, /has grown to 300(\.0)? MB; the disk has it back when the program is restarted/);
});

test('processes that write one map are named together; of a cluster only the first three', () => {
  const all = Array.from({ length: 8 }, (_, at) => ({ ...PROCESS, pid: 70 + at, sharesMapWith: [69] }));
  const [line = ''] = flagHazards(all);
  assert.match(
    line,
    /^app\.js \(70, .*\), app\.js \(71, .*\), app\.js \(72, .*\) and 5 more write one and the same perf map/,
  );
});
