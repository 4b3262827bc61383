import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { AWKS, awkFile } from '../support/scripts/remote-script.ts';

/** As `perf script -F comm,pid,tid,time,event` prints a sample. */
function line(comm: string, pid: number, tid: number, at: number): string {
  return `${comm.padStart(16)} ${`${pid}/${tid}`.padStart(11)} ${at.toFixed(6).padStart(12)}: cpu-clock: \n`;
}

function census(text: string, awk: readonly string[] = AWKS[0] ?? ['awk']): string[] {
  const [program, ...words] = awk as [string, ...string[]];
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  const result = spawnSync(program, [...words, '-f', awkFile('census')], { input: text, encoding: 'latin1', env });
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
