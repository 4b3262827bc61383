import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeProfile } from '../../../service/convert/load-profile.ts';
import { importCpuProfile } from '../../../service/profile/formats/import-cpuprofile.ts';
import type { JsonObject } from '../../../service/profile/formats/json-shape.ts';
import { bytesOf, fold } from '../../support/perf-text.ts';

function node(id: number, functionName: string, url = '', lineNumber = -1): JsonObject {
  return { id, callFrame: { functionName, scriptId: '0', url, lineNumber, columnNumber: lineNumber }, hitCount: 0 };
}

function profile(nodes: readonly JsonObject[], samples: readonly number[], timeDeltas: readonly number[]): JsonObject {
  const root = { ...node(1, '(root)'), children: nodes.map(({ id }) => id) };
  const endTime = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  return { nodes: [root, ...nodes], samples, timeDeltas, startTime: 0, endTime };
}

const BUSY = node(2, 'busy', '/srv/a.js', 9);

test('a gap between samples is not CPU of the function before it, and is said', () => {
  const deltas = Array.from({ length: 100 }, (_, i) => (i === 40 || i === 70 ? 50_000 : 1000));
  const { facts, samples, ledger } = importCpuProfile(profile([BUSY], Array(100).fill(2), deltas));
  assert.equal(
    samples.weight.reduce((sum, weight) => sum + weight, 0),
    100e6,
  );
  assert.deepEqual([facts.hz, facts.seconds, ledger.drawn], [1000, 0.198, 100]);
  assert.deepEqual(facts.warnings, [
    'there are 2 gap(s) without samples, 0.1 s of 0.2 s: idle, throttled or suspended, not CPU',
  ]);
});

test('samples that are a little late leave no gap', () => {
  const deltas = Array.from({ length: 100 }, (_, i) => (i % 10 === 0 ? 3000 : 1000));
  const { samples, facts } = importCpuProfile(profile([BUSY], Array(100).fill(2), deltas));
  assert.equal(Math.max(...samples.weight), 3e6);
  assert.deepEqual(facts.warnings, []);
});

const WRAPPED: readonly (readonly [why: string, wrap: (profile: JsonObject) => unknown])[] = [
  ['an answer of Profiler.stop', (inner) => ({ profile: inner })],
  ['an answer of DevTools with its id', (inner) => ({ id: 7, result: { profile: inner } })],
  ['an event of DevTools', (inner) => ({ method: 'Profiler.consoleProfileFinished', params: { profile: inner } })],
  ['a list of one', (inner) => [inner]],
];
for (const [why, wrap] of WRAPPED) {
  test(`a profile in ${why} is read`, async () => {
    const wrapped = wrap(profile([BUSY], [2, 2, 2], [0, 1000, 1000]));
    assert.equal(fold(await decodeProfile(bytesOf(JSON.stringify(wrapped)))), 'busy (/srv/a.js:10:10) 3000000\n');
  });
}

test('of several profiles in a file none is chosen by chance', async () => {
  const one = profile([BUSY], [2], [0]);
  await assert.rejects(decodeProfile(bytesOf(JSON.stringify([one, one]))), {
    code: 'SEVERAL_PROFILES',
    message: /holds 2 profiles/,
  });
});

test('functions of two wasm modules are two, and named as the module names them', async () => {
  const nodes = [
    node(2, 'wasm-function[12]', 'wasm://wasm/0a1b2c3d', 0),
    node(3, 'wasm-function[12]', 'wasm://wasm/4e5f6a7b', 0),
    node(4, 'sha256_block', 'wasm://wasm/hash.wasm-8c9d0e1f', 0),
    node(5, 'js-to-wasm::i'),
  ];
  const { functions } = importCpuProfile(profile(nodes, [2, 3, 4, 5], [0, 1, 1, 1]));
  assert.deepEqual(
    functions.map(({ name, module, category }) => [name, module, category]),
    [
      ['js-to-wasm::i', null, 'wasm'],
      ['sha256_block', 'hash.wasm', 'wasm'],
      ['wasm-function[12]', 'wasm:4e5f6a7b', 'wasm'],
      ['wasm-function[12]', 'wasm:0a1b2c3d', 'wasm'],
    ],
  );
});
