import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FoldedParser } from '../../service/profile/folded/import-folded.ts';
import { importCpuProfile } from '../../service/profile/formats/import-cpuprofile.ts';
import { importSpeedscope } from '../../service/profile/formats/import-speedscope.ts';
import type { JsonObject } from '../../service/profile/formats/json-shape.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { bytesOf, fold } from '../support/perf-text.ts';

function parseFolded(...pieces: readonly string[]): Profile {
  const parser = new FoldedParser();
  for (const piece of pieces) parser.write(bytesOf(piece));
  return parser.finish();
}

/** The number of samples by the rows, which the accounting must agree with. */
function counted(profile: Profile): number {
  const sum = profile.samples.count.reduce((total, count) => total + count, 0);
  assert.equal(sum, profile.ledger.drawn);
  return sum;
}

test('folded counts beyond 2³¹ are counted correctly', () => {
  const profile = parseFolded('a;b 43000000001\na;c 4\n');
  assert.equal(counted(profile), 43_000_000_005);
  assert.equal(fold(profile), 'a;b 43000000001\na;c 4\n');
  assert.equal(fold(profile, { values: 'samples' }), 'a;b 43000000001\na;c 4\n');
});

test('sums of periods beyond 2³¹ periods keep their weight', () => {
  const profile = parseFolded('a;b 9000000001000000\na;c 1000000\n');
  assert.equal(counted(profile), 9_000_000_002);
  assert.equal(fold(profile), 'a;b 9000000001000000\na;c 1000000\n');
});

test('folded counts whose sum would not be exact are refused', () => {
  assert.throws(() => parseFolded('a;b 9007199254740991\na;c 1\n'), { code: 'PROFILE_INVALID', message: /add up/ });
});

test('parts of samples add up to whole ones', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `a;f${i} 0.3\n`);
  assert.equal(counted(parseFolded(lines.join(''))), 30);
});

test('a folded line without an end does not fill the memory', () => {
  const mega = 'x'.repeat(1 << 20);
  const before = process.memoryUsage().arrayBuffers;
  const parser = new FoldedParser();
  parser.write(bytesOf('a;b 3\na;c 4\n'));
  const piece = bytesOf(mega);
  for (let i = 0; i < 200; i++) parser.write(piece);
  assert.ok(process.memoryUsage().arrayBuffers - before < 100e6);
  parser.write(bytesOf(' 7\na;d 5\n'));
  const profile = parser.finish();
  assert.equal(fold(profile), 'a;b 3\na;c 4\na;d 5\n');
  assert.deepEqual(profile.ledger.filtered, { malformed: 1 });
  assert.match(profile.facts.warnings.join(), /^Line 3 is not a folded stack: "x{120}"/);
});

const root = { id: 1, callFrame: { functionName: '(root)' }, children: [2] };
const leaf = (more: object) => ({ id: 2, callFrame: { functionName: 'f', url: '/x.js', lineNumber: 1 }, ...more });

test('hit counts beyond 2³¹ and fractions of line ticks are counted correctly', () => {
  const hits = importCpuProfile({ nodes: [root, leaf({ hitCount: 5_000_000_000 })] });
  assert.equal(counted(hits), 5_000_000_000);
  const ticks = importCpuProfile({
    nodes: [
      root,
      leaf({
        positionTicks: [
          { line: 1, ticks: 1.5 },
          { line: 2, ticks: 2 },
        ],
      }),
    ],
  });
  assert.equal(counted(ticks), 4);
});

test('a hit count or tick that counts nothing is refused', () => {
  for (const hitCount of [-1, 1e300]) {
    assert.throws(() => importCpuProfile({ nodes: [root, leaf({ hitCount })] }), { code: 'PROFILE_INVALID' });
  }
  const ticks = [{ line: 1, ticks: -7 }];
  assert.throws(() => importCpuProfile({ nodes: [root, leaf({ positionTicks: ticks })] }), { code: 'PROFILE_INVALID' });
});

test('a .cpuprofile that gives one id to two nodes is refused', () => {
  const nodes = [{ ...root, children: [2] }, leaf({ hitCount: 1 }), leaf({ hitCount: 7 })];
  assert.throws(() => importCpuProfile({ nodes }), { code: 'PROFILE_INVALID', message: /node 2/ });
});

test('a .cpuprofile with fewer times than samples is drawn without time, and says so', () => {
  const nodes = [root, leaf({})];
  const short = importCpuProfile({ nodes, samples: [2, 2, 2], timeDeltas: [5, 5] });
  assert.deepEqual([counted(short), short.weightUnit], [3, 'samples']);
  assert.match(short.facts.warnings.join(), /fewer times than samples/);
  assert.equal(counted(importCpuProfile({ nodes, samples: [2, 2, 2] })), 3);
  assert.equal(counted(importCpuProfile({ nodes, samples: [2, 2], timeDeltas: [1, 2, 3] })), 2);
});

test('times that no clock shows are refused, and rates below one per second are ignored', () => {
  const nodes = [root, leaf({})];
  for (const delta of [1e300, -1e300, 1e16]) {
    assert.throws(() => importCpuProfile({ nodes, samples: [2, 2], timeDeltas: [delta, delta] }), {
      code: 'PROFILE_INVALID',
      message: /the time of samples\[0\]/,
    });
  }
  const slow = importCpuProfile({ nodes, samples: [2, 2, 2], timeDeltas: [1e6, -5e6, -1] });
  assert.deepEqual([fold(slow), slow.facts.hz], ['f (/x.js:2) 7500001500\n', null]);
});

test('a function that is called like a node of V8 is a function', () => {
  const tree = { ...root, children: [2, 3] };
  const idle = { id: 3, callFrame: { functionName: '(idle)', url: '', lineNumber: -1 } };
  const named = leaf({ callFrame: { functionName: '(idle)', url: '/x.js', lineNumber: 1, columnNumber: 0 } });
  const { ledger } = importCpuProfile({ nodes: [tree, named, idle], samples: [2, 2, 3] });
  assert.deepEqual([ledger.drawn, ledger.filtered], [2, { idle: 1 }]);
});

test('nodes that cannot be reached from the root are refused, whatever they hold', () => {
  const ring = [
    { id: 3, callFrame: { functionName: 'g' }, children: [4], hitCount: 2 },
    { id: 4, callFrame: { functionName: 'h' }, children: [3], hitCount: 2 },
  ];
  assert.throws(() => importCpuProfile({ nodes: [root, leaf({ hitCount: 1 }), ...ring] } as JsonObject), {
    code: 'PROFILE_INVALID',
  });
});

const frames = [{ name: 'main' }, { name: 'f' }];
const file = (...profiles: object[]) => ({ shared: { frames }, profiles });
const sampled = (unit: string, weights: unknown[], samples: unknown[] = weights.map(() => [0, 1])) => ({
  type: 'sampled',
  name: 't',
  unit,
  samples,
  weights,
});

test('samples of a speedscope profile that took no time are samples', () => {
  const profile = importSpeedscope(file(sampled('milliseconds', [3, 0, 2])));
  assert.equal(counted(profile), 3);
  assert.equal(fold(profile), 't;main;f 5000000\n');
});

test('speedscope weights that are not numbers, or not as many as the samples, are refused', () => {
  assert.throws(() => importSpeedscope(file(sampled('milliseconds', [3, -1]))), { code: 'PROFILE_INVALID' });
  assert.throws(() => importSpeedscope(file(sampled('none', [3, 4], [[0]]))), {
    code: 'PROFILE_INVALID',
    message: /weights/,
  });
});

test('infinite weights are refused', () => {
  assert.throws(() => importSpeedscope(file(sampled('seconds', [1e308]))), { code: 'PROFILE_INVALID' });
});

test('from speedscope profiles in several units one unit is drawn, time first, and the others are counted', () => {
  const mixed = file(sampled('bytes', [4096, 10]), sampled('milliseconds', [3, 2]), sampled('none', [7]));
  const profile = importSpeedscope(mixed);
  assert.equal(fold(profile), 't;main;f 5000000\n');
  assert.deepEqual(profile.ledger.filtered, { 'other unit bytes': 2, 'other unit none': 7 });
  assert.deepEqual([counted(profile), profile.ledger.recorded, profile.weightUnit], [2, 11, 'nanoseconds']);
});

test('bytes of a speedscope profile are not samples', () => {
  const profile = importSpeedscope(file(sampled('bytes', [5_000_000_000, 10])));
  assert.deepEqual([counted(profile), profile.weightUnit], [2, 'events']);
  assert.equal(fold(profile), 't;main;f 5000000010\n');
});
