import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AWKS, awkFile, folder } from '../support/scripts/remote-script.ts';

/** /proc/PID/stat of a process; fields 14 and 15 are its CPU ticks, 22 is when it began. */
function stat(pid: number, name: string, ticks: readonly [number, number], start: number): string {
  return `${pid} (${name}) S 1 1 1 0 -1 4194560 9 9 9 9 ${ticks[0]} ${ticks[1]} 0 0 20 0 11 0 ${start} 1 2 3\n`;
}

function tick(awk: readonly string[], folders: readonly string[]): string[] {
  const [program, ...words] = awk as [string, ...string[]];
  const args = [...words, '-v', 'up=123.45', '-f', awkFile('tick'), ...folders];
  const result = spawnSync(program, args, { encoding: 'latin1', env: { PATH: process.env.PATH, LC_ALL: 'C' } });
  return result.stdout.trimEnd().split('\n');
}

for (const awk of AWKS) {
  test(`${awk.join(' ')} notes time, load, CPU, and of each process pid, CPU ticks, start, parent and name`, (t) => {
    const dir = folder(t);
    const stats = { 7: stat(7, 'node', [30, 12], 555), 8: stat(8, 'a) (b\n1 2) 3', [1, 0], 600), 9: 'ended' };
    const folders = Object.entries(stats).map(([pid, text]) => {
      mkdirSync(join(dir, pid));
      writeFileSync(join(dir, pid, 'stat'), text);
      return join(dir, pid);
    });
    const [time, load, cpu, ...processes] = tick(awk, [...folders, join(dir, '10')]);
    assert.equal(time, 'T 123.45');
    assert.match(load ?? '', /^L \d+\.\d\d \d/);
    assert.match(cpu ?? '', /^C cpu +\d+ \d/);
    assert.deepEqual(processes, ['P 7 42 555 1 node', 'P 8 1 600 1 a) (b?1 2) 3']);
  });
}
