import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type FoldedInput, FoldedParser, isFolded } from '../../../service/profile/folded/import-folded.ts';
import { exportSpeedscope } from '../../../service/profile/formats/export-speedscope.ts';
import { importCpuProfile, isCpuProfile } from '../../../service/profile/formats/import-cpuprofile.ts';
import { importSpeedscope, isSpeedscope } from '../../../service/profile/formats/import-speedscope.ts';
import type { JsonObject } from '../../../service/profile/formats/json-shape.ts';
import type { Profile } from '../../../service/profile/profile.ts';
import { bytesOf, fold, parse } from '../../support/perf-text.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

function parseFolded(text: string, input: FoldedInput = {}): Profile {
  const parser = new FoldedParser(input);
  for (let at = 0; at < text.length; at += 7) parser.write(bytesOf(text.slice(at, at + 7)));
  return parser.finish();
}

test('folded text comes out as it went in', () => {
  const text = 'a;b 3\na;b;c 4\na;libc`read_[k] 1\n[no stack] 2\nd 1.5\n';
  assert.deepEqual(fold(parseFolded(text)).split('\n').sort(), text.split('\n').sort());
});

test('a process with its ids in front of folded stacks is a process', () => {
  const profile = parseFolded('node-12;main 3\nnode-12/14;main 1\njava-?/9;main 2\n');
  assert.deepEqual(
    profile.processes.map(({ pid, name }) => [pid, name]),
    [
      [12, 'node'],
      [12, 'node'],
      [null, 'java'],
    ],
  );
  assert.deepEqual(
    profile.threads.map(({ tid }) => tid),
    [null, 14, 9],
  );
  assert.equal(fold(profile), 'java-?/9;main 2\nnode-12/14;main 1\nnode-12;main 3\n');
});

test('of two counts the second is drawn, or the first on request', () => {
  assert.equal(fold(parseFolded('a;b 3 5\na;c 2 0\n')), 'a;b 5\n');
  assert.equal(fold(parseFolded('a;b 3 5\na;c 2 0\n', { column: 1 })), 'a;b 3\na;c 2\n');
  assert.match(parseFolded('a;b 3 5\n').facts.warnings.join(), /two counts/);
});

test('a number at the end of a name is not a first count', () => {
  assert.equal(fold(parseFolded('a;b 3\na;thread 7 3\n')), 'a;b 3\na;thread 7 3\n');
  const lines = Array.from({ length: 60 }, (_, i) => `a;thread ${i} 3\n`);
  assert.equal(parseFolded(`a;b 1\n${lines.join('')}`).ledger.drawn, 181);
  assert.throws(() => parseFolded(`${lines.join('')}a;b 1\n`), {
    code: 'FOLDED_LINE',
    message: 'Line 61 is not a folded stack: "a;b 1".',
    hint: /COUNT COUNT/,
  });
});

test('folded frames keep their parentheses and quotes', () => {
  const text = 'main (app.py:10);"x" (a b.py:3) 12\n';
  assert.equal(fold(parseFolded(text)), text);
});

test('sums of a clock period are counted in samples', () => {
  const profile = parseFolded('a;b 10050250\na;c 5025125\n');
  assert.deepEqual([...profile.samples.count], [2, 1]);
  assert.deepEqual([profile.ledger.recorded, profile.weightUnit], [3, 'events']);
});

test('a line without a count is named with its number', () => {
  assert.throws(() => parseFolded('a;b 3\n\na;c\n'), {
    code: 'FOLDED_LINE',
    message: 'Line 3 is not a folded stack: "a;c".',
  });
});

test('a few damaged lines are counted and shown, not a reason to refuse the rest', () => {
  const profile = parseFolded('a;b 3\nTHIS IS A BAD LINE\na;c 2\na;d 6.\nmain 1\nBAD 12V.43\na;e 1\n');
  assert.equal(fold(profile), 'a;b 3\na;c 2\na;d 6\na;e 1\nmain 1\n');
  const { recorded, drawn, filtered } = profile.ledger;
  assert.deepEqual([recorded, drawn, filtered], [15, 13, { malformed: 2 }]);
  assert.deepEqual(profile.facts.warnings, [
    'Line 2 is not a folded stack: "THIS IS A BAD LINE". It was left out, and 1 more like it.',
  ]);
});

test('facts behind the stacks, as Austin writes them, are not stacks; processes may begin with #', () => {
  const profile = parseFolded(
    '# mode: wall\n\nP1;main 5\nP1;f 3\n# 4\n#_hash;f 2\n\n# duration: 23873\n# saved by: x 9\n',
  );
  assert.equal(fold(profile), '# 4\n#_hash;f 2\nP1;f 3\nP1;main 5\n');
  assert.equal(profile.ledger.recorded, 14);
});

test('a last line without a line feed may have lost digits of its count, which is reported', () => {
  assert.match(parseFolded('a;b 3\na;c 12').facts.warnings.join(), /cut off/);
  assert.deepEqual(parseFolded('a;b 3\na;c 12\n').facts.warnings, []);
});

test('our canonical names are read as the functions they name', () => {
  const [fn] = parseFolded('parse (/srv/app.js:5:63) 1\n').functions;
  assert.deepEqual([fn?.name, fn?.file, fn?.line, fn?.column, fn?.category], ['parse', '/srv/app.js', 5, 63, 'app']);
});

test('folded text is recognised by its content', () => {
  for (const text of ['a;b 3\n', '# comment\na 3\n', 'java;a b c 3 4\n', 'a 3']) assert.ok(isFolded(text), text);
  for (const text of ['2026-11-23 10:00:00 INFO started 5\n', 'hello world 5\n', '\n\n'])
    assert.ok(!isFolded(text), text);
  for (const text of ['', 'hello world\n', '{"a": 3}\n', '\t 1f x (y)\n', 'a;b\n'])
    assert.equal(isFolded(text), false, text);
});

const node = (id: number, name: string, children: number[], more: object = {}) => ({
  id,
  callFrame: {
    functionName: name,
    scriptId: '1',
    url: name === 'f' ? 'file:///srv/x.js' : '',
    lineNumber: 4,
    columnNumber: 8,
  },
  hitCount: 1,
  children,
  ...more,
});
const small = {
  nodes: [
    node(1, '(root)', [2, 3, 4]),
    node(2, 'f', [5], { positionTicks: [{ line: 7, ticks: 2 }] }),
    node(3, '(idle)', []),
    node(4, '(garbage collector)', []),
    node(5, 'f', []),
  ],
  startTime: 1_000_000,
  endTime: 1_010_000,
  samples: [2, 3, 5, 4, 2],
  timeDeltas: [1000, 2000, 3000, -1000, 2000],
};

test('a .cpuprofile keeps time: each sample lasts until the next, also when V8 writes negative deltas', () => {
  assert.ok(isCpuProfile(small));
  const profile = importCpuProfile(small);
  // At 1 f, 3 idle, 6 f;f, 5 gc, 7 f (milliseconds): in order 1, 3, 5, 6, 7.
  assert.deepEqual([...profile.samples.atMs], [0, 4, 5, 6]);
  assert.deepEqual([...profile.samples.weight], [2e6, 1e6, 1e6, 1.5e6]);
  assert.deepEqual([profile.ledger.recorded, profile.ledger.filtered, profile.facts.seconds], [5, { idle: 1 }, 0.01]);
  assert.equal(
    fold(profile, { values: 'samples' }),
    '(garbage collector) (node) 1\nf (/srv/x.js:5:9) 2\nf (/srv/x.js:5:9);f (/srv/x.js:5:9) 1\n',
  );
  const f = profile.samples.node[0] as number;
  assert.deepEqual(profile.lineTicks, [{ node: f, line: 7, samples: 2 }]);
});

test('a .cpuprofile without samples is drawn from its hit counts, or its line ticks', () => {
  const { samples: _, timeDeltas: __, ...counts } = small;
  assert.equal(importCpuProfile(counts).ledger.drawn, 4);
  const ticks = { nodes: counts.nodes.map(({ hitCount: ___, ...rest }) => rest) };
  assert.equal(importCpuProfile(ticks).ledger.drawn, 2);
});

test('functions named like members of every object are functions', () => {
  const names = ['toString', 'constructor', '__proto__', 'valueOf'];
  const nodes = [node(1, '(root)', [2, 3, 4, 5]), ...names.map((name, i) => node(i + 2, name, []))];
  const { functions } = importCpuProfile({ nodes, samples: [2, 3, 4, 5], timeDeltas: [1, 1, 1, 1] });
  assert.deepEqual(
    functions.map(({ name, category }) => [name, category]).sort(),
    names.map((name) => [name, 'app']).sort(),
  );
  const profile = { type: 'sampled', name: 'x', unit: 'constructor', samples: [[0]], weights: [3] };
  const { samples } = importSpeedscope({ shared: { frames: [{ name: 'toString' }] }, profiles: [profile] });
  assert.deepEqual([...samples.weight], [3]);
});

test('a .cpuprofile of the old nested form is read', () => {
  const leaf = {
    functionName: 'f',
    url: '/srv/x.js',
    lineNumber: 5,
    columnNumber: 9,
    id: 2,
    hitCount: 3,
    children: [],
  };
  const head = { functionName: '(root)', url: '', lineNumber: 0, id: 1, hitCount: 0, children: [leaf] };
  assert.equal(fold(importCpuProfile({ head, startTime: 1, endTime: 2, samples: [2, 2] })), 'f (/srv/x.js:5:9) 2\n');
  assert.equal(fold(importCpuProfile({ head }), { values: 'samples' }), 'f (/srv/x.js:5:9) 3\n');
});

test('a .cpuprofile that contradicts itself is refused with the place', () => {
  assert.throws(() => importCpuProfile({ ...small, samples: [99] }), {
    code: 'PROFILE_INVALID',
    message: /samples\[0\]/,
  });
  assert.throws(() => importCpuProfile({ nodes: [node(1, '(root)', [1])] }), { code: 'PROFILE_INVALID' });
  assert.throws(() => importCpuProfile({ nodes: [node(1, '(root)', [7])] }), { code: 'PROFILE_INVALID' });
});

test('a recorded .cpuprofile has the same functions as the recordings by perf', () => {
  const file = join(import.meta.dirname, '../../fixtures/profiles/node.cpuprofile.gz');
  const json = JSON.parse(gunzipSync(readFileSync(file)).toString()) as JsonObject;
  const perf = gunzipSync(
    readFileSync(join(import.meta.dirname, '../../fixtures/profiles/node-24.21.0.perf-script.txt.gz')),
  );
  const own = (profile: Profile) =>
    profile.functions.filter((fn) => fn.category === 'app' || fn.category === 'dependency');
  const keys = new Set(own(parse(perf)).map((fn) => fn.key));
  const found = own(importCpuProfile(json)).map((fn) => fn.key);
  for (const name of ['spin', 'onRound', 'parseEnvelope', 'tokenize']) {
    assert.ok(
      found.some((key) => key.includes(`\t${name}\t`) && keys.has(key)),
      name,
    );
  }
});

const frames = [{ name: 'main' }, { name: 'f', file: '/srv/x.js', line: 5, col: 9 }];
const speedscope = (profile: object) => ({ shared: { frames }, profiles: [profile] });

test('a sampled speedscope profile is read with its time', () => {
  const file = speedscope({
    type: 'sampled',
    name: 't',
    unit: 'milliseconds',
    startValue: 0,
    endValue: 30,
    samples: [[0, 1], [0]],
    weights: [10, 20],
  });
  assert.ok(isSpeedscope(file));
  const profile = importSpeedscope(file);
  assert.equal(fold(profile), 't;main 20000000\nt;main;f (/srv/x.js:5:9) 10000000\n');
  assert.deepEqual([...profile.samples.atMs], [0, 10]);
  assert.equal(profile.facts.seconds, 0.03);
});

test('an evented speedscope profile counts one sample per millisecond', () => {
  const events = [
    { type: 'O', frame: 0, at: 100 },
    { type: 'O', frame: 1, at: 102 },
    { type: 'C', frame: 1, at: 105 },
    { type: 'C', frame: 0, at: 106 },
  ];
  const profile = importSpeedscope(
    speedscope({ type: 'evented', unit: 'milliseconds', startValue: 100, endValue: 106, events }),
  );
  assert.equal(fold(profile, { values: 'samples' }), 'main 3\nmain;f (/srv/x.js:5:9) 3\n');
  const wrong = speedscope({ type: 'evented', unit: 'none', events: events.slice(2) });
  assert.throws(() => importSpeedscope(wrong), { code: 'PROFILE_INVALID' });
});

test('an evented speedscope profile that was cut off is refused', () => {
  const profile = {
    type: 'evented',
    unit: 'none',
    startValue: 0,
    endValue: 9,
    events: [{ type: 'O', frame: 0, at: 0 }],
  };
  assert.throws(() => importSpeedscope({ shared: { frames: [{ name: 'A' }] }, profiles: [profile] }), {
    code: 'PROFILE_INVALID',
    message: /profiles\[0\]\.events .*cut off/,
  });
});

test('a profile survives the round trip through the speedscope format', () => {
  const text = gunzipSync(
    readFileSync(join(import.meta.dirname, '../../fixtures/profiles/node-22.23.3.perf-script.txt.gz')),
  );
  const profile = parse(text);
  const back = importSpeedscope(JSON.parse([...exportSpeedscope(profile)].join('')) as JsonObject);
  assert.equal(back.ledger.drawn, profile.ledger.drawn);
  const stacks = (from: Profile) =>
    fold(from, { names: 'canonical' })
      .split('\n')
      .map((line) => line.replace(/^[^;]*/, '').replace(/ \(node(:[^)]*)?\)|_\d+\/?\d*/g, ''));
  assert.equal(stacks(back).length, stacks(profile).length);
});

test('speedscope opens what all threads did, in time; then each thread', () => {
  const profile = profileFromText('[7] 1 a;b 1\n[8] 2 a;c 1\n[7] 3 a 1', {});
  const file = JSON.parse([...exportSpeedscope(profile)].join(''));
  const [all, ...threads] = file.profiles as { name: string; weights: number[]; samples: number[][] }[];
  assert.equal(file.activeProfileIndex, 0);
  assert.equal(all?.name, 'all 2 threads');
  assert.deepEqual(all.samples, [[0, 1], [0, 2], [0]]);
  assert.equal(threads.length, 2);
  // Read again, no sample counts twice.
  assert.equal(importSpeedscope(file as JsonObject).ledger.drawn, profile.ledger.drawn);
  const alone = JSON.parse([...exportSpeedscope(profileFromText('[7] 1 a;b 2', {}))].join(''));
  assert.equal(alone.profiles.length, 1);
});

test('damaged JSON of any shape is refused, never a crash', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const check = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'PROFILE_INVALID', String(error));
    }
  };
  fc.assert(
    fc.property(value, value, value, (a, b, c) => {
      const nodes = [
        { id: 1, callFrame: { functionName: '(root)' }, children: a },
        { id: 2, callFrame: b },
      ];
      check(() => importCpuProfile({ nodes, samples: b, timeDeltas: c } as JsonObject));
      check(() => importCpuProfile({ head: { functionName: a, id: 1, children: b } } as JsonObject));
      check(() =>
        importSpeedscope({
          shared: { frames: [a] },
          profiles: [b, { type: 'sampled', samples: c, weights: a }],
        } as JsonObject),
      );
      check(() =>
        importSpeedscope({
          shared: { frames: [{ name: 'x' }] },
          profiles: [{ type: 'evented', events: c }],
        } as JsonObject),
      );
    }),
    { numRuns: 300 },
  );
});
