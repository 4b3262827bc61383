import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Profile as Pprof, type ProfileInput, StringTable } from 'pprof-format';
import { compare } from '../../service/compare/compare.ts';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { SUMS_WARNING } from '../../service/profile/formats/weight-kind.ts';
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

test('a heap profile shows the memory in use; its objects are no samples, other values are mentioned', async () => {
  const heap = pprof(HEAP, [
    [1, 10, 5_000_000_000, 2, 4_000_000_000],
    [2, 7, 700, 0, 0],
  ]);
  const profile = await decodeProfile(heap);
  assert.equal(fold(profile), 'f1 4000000000\n');
  assert.deepEqual([profile.ledger.recorded, profile.weightUnit, profile.facts.event], [2, 'events', 'inuse_space']);
  assert.deepEqual(profile.facts.warnings, [
    'drawing inuse_space in bytes; the file also has alloc_objects, alloc_space: choose with --event NAME.',
    SUMS_WARNING,
  ]);
  assert.equal(profile.ledger.unit, 'inuse_objects');
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

const WALL: ValueTypes = [
  ['sample', 'count'],
  ['wall', 'nanoseconds'],
];

type Line = readonly [fn: string, file: string, startLine: number, line: number];

/** A profile as Node's writers make it: a stack is leaf first, and each line of a function is a location. */
function nodePprof(
  samples: readonly (readonly [count: number, ...stack: Line[]])[],
  more: ProfileInput = {},
): Uint8Array {
  const strings = new StringTable();
  const functions: NonNullable<ProfileInput['function']> = [];
  const location: NonNullable<ProfileInput['location']> = [];
  const sample = samples.map(([count, ...stack]) => ({
    value: [count, count * 10_000_000],
    locationId: stack.map(([fn, file, startLine, line]) => {
      const id = location.length + 1;
      functions.push({ id, name: strings.dedup(fn), filename: strings.dedup(file), startLine });
      location.push({ id, line: [{ functionId: id, line }] });
      return id;
    }),
  }));
  return new Pprof({
    stringTable: strings,
    sampleType: WALL.map(([type, unit]) => ({ type: strings.dedup(type), unit: strings.dedup(unit) })),
    periodType: { type: strings.dedup('wall'), unit: strings.dedup('nanoseconds') },
    period: 10_000_000,
    durationNanos: 30_000_000_000,
    sample,
    location,
    function: functions,
    ...more,
  }).encode();
}

const APP = '/srv/app/src/app.js';
/** One function on three lines, called from two lines of another. */
function regression(factor: number, starts: boolean): Uint8Array {
  const at = (start: number) => (starts ? start : 0);
  const handler = (line: number): Line => ['handler', APP, at(20), line];
  return nodePprof([
    [112 * factor, ['parseBody', APP, at(50), 52], handler(22)],
    [157 * factor, ['parseBody', APP, at(50), 55], handler(23)],
    [60 * factor, ['parseBody', APP, at(50), 58], handler(22)],
    [570, ['render', APP, at(90), 91], handler(25)],
    [185, handler(23)],
  ]);
}

test('a function is one row whatever lines of it were executed, which are its line ticks', async () => {
  for (const starts of [true, false]) {
    const profile = await decodeProfile(regression(1, starts));
    const names = profile.functions.map(({ name, line }) => [name, line]);
    assert.deepEqual(names.sort(), [
      ['handler', starts ? 20 : null],
      ['parseBody', starts ? 50 : null],
      ['render', starts ? 90 : null],
    ]);
    const ticks = (profile.lineTicks ?? []).map(({ line, samples }) => [line, samples]);
    assert.deepEqual(ticks.sort(), [
      [23, 185],
      [52, 112],
      [55, 157],
      [58, 60],
      [91, 570],
    ]);
  }
});

test('the function that grew is named, whether or not either side says on which line it begins', async () => {
  for (const [healthy, hot] of [
    [true, true],
    [false, false],
    [false, true],
    [true, false],
  ] as const) {
    const sides = [await decodeProfile(regression(1, healthy)), await decodeProfile(regression(3, hot))] as const;
    const { verdict, findings } = compare(sides[0], sides[1]);
    assert.match(verdict.headline, /^parseBody /);
    assert.equal(findings[0]?.hotLine, 55);
  }
});

test('lines on which functions begin are no lines that were executed', async () => {
  const profile = await decodeProfile(nodePprof([[3, ['f', APP, 7, 7]]]));
  assert.equal(profile.lineTicks, undefined);
});

test('an idle thread uses no CPU, in any spelling of it', async () => {
  const place = ['h', '/srv/app/index.js', 20, 22] as const;
  for (const name of ['(idle)', ':(idle):0']) {
    const profile = await decodeProfile(
      nodePprof([
        [700, [name, '', 0, 0]],
        [300, place],
      ]),
    );
    assert.deepEqual([profile.ledger.drawn, profile.ledger.filtered], [300, { idle: 700 }]);
  }
  const ownFunction = await decodeProfile(nodePprof([[700, ['(idle)', '/srv/app/index.js', 3, 4]]]));
  assert.equal(ownFunction.ledger.drawn, 700);
});

test('what the file itself wants to be drawn comes first, what the user wants before it', async () => {
  const inUse = (message: ReturnType<typeof Pprof.decode>) => message.stringTable.strings.indexOf('alloc_space');
  const plain = Pprof.decode(pprof(HEAP, [[1, 10, 1000, 1, 5]]));
  const wanted = new Pprof({ ...plain, defaultSampleType: inUse(plain) }).encode();
  assert.equal(fold(await decodeProfile(wanted)), 'f1 1000\n');
  assert.equal(fold(await decodeProfile(wanted, { event: 'inuse_space' })), 'f1 5\n');
});

test('a period of 1 ns is none: samples are counted by the period that all times are multiples of', async () => {
  for (const period of [0, 1, 10_000_000]) {
    const samples: Samples = [
      [1, 30_000_000],
      [2, 10_000_000],
      [3, 10_000_000],
    ];
    // The strings of `types` are the first two.
    const more = { period, periodType: { type: 1, unit: 2 } };
    const types: ValueTypes = [['cpu', 'nanoseconds']];
    const profile = await decodeProfile(pprof(types, samples, more));
    assert.deepEqual([profile.ledger.drawn, profile.ledger.unit, profile.facts.hz], [5, undefined, 100]);
  }
});

test('times without any period are cores, and not numbers of samples', async () => {
  const types: ValueTypes = [['cpu', 'nanoseconds']];
  const more = { period: 1, durationNanos: 10_000_000_000 };
  const healthy = await decodeProfile(
    pprof(
      types,
      [
        [1, 2_000_000_001],
        [2, 1_000_000_003],
      ],
      more,
    ),
  );
  const hot = await decodeProfile(
    pprof(
      types,
      [
        [1, 2_000_000_007],
        [2, 7_000_000_001],
      ],
      more,
    ),
  );
  const { verdict, findings, hot: side } = compare(healthy, hot);
  assert.equal(healthy.ledger.unit, 'stacks');
  assert.deepEqual([verdict.class, findings, side.cores.toFixed(2)], ['inconclusive', [], '0.90']);
  assert.deepEqual(verdict.evidence, ['f2 0.10 → 0.70 cores, which may be chance.']);
});
