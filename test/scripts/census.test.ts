import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { AWKS, awkFile } from '../support/scripts/remote-script.ts';

/** As `perf script -F comm,pid,tid,time,event` prints a sample. */
function line(comm: string, pid: number, tid: number, at: number): string {
  return `${comm.padStart(16)} ${`${pid}/${tid}`.padStart(11)} ${at.toFixed(6).padStart(12)}: cpu-clock: \n`;
}

function census(
  text: string,
  awk: readonly string[] = AWKS[0] ?? ['awk'],
  variables: readonly string[] = [],
): string[] {
  const [program, ...words] = awk as [string, ...string[]];
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  const given = variables.flatMap((variable) => ['-v', variable]);
  const result = spawnSync(program, [...words, ...given, '-f', awkFile('census')], {
    input: text,
    encoding: 'latin1',
    env,
  });
  assert.equal(result.stderr, '');
  return result.stdout.trimEnd().split('\n');
}

test('every sample is counted under its process, and threads get their names', () => {
  const text =
    line('node', 7, 7, 10.5) + line('swapper', 0, 0, 10.25) + line('V8Worker', 7, 9, 12) + line('node', 7, 7, 13);
  assert.deepEqual(census(text), [
    'total 4',
    'lost 0',
    'first 10.250000',
    'last 13.000000',
    'pid 7 3',
    'pid 0 1',
    'tid 7 7 node',
    'tid 0 0 swapper',
    'tid 7 9 V8Worker',
  ]);
});

test('names with blanks, digits, brackets, line ends and what looks like a header do not mislead it', () => {
  const hostile = [
    '  lead',
    'srv 8080',
    'CPU 0/KVM',
    '# x',
    '1/1 2.0:',
    'a\nb',
    ') (',
    '',
    '\u001b[2J\t',
    '[1] 9/9 1.0: c',
  ];
  const text = hostile.map((comm, i) => line(comm, 100 + i, 200 + i, 10 + i)).join('');
  const lines = census(text);
  assert.equal(lines[0], `total ${hostile.length}`);
  assert.deepEqual(
    lines.filter((row) => row.startsWith('pid ')),
    hostile.map((_, i) => `pid ${100 + i} 1`),
  );
  assert.ok(lines.includes('tid 105 205 a?b'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  assert.doesNotMatch(lines.join(''), /[\u0000-\u001f\u007f]/);
});

test('samples that the kernel lost are added up', () => {
  const lost = '            node     7/7         11.000000: PERF_RECORD_LOST lost 12\n';
  const more = '            node     7/7         11.000000: PERF_RECORD_LOST_SAMPLES lost 3\n';
  assert.deepEqual(census(line('node', 7, 7, 10) + lost + more).slice(0, 2), ['total 1', 'lost 15']);
});

test('mawk, gawk and busybox awk count alike', (t) => {
  if (AWKS.length < 2) return t.skip(`only ${AWKS.length} awk is installed`);
  const text = line('n\xe4me; x', 7, 7, 123456.75) + line('a\nb', 8, 9, 123457) + line('swapper', 0, 0, 123458);
  const [first, ...others] = AWKS.map((awk) => census(text, awk));
  for (const other of others) assert.deepEqual(other, first);
});

function event(comm: string, pid: number, at: number, words: string): string {
  return `${comm.padStart(16)} ${`${pid}/${pid}`.padStart(11)} ${at.toFixed(6).padStart(12)}: PERF_RECORD_${words}\n`;
}

/** cron(4) starts log-rotate.sh(5), which starts gzip(6) and gzip(7). */
const GENERATIONS =
  event('cron', 4, 0, 'FORK(4:4):(1:1)') +
  event('cron', 4, 0, 'FORK(40:41):(40:40)') +
  event('cron', 4, 0, 'FORK(5:5):(4:4)') +
  event('log-rotate.sh', 5, 10, 'FORK(6:6):(5:5)') +
  line('log-rotate.sh', 6, 6, 10.1) +
  event('gzip', 6, 10.2, 'COMM exec: gzip:6/6') +
  line('gzip', 6, 6, 10.3) +
  event('gzip', 6, 10.4, 'EXIT(6:6):(5:5)') +
  event('log-rotate.sh', 5, 10.5, 'FORK(7:7):(5:5)') +
  line('gzip', 7, 7, 10.6);

for (const awk of AWKS) {
  test(`${awk.join(' ')}: who started a process is noted, back to the first, and what a program is called`, () => {
    assert.deepEqual(census(GENERATIONS, awk).slice(4), [
      ...['pid 6 2', 'pid 7 1', 'tid 6 6 gzip', 'tid 7 7 gzip'],
      ...['parent 6 5', 'program 6 gzip', 'parent 5 4', 'parent 4 1', 'parent 7 5'],
    ]);
  });

  test(`${awk.join(' ')}: what this script started is its own`, () => {
    const own = census(GENERATIONS, awk, ['root=5']).filter((row) => row.startsWith('own '));
    assert.deepEqual(own, ['own 6', 'own 7']);
  });

  test(`${awk.join(' ')}: only samples within the window count, who started whom before it as well`, () => {
    const rows = census(GENERATIONS, awk, ['begins=10.3', 'ends=10.6']);
    assert.deepEqual(rows.slice(0, 6), [
      'total 1',
      'lost 0',
      'first 10.300000',
      'last 10.300000',
      'pid 6 1',
      'tid 6 6 gzip',
    ]);
    assert.ok(rows.includes('parent 5 4'));
  });
}

test('a thread that bears the words of an event does not forge one', () => {
  const rows = census(line('FORK(9:9):(1:1)', 7, 7, 10) + line('COMM exec: x:9/9', 8, 8, 11) + line('EXIT(', 9, 9, 12));
  assert.deepEqual(rows.slice(4), [
    'pid 7 1',
    'pid 8 1',
    'pid 9 1',
    'tid 7 7 FORK(9:9):(1:1)',
    'tid 8 8 COMM exec: x:9/9',
    'tid 9 9 EXIT(',
  ]);
});
