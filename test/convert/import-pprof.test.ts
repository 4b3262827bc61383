import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Profile as Pprof, type ProfileInput, StringTable } from 'pprof-format';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { fold } from '../support/perf-text.ts';

type ValueTypes = readonly (readonly [type: string, unit: string])[];
type Samples = readonly (readonly [location: number | bigint, ...values: (number | bigint)[]])[];

/** A message with the functions f1, f2, f3 at the locations 1, 2, 3, or at those that `ids` names. */
function pprof(
  types: ValueTypes,
  samples: Samples,
  more: ProfileInput = {},
  ids: readonly (number | bigint)[] = [1, 2, 3],
): Uint8Array {
  const strings = new StringTable();
  return new Pprof({
    stringTable: strings,
    sampleType: types.map(([type, unit]) => ({ type: strings.dedup(type), unit: strings.dedup(unit) })),
    sample: samples.map(([location, ...value]) => ({ locationId: [location], value })),
    location: ids.map((id, i) => ({ id, line: [{ functionId: i + 1, line: 1 }] })),
    function: ids.map((_, i) => ({ id: i + 1, name: strings.dedup(`f${i + 1}`) })),
    ...more,
  }).encode();
}

const HEAP: ValueTypes = [
  ['alloc_objects', 'count'],
  ['alloc_space', 'bytes'],
  ['inuse_objects', 'count'],
  ['inuse_space', 'bytes'],
];

test('the CPU profile of Go has its samples and their time', async () => {
  const types: ValueTypes = [
    ['samples', 'count'],
    ['cpu', 'nanoseconds'],
  ];
  const profile = await decodeProfile(
    pprof(types, [
      [1, 3, 30_000_000],
      [2, 1, 10_000_000],
    ]),
  );
  assert.equal(fold(profile), 'f1 30000000\nf2 10000000\n');
  assert.deepEqual([profile.ledger.recorded, profile.weightUnit, profile.facts.event], [4, 'nanoseconds', 'cpu']);
  assert.deepEqual(profile.facts.warnings, []);
});

test('a heap profile shows the memory in use; its objects are the samples, other values are mentioned', async () => {
  const heap = pprof(HEAP, [
    [1, 10, 5_000_000_000, 2, 4_000_000_000],
    [2, 7, 700, 0, 0],
  ]);
  const profile = await decodeProfile(heap);
  assert.equal(fold(profile), 'f1 4000000000\n');
  assert.deepEqual([profile.ledger.recorded, profile.weightUnit, profile.facts.event], [2, 'events', 'inuse_space']);
  assert.deepEqual(profile.facts.warnings, [
    'drawing inuse_space in bytes; the file also has alloc_objects, alloc_space: choose with --event NAME.',
  ]);
  const allocated = await decodeProfile(heap, { event: 'alloc_space' });
  assert.equal(fold(allocated), 'f1 5000000000\nf2 700\n');
  assert.equal(allocated.ledger.recorded, 17);
  await assert.rejects(decodeProfile(heap, { event: 'cpu' }), { code: 'NO_SUCH_EVENT', hint: /alloc_objects, / });
});

test('from a lock profile the delay is drawn', async () => {
  const types: ValueTypes = [
    ['contentions', 'count'],
    ['delay', 'nanoseconds'],
  ];
  const profile = await decodeProfile(pprof(types, [[1, 10, 5000]]));
  assert.deepEqual([fold(profile), profile.ledger.recorded], ['f1 5000\n', 10]);
});

test('CPU time is drawn in preference to anything else in a profile', async () => {
  const types: ValueTypes = [
    ['sample', 'count'],
    ['wall', 'nanoseconds'],
    ['cpu', 'nanoseconds'],
    ['alloc-space', 'bytes'],
  ];
  assert.equal(fold(await decodeProfile(pprof(types, [[1, 1, 100, 60, 5]]))), 'f1 60\n');
  const java: ValueTypes = [
    ['cpu-samples', 'count'],
    ['cpu-time', 'nanoseconds'],
    ['exception-samples', 'count'],
  ];
  const profile = await decodeProfile(pprof(java, [[1, 4, 90, 1]]));
  assert.deepEqual([fold(profile), profile.ledger.recorded], ['f1 90\n', 4]);
});

test('a difference of profiles is refused: it has negative values', async () => {
  await assert.rejects(decodeProfile(pprof([['samples', 'count']], [[1, -5]])), {
    code: 'PROFILE_INVALID',
    message: /negative/,
  });
});

test('ids may be any 64-bit number', async () => {
  const ids = [1n << 60n, (1n << 60n) + 1n, 3];
  const samples: Samples = [
    [1n << 60n, 1],
    [(1n << 60n) + 1n, 2],
  ];
  assert.equal(fold(await decodeProfile(pprof([['samples', 'count']], samples, {}, ids))), 'f1 1\nf2 2\n');
});

test('more than 2³¹ samples are counted correctly', async () => {
  const profile = await decodeProfile(pprof([['samples', 'count']], [[1, 5_000_000_000]]));
  assert.equal(profile.ledger.recorded, 5_000_000_000);
  assert.equal(
    profile.samples.count.reduce((sum, count) => sum + count, 0),
    5_000_000_000,
  );
  assert.equal(fold(profile), 'f1 5000000000\n');
});

test('a message that contradicts itself is refused with what is wrong', async () => {
  const types: ValueTypes = [
    ['samples', 'count'],
    ['cpu', 'nanoseconds'],
  ];
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [pprof(types, [[1, 3]]), /1 value.*2/],
    [pprof(types, [[9, 3, 30]]), /location 9/],
    [pprof(types, [[1, 3, 30]], { function: [] }), /function 1/],
    [pprof(types, [[1, 3, 30]], { function: [{ id: 1, name: 999 }] }), /string 999/],
  ];
  for (const [message, wanted] of cases) {
    await assert.rejects(decodeProfile(message), { code: 'PROFILE_INVALID', message: wanted });
  }
});

test('a message that was cut off anywhere is refused, never read in part', async () => {
  const types: ValueTypes = [
    ['samples', 'count'],
    ['cpu', 'nanoseconds'],
  ];
  const whole = pprof(types, [
    [1, 3, 30],
    [2, 300, 3000],
    [3, 1, 10],
  ]);
  for (let end = 2; end < whole.length; end++) {
    await assert.rejects(
      decodeProfile(whole.subarray(0, end)),
      (error: { code?: string }) => /^(?:PROFILE_INVALID|FORMAT_UNKNOWN)$/.test(error.code ?? ''),
      `cut at ${end}`,
    );
  }
});
