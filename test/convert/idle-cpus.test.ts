import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { idleProcessors, runningThreads } from '../../service/convert/idle-cpus.ts';

test('the threads that run are read from what Linux says of this moment', () => {
  assert.equal(runningThreads('0.20 0.18 0.12 2/301 4711\n'), 2);
  assert.equal(runningThreads('96.01 80.18 12.00 117/3010 4711\n'), 117);
});

test('a text that says nothing about threads leads to no guess', () => {
  for (const text of ['', '0.20 0.18 0.12', 'x y z 2/301 1', '0.20 0.18 0.12 -1/3 1']) {
    assert.equal(runningThreads(text), undefined, text);
  }
});

test('no more processors are idle than this process may use', () => {
  assert.ok(idleProcessors() <= availableParallelism());
});
