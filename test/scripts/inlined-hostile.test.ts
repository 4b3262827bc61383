/** inlined.js with input that a hostile program made up: it answers with one bounded line, or with nothing. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type Answer,
  ask,
  candidatesOf,
  ownersOf,
  placeOf,
  profileOf,
  runInlined,
  symbolOf,
  writeProgram,
} from '../support/scripts/inlined-program.ts';

const PROGRAM = `
function weigh(n) {
  return n * 2;
}
function handle(n) { return weigh(n); }
`;

interface Scene {
  readonly file: string;
  readonly hot: readonly string[];
  readonly map: readonly string[];
  readonly profile: object;
}

function scene(t: TestContext): Scene {
  const file = join(writeProgram(t, { 'app.js': PROGRAM }), 'app.js');
  const handle = placeOf(file, 'function handle');
  return {
    file,
    hot: [`9 ${symbolOf(handle)}`],
    map: [symbolOf(placeOf(file, 'function weigh'))],
    profile: profileOf(handle, [3]),
  };
}

function assertCandidates(answer: Answer): void {
  assert.deepEqual(candidatesOf(answer, 'handle'), ['weigh']);
}

test('a hot list and a map of garbage cost nothing but themselves', (t) => {
  const { hot, map } = scene(t);
  const garbage = [
    '',
    ' ',
    '9',
    '9 ',
    'x JS:*f /a.js:1:1',
    '9 JS:*f',
    '9 JS:*f /a.js',
    '9 JS:*f /a.js:x:y',
    `9 JS:*f /a.js:${'9'.repeat(400)}:1`,
    '9 JS:*f /dev/zero:1:1',
    '9 JS:*f ../../etc/passwd:1:1',
    '9 JS:*f file://%zz/a.js:1:1',
    '9 JS:*f file://host/a.js:1:1',
    `9 JS:*${'f'.repeat(10_000)} /a.js:1:1`,
    `9 JS:*f /${'a/'.repeat(100_000)}:1:1`,
    `9 JS:*${' /'.repeat(100_000)}:1:1`,
    `9 JS:*f /a.js${':1'.repeat(100_000)}`,
    '\0\u0001\u001b[31m"}]',
    '9 JS:*__proto__ /a.js:1:1',
    '9 JS:*"},{"v8":1,"$(id)`id` /a.js:1:1',
  ];
  const answer = ask(t, { hot: [...garbage, ...hot], map: [...garbage.map((line) => line.slice(2)), ...map] });
  assertCandidates(answer);
  assert.equal(answer.functions.length, 2);
});

test('names with line feeds, quotes, and without end are passed on as JSON, cut', (t) => {
  const { file, hot, map, profile } = scene(t);
  for (const name of ['a\nb', '"}\n{"', '\u2028\0\u001b', '</script>', '\ud800', '🔥'.repeat(10_000), '__proto__']) {
    const named = structuredClone(profile) as { nodes: { callFrame: { functionName: string } }[] };
    for (const { callFrame } of named.nodes) callFrame.functionName = name;
    const answer = ask(t, { hot, map, profile: named });
    assert.ok(answer.functions.some(([found]) => found !== '' && name.startsWith(found)));
    assert.ok(answer.functions.every(([found, path]) => found.length <= 200 && path.length <= 1000));
    assertCandidates(answer);
    assert.deepEqual(ownersOf(answer), { 3: 'weigh' }, file);
  }
});

/** Each is no profile of V8. */
const NO_PROFILES: readonly (readonly [name: string, profile: unknown])[] = [
  ['no JSON', 'nodes'],
  ['JSON that is cut', '{"nodes":[{"id":1,'],
  ['null', null],
  ['a number', 7],
  ['a list', []],
  ['no nodes', {}],
  ['nodes that are none', { nodes: [null], samples: [], timeDeltas: [] }],
  ['nodes without call frames', { nodes: [{ id: 1 }], samples: [], timeDeltas: [] }],
  ['a root that is its own child', { nodes: [nodeOf(1, [1])], samples: [1], timeDeltas: [1] }],
  ['a cycle', { nodes: [nodeOf(1, [2]), nodeOf(2, [3]), nodeOf(3, [2])], samples: [], timeDeltas: [] }],
  [
    'a node with two parents',
    { nodes: [nodeOf(1, [2, 3]), nodeOf(2, [3]), nodeOf(3, [])], samples: [], timeDeltas: [] },
  ],
  ['children that are missing', { nodes: [nodeOf(1, [9])], samples: [], timeDeltas: [] }],
  ['children that are no list', { nodes: [{ ...nodeOf(1, []), children: 7 }], samples: [], timeDeltas: [] }],
  [
    'a hundred children, a hundred times over',
    {
      nodes: Array.from({ length: 100 }, (_, i) =>
        nodeOf(
          i,
          Array.from({ length: 100 }, (_, j) => j),
        ),
      ),
    },
  ],
  ['no samples', { nodes: [nodeOf(1, [])] }],
  ['more than the memory could hold', `{"nodes":[${'{"id":1},'.repeat(3_000_000)}0]}`],
];

function nodeOf(id: number, children: readonly number[]) {
  return { id, callFrame: { functionName: 'f', url: '/a.js', lineNumber: 1, columnNumber: 1 }, children };
}

for (const [name, profile] of NO_PROFILES) {
  test(`a profile with ${name} is left out with the reason, and what the text says stays`, (t) => {
    const { hot, map } = scene(t);
    const answer = ask(t, { hot, map, profile: profile === null ? 'null' : profile, samples: true });
    // Not equal(): telling how a tree of a million numbers differs from nothing takes all the memory there is.
    assert.ok(answer.v8 === undefined);
    assert.match(answer.v8Error ?? '', /^.{5,200}$/);
    assertCandidates(answer);
    assert.equal(answer.functions.length, 2);
  });
}

test('a profile with more nodes, samples or names than fit is cut or left out', (t) => {
  const { hot, map } = scene(t);
  const long = '/a'.repeat(490);
  const nodes = Array.from({ length: 20_000 }, (_, i) => ({
    id: i + 1,
    callFrame: { functionName: `f${i}`, url: `${long}/${i}.js`, lineNumber: 1, columnNumber: 1 },
    children: i + 1 < 20_000 ? [i + 2] : [],
  }));
  const wide = ask(t, { hot, map, profile: { nodes, samples: [], timeDeltas: [] } });
  assert.equal(wide.v8Error, 'it is too large');
  assertCandidates(wide);
  const short = nodes.map((node) => ({ ...node, callFrame: { ...node.callFrame, url: '' } }));
  const samples = Array.from({ length: 250_000 }, () => 1);
  const answer = ask(t, { hot, map, profile: { nodes: short, samples, timeDeltas: samples }, samples: true });
  assert.equal(answer.v8?.nodes.length, 40_000);
  assert.equal(answer.v8?.samples?.length, 200_000);
  assert.equal(answer.v8?.deltasMs?.length, 200_000);
});

test('deltas are rounded without drifting away', (t) => {
  const { profile } = scene(t);
  const samples = Array.from({ length: 1000 }, () => 2);
  const timeDeltas = samples.map((_, i) => (i % 50 === 49 ? -300 : 10_049));
  const answer = ask(t, { profile: { ...profile, samples, timeDeltas }, samples: true });
  let [exact, rounded] = [0, 0];
  timeDeltas.forEach((delta, i) => {
    exact += delta / 1000;
    rounded += answer.v8?.deltasMs?.[i] ?? Number.NaN;
    assert.ok(Math.abs(exact - rounded) < 0.501, `${rounded} ms for ${exact} at ${i}`);
  });
});

test('nothing at all is answered with nothing found', (t) => {
  assert.deepEqual(ask(t, {}), { callees: [], functions: [] });
});

test('a line of a map that does not end is not kept', (t) => {
  const { hot, map } = scene(t);
  const { stdout } = runInlined(t, { hot, map: [...map, `JS:*f /${'a'.repeat(63 << 20)}`] });
  assertCandidates(JSON.parse(stdout));
});
