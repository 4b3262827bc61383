import assert from 'node:assert/strict';
import test from 'node:test';
import { type Health, whyNotReady } from '../../service/http/readiness.ts';
import type { LaneHealth } from '../../service/incidents/lanes/lane.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const MINUTE = 60_000;
const LIMITS = { maxBacklogMs: 30 * MINUTE, minFreeBytes: 200e6 };

const WELL: Health = {
  lanes: async () => [],
  queues: () => [{ name: 'cpu', silentMs: 28_000 }],
  checkStore: async () => undefined,
  disk: async () => ({ freeBytes: 50e9, totalBytes: 100e9 }),
  longestHoldMs: () => 100,
  rulesFault: () => null,
  stopping: false,
};

const ask = (changes: Partial<Health>) => whyNotReady({ ...WELL, ...changes }, LIMITS, NOW, 20);
const lane = (changes: Partial<LaneHealth>): Partial<Health> => ({
  lanes: async () => [{ name: 'capture', due: 3, oldestDueMs: NOW - MINUTE, lastMovedMs: NOW - MINUTE, ...changes }],
});

test('a service that can do its work has no reason against it', async () => {
  assert.deepEqual(await ask({}), []);
  assert.deepEqual(await ask(lane({})), []);
});

test('a lane in which nothing moves though work is due is named', async () => {
  const still = { oldestDueMs: NOW - 6 * MINUTE, lastMovedMs: NOW - 9 * MINUTE };
  assert.deepEqual(await ask(lane(still)), ['Nothing has moved in capture for 6 min, though 3 are due.']);
  assert.deepEqual(await ask(lane({ ...still, lastMovedMs: NOW - MINUTE })), [], 'it moves');
  assert.deepEqual(await ask(lane({ ...still, due: 0, oldestDueMs: null })), [], 'nothing is due');
});

test('after a quiet night the first alarm is not late', async () => {
  assert.deepEqual(await ask(lane({ oldestDueMs: NOW - 1000, lastMovedMs: NOW - 600 * MINUTE })), []);
});

test('a backlog that moves and is too old all the same is said', async () => {
  const old = { oldestDueMs: NOW - 31 * MINUTE, lastMovedMs: NOW - 1000 };
  assert.deepEqual(await ask(lane(old)), ['The oldest of 3 in capture has been due for 31 min.']);
});

test('a queue that does not answer for minutes is named', async () => {
  assert.deepEqual(await ask({ queues: () => [{ name: 'cpu-alarms', silentMs: 7 * MINUTE }] }), [
    'The queue cpu-alarms could not be read for 7 min; the log says why.',
  ]);
});

test('a disk that is nearly full is said, and a large one needs no more than 1 GB', async () => {
  const disk = (freeBytes: number, totalBytes: number) => ask({ disk: async () => ({ freeBytes, totalBytes }) });
  assert.deepEqual(await disk(400e6, 10e9), [
    'The disk with DATA_DIR has 400 MB left; below 500 MB it is nearly full.',
  ]);
  assert.deepEqual(await disk(600e6, 10e9), []);
  assert.deepEqual(await disk(190e6, 1e9), ['The disk with DATA_DIR has 190 MB left; below 200 MB it is nearly full.']);
  assert.deepEqual(await disk(1.1e9, 4e12), []);
  assert.equal((await disk(0.9e9, 4e12)).length, 1);
});

test('a database that refuses, and one that never answers, are told apart; neither is waited for', async () => {
  const locked = Object.assign(new Error('database is locked at /srv/secret'), { code: 'SQLITE_BUSY' });
  assert.deepEqual(await ask({ checkStore: () => Promise.reject(locked) }), [
    'The database cannot be used (SQLITE_BUSY).',
  ]);
  const never = new Promise<never>(() => undefined);
  assert.deepEqual(await ask({ checkStore: () => never, lanes: () => never, disk: () => never }), [
    'The database did not answer within 0 s.',
    'The disk did not answer within 0 s.',
    'The engine did not answer within 0 s.',
  ]);
});

test('a loop that was held, and an end that is near, are reasons', async () => {
  assert.deepEqual(await ask({ longestHoldMs: () => 6_970, stopping: true }), [
    'The service is shutting down.',
    'Within the last minute nothing was answered for 7 s.',
  ]);
});

test('a rules file that is refused is a reason, for somebody has changed it and nothing has changed', async () => {
  assert.deepEqual(await ask({ rulesFault: () => 'rules.yaml:3:5: unknown key "secnds".' }), [
    'The rules file is refused, and the rules of before apply. rules.yaml:3:5: unknown key "secnds".',
  ]);
});
