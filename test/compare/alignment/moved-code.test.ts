/** The same code in another place: moved lines, hashed file names, package stores. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compare } from '../../../service/compare/compare.ts';
import type { Differential } from '../../../service/compare/differential.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const EMIT = 'emit@node:events:489';

interface Fn {
  /** `name@file:line` or `name@file:line:column`. */
  readonly frame: string;
  readonly samples: number;
}

function drawn(...functions: readonly Fn[]): string {
  return functions.map(({ frame, samples }) => `0..10 ${EMIT};${frame} ${samples}`).join('\n');
}

function fn(frame: string, samples = 200): Fn {
  return { frame, samples };
}

function compared(healthy: readonly Fn[], hot: readonly Fn[]): Differential {
  return compare(profileFromText(drawn(...healthy)), profileFromText(drawn(...hot)));
}

/** Keys of functions that only one side has. */
function alone({ rows, tree }: Differential): string[] {
  return rows
    .filter(({ self }) => (self.hotSamples === 0) !== (self.healthySamples === 0))
    .map((row) => tree.functions[row.fn]?.key.replaceAll('\t', ' ') ?? '');
}

test('four lines of comment on top change nothing, and the report says that the lines differ', () => {
  const side = (by: number) => [
    fn(`handler@/srv/app.js:${10 + by}`, 330),
    fn(`render@/srv/app.js:${40 + by}`, 100),
    fn(`@/srv/app.js:${50 + by}:22`, 150),
    fn(`query@/srv/db.js:7`, 100),
  ];
  const same = compared(side(4), side(0));
  assert.deepEqual([same.findings, alone(same)], [[], []]);
  assert.ok(
    same.method.includes('Line numbers of 3 functions in 1 file differ between the two sides: matched by name.'),
    same.method.join('\n'),
  );
});

test('a function that moved and grew is one finding, which tells both lines', () => {
  const [top, ...others] = compared(
    [fn('handler@/srv/app.js:14', 40), fn('render@/srv/app.js:44', 100)],
    [fn('handler@/srv/app.js:10', 400), fn('render@/srv/app.js:40', 100)],
  ).findings;
  assert.deepEqual([top?.function, top?.line, top?.change, others], ['handler', 10, 'grown', []]);
  assert.ok(top?.notes.includes('Line 10 here, line 14 on the peer.'), top?.notes.join('\n'));
});

test('nothing is said of lines where nothing has moved, though each side has functions of its own', () => {
  const both = [fn('handler@/srv/app.js:10'), fn('render@/srv/app.js:40'), fn('@/srv/app.js:50:22')];
  const { method } = compared([...both, fn('get@/srv/app.js:20', 3)], [...both, fn('get@/srv/app.js:30', 3)]);
  assert.deepEqual(
    method.filter((words) => words.includes('Line numbers')),
    [],
  );
});

test('several edits of one file: anonymous functions and equal names go with the named ones around them', () => {
  const side = (a: number, b: number) => [
    fn('first@/srv/app.js:10'),
    fn(`@/srv/app.js:${20 + a}:5`),
    fn(`get@/srv/app.js:${25 + a}`),
    fn(`second@/srv/app.js:${30 + a}`),
    fn(`@/srv/app.js:${35 + a}:5`),
    fn(`get@/srv/app.js:${50 + b}`),
    fn(`third@/srv/app.js:${60 + b}`),
    fn(`@/srv/app.js:${70 + b}:9`),
  ];
  // 4 lines added in the one place, 10 taken away in the other: an anonymous function is now where another was.
  for (const [a, b] of [
    [15, 5],
    [4, -6],
    [0, 8],
  ] as const) {
    const same = compared(side(a, b), side(0, 0));
    assert.deepEqual([same.findings, alone(same)], [[], []], `${a}, ${b}`);
  }
});

test('equal names alone in their file are matched in the order of their lines', () => {
  const side = (...lines: number[]) => lines.map((line, i) => fn(`get@/srv/app.js:${line}`, 100 + 50 * i));
  assert.deepEqual(compared(side(14, 54, 99), side(10, 50, 90)).findings, []);
  assert.notDeepEqual(alone(compared(side(14, 54), side(10, 50, 90))), [], 'which of the three is missing?');
});

test('an anonymous function that is nobody’s for sure stays apart, also where another one was', () => {
  const named = (by: number) => [fn(`first@/srv/app.js:${10 + by}`), fn(`last@/srv/app.js:${90 + by}`)];
  const { rows, tree } = compared(
    [...named(4), fn('@/srv/app.js:30:5', 100)],
    [...named(0), fn('@/srv/app.js:30:5', 200)],
  );
  const anonymous = rows.filter((row) => tree.functions[row.fn]?.name === '(anonymous)');
  assert.deepEqual(
    anonymous.map(({ self }) => [self.hotSamples, self.healthySamples]),
    [
      [200, 0],
      [0, 100],
    ],
  );
});

test('names of a minifier go by their column, which moves with those of the named functions of the line', () => {
  const side = (by: number) => [
    fn(`parseHTML@/srv/dist/main.js:1:${1000 + by}`),
    fn(`e@/srv/dist/main.js:1:${1200 + by}`, 210),
    fn(`e@/srv/dist/main.js:1:${1400 + by}`, 220),
    fn(`renderPage@/srv/dist/main.js:1:${2000 + by}`, 230),
  ];
  const same = compared(side(57), side(0));
  assert.deepEqual([same.findings, alone(same)], [[], []]);
});

test('a bundle is the same file whatever hash is in its name', () => {
  for (const [here, there] of [
    ['main.4f3a2b.js', 'main.9c1d0e.js'],
    ['chunk-ABCD1234.mjs', 'chunk-WXYZ9876.mjs'],
    ['index-BxY12_q.js', 'index-Q9_zzTa.js'],
    ['vendor.0a1b2c3d.chunk.js', 'vendor.ffee0011.chunk.js'],
  ]) {
    const side = (file: string, by: number, samples = 300) => [
      fn(`handler@/srv/dist/${file}:${10 + by}`, samples),
      fn(`@/srv/dist/${file}:${20 + by}:7`, 200),
    ];
    const same = compared(side(`${there}`, 4), side(`${here}`, 0));
    assert.deepEqual([same.findings, alone(same)], [[], []], here);
    assert.ok(same.method.includes(`Files matched by their functions: ${there} on the peer, ${here} here.`));
    const [grown] = compared(side(`${there}`, 4, 30), side(`${here}`, 0)).findings;
    assert.ok(grown?.notes.includes(`${here}:10 here, ${there}:14 on the peer.`), grown?.notes.join('\n'));
  }
});

test('of several chunks each is the one with its functions; what has none in common stays apart', () => {
  const chunk = (hash: string, ...names: string[]) =>
    names.map((name, i) => fn(`${name}@/srv/dist/chunk-${hash}.js:${i + 1}`));
  const same = compared(
    [...chunk('AAAA1111', 'price', 'total'), ...chunk('BBBB2222', 'login', 'logout', 'price')],
    [...chunk('CCCC3333', 'login', 'logout', 'price'), ...chunk('DDDD4444', 'price', 'total')],
  );
  assert.deepEqual([same.findings, alone(same)], [[], []]);
  assert.equal(alone(compared(chunk('AAAA1111', 'price'), chunk('BBBB2222', 'login'))).length, 2);
});

const STORES: readonly (readonly [where: string, here: string, there: string])[] = [
  ['pnpm', '/srv/node_modules/.pnpm/htmlparser2@9.2.0_peer@1.0.0', '/srv/node_modules/.pnpm/htmlparser2@9.1.0'],
  [
    'yarn',
    '/srv/.yarn/cache/htmlparser2-npm-9.2.0-0a1b2c3d4e.zip',
    '/srv/.yarn/cache/htmlparser2-npm-9.1.0-ffeeddccbb-10c0.zip',
  ],
  [
    'yarn, with peers',
    '/srv/.yarn/__virtual__/htmlparser2-virtual-0a1b2c3d4e/0/cache/htmlparser2-npm-9.2.0-0a1b2c3d4e.zip',
    '/srv/.yarn/__virtual__/htmlparser2-virtual-99887766ff/0/cache/htmlparser2-npm-9.1.0-ffeeddccbb-10c0.zip',
  ],
];
for (const [store, here, there] of STORES) {
  test(`a package in the store of ${store} is the same package in another version, and the versions are told`, () => {
    const side = (folder: string, by: number, samples: number) => [
      fn(`write@${folder}/node_modules/htmlparser2/lib/Parser.js:${20 + by}`, samples),
      fn(`emit@${folder}/node_modules/htmlparser2/lib/Parser.js:${90 + by}`, 100),
    ];
    const same = compared(side(there, 6, 300), side(here, 0, 300));
    assert.deepEqual([same.findings, alone(same)], [[], []]);
    assert.ok(
      same.method.includes('Package versions differ: htmlparser2 9.1.0 on the peer, 9.2.0 here.'),
      `${same.method}`,
    );
    const [top] = compared(side(there, 6, 30), side(here, 0, 300)).findings;
    assert.ok(top?.notes.includes('htmlparser2 9.1.0 on the peer, 9.2.0 here.'), `${top?.notes}`);
  });
}

test('code of a workspace that yarn links in under a virtual path is the same code', () => {
  const side = (path: string) => [fn(`handler@${path}/src/app.js:10`)];
  const linked = side('/srv/.yarn/__virtual__/shop-virtual-0a1b2c3d4e/1/packages/shop');
  assert.deepEqual(alone(compared(linked, side('/srv/packages/shop'))), []);
});

test('two peers of one release share the functions that the hot side lacks', () => {
  const peer = [
    fn('handler@/srv/app.js:14'),
    fn('old@/srv/app.js:54'),
    fn('@/srv/app.js:60:4'),
    fn('last@/srv/app.js:94'),
  ];
  const hot = [fn('handler@/srv/app.js:10'), fn('last@/srv/app.js:90')];
  const [a, b] = [drawn(...peer), drawn(...peer)].map((text) => profileFromText(text));
  assert.ok(a && b);
  const both = compare([a, b], profileFromText(drawn(...hot)));
  assert.equal(both.tree.functions.length, 5, both.tree.functions.map(({ key }) => key).join('\n'));
  assert.ok(both.method.some((words) => words.startsWith('Line numbers of 2 functions in 1 file differ')));
});

/** A file with named functions, between them equal names and anonymous ones; lines far enough apart. */
const file = fc.array(
  fc.record({
    between: fc.array(fc.constantFrom('', 'get', ''), { maxLength: 3 }),
    gap: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 2, maxLength: 8 },
);

test('lines moved piece by piece leave the findings as they are', () => {
  fc.assert(
    fc.property(
      file,
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 8 }),
      fc.nat(7),
      (pieces, added, culprit) => {
        const places: { name: string; line: number; column: number; moved: number }[] = [];
        let line = 1;
        let shift = 0;
        pieces.forEach(({ between, gap }, i) => {
          // One edit somewhere between two named functions.
          const edit = gap % (between.length + 1);
          [...between, `named${i}`].forEach((name, at) => {
            line += gap;
            if (at === edit) shift += added[i] ?? 0;
            places.push({ name, line, column: 3 + (line % 5), moved: line + shift });
          });
        });
        const draw = (of: 'line' | 'moved', extra: number): string =>
          drawn(
            ...places.map((one, i) =>
              fn(`${one.name}@/srv/app.js:${one[of]}:${one.column}`, i === culprit ? 30 + extra : 30),
            ),
          );
        const told = (healthy: string) => {
          const { findings, verdict } = compare(profileFromText(healthy), profileFromText(draw('line', 300)));
          return [findings.map(({ notes: _, ...finding }) => finding), verdict];
        };
        assert.deepEqual(told(draw('moved', 0)), told(draw('line', 0)));
        assert.deepEqual(compare(profileFromText(draw('moved', 0)), profileFromText(draw('line', 0))).findings, []);
      },
    ),
    { numRuns: 60 },
  );
});
