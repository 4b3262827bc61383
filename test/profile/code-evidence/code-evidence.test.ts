import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCodeLine, readVisitLine } from '../../../service/profile/code-evidence/code-evidence.ts';

const ANSWER = {
  functions: [
    ['(root)', '', 0, 0],
    ['handle', '/srv/app.js', 10, 16],
    ['weigh', '/srv/app.js', 2, 15],
  ],
  callees: [[1, [[2, 1, 3, ['sqrt', null, '']]], [['parse', 2]]]],
  v8: { nodes: [-1, 0, 0, 1], ticks: [1, 12, 40, -1, 1, 3, 60, 2], samples: [1, 0], deltasMs: [10, -3] },
};

function read(answer: unknown, processes = 2) {
  return readCodeLine(`1 ${typeof answer === 'string' ? answer : JSON.stringify(answer)}`, processes);
}

test('functions, callees, ticks and samples of a process are read', () => {
  const got = read(ANSWER);
  assert.ok('process' in got);
  assert.deepEqual([got.process, got.places[2]], [1, { name: 'weigh', file: '/srv/app.js', line: 2, column: 15 }]);
  const callees = [{ place: 2, depth: 1, loops: 3, calls: ['sqrt', ''] }];
  assert.deepEqual(got.callers, [{ caller: 1, callees, soleCallers: new Map([['parse', 2]]) }]);
  assert.deepEqual([...(got.v8?.parent ?? [])], [-1, 0]);
  assert.deepEqual([...(got.v8?.deltasMs ?? [])], [10, -3]);
  assert.equal(got.v8Fault, null);
});

test('callees of captures that do not say what they call are read', () => {
  const got = read({ ...ANSWER, callees: [[1, [[2, 1, 3]]]] });
  assert.deepEqual('callers' in got && got.callers[0]?.callees, [{ place: 2, depth: 1, loops: 3, calls: [] }]);
  assert.equal('callers' in got && got.callers[0]?.soleCallers.size, 0);
});

test('without a profile, or with one that could not be read, the callees are there', () => {
  const { v8: _, ...plain } = ANSWER;
  const got = read({ ...plain, v8Error: 'the profile is not a tree' });
  assert.ok('process' in got && got.v8 === null && got.callers.length === 1);
  assert.equal(got.v8Fault, 'the profile is not a tree');
});

test('names are cut; longer ones nobody reads', () => {
  const got = read({ ...ANSWER, functions: ANSWER.functions.map(([, ...rest]) => ['🔥'.repeat(9000), ...rest]) });
  assert.ok('places' in got && got.places.every(({ name }) => name.length <= 300));
});

const { v8 } = ANSWER;
const chain = Array.from({ length: 5000 }, (_, node) => [node - 1, 0]).flat();
const WRONG: readonly (readonly [name: string, answer: unknown, fault: RegExp])[] = [
  ['no JSON', '{', /expected form/],
  ['JSON of another kind', '7', /functions/],
  ['null', 'null', /expected form/],
  ['no functions', { callees: [] }, /functions/],
  ['functions without a place', { ...ANSWER, functions: [['f']] }, /a file/],
  ['functions that are numbers', { ...ANSWER, functions: [7] }, /a function must be a list/],
  ['a line that is none', { ...ANSWER, functions: [['f', '/a.js', 1.5, 1]] }, /a line/],
  ['callees of nobody', { ...ANSWER, callees: [[9, []]] }, /a caller/],
  ['a callee that is nobody', { ...ANSWER, callees: [[1, [[-1, 1, 1]]]] }, /a callee/],
  ['calls that are no list', { ...ANSWER, callees: [[1, [[2, 1, 1, 'sqrt']]]] }, /calls/],
  ['a sole caller who is nobody', { ...ANSWER, callees: [[1, [], [['parse', 9]]]] }, /a sole caller/],
  ['a sole caller of a number', { ...ANSWER, callees: [[1, [], [[7, 2]]]] }, /name of what it calls/],
  ['no callees', { ...ANSWER, callees: undefined }, /callees/],
  ['a node without a function', { ...ANSWER, v8: { ...v8, nodes: [-1] } }, /rows of 2/],
  ['a parent that comes later', { ...ANSWER, v8: { ...v8, nodes: [-1, 0, 1, 0] } }, /a parent/],
  ['a root with a parent', { ...ANSWER, v8: { ...v8, nodes: [0, 0] } }, /a parent/],
  ['two roots', { ...ANSWER, v8: { ...v8, nodes: [-1, 0, -1, 1] } }, /a parent/],
  ['ticks of no node', { ...ANSWER, v8: { ...v8, ticks: [2, 1, 1, -1] } }, /the node of a tick/],
  ['fewer ticks than none', { ...ANSWER, v8: { ...v8, ticks: [1, 1, -1, -1] } }, /a count of ticks/],
  ['ticks of an owner who is none', { ...ANSWER, v8: { ...v8, ticks: [1, 1, 1, 3] } }, /the owner/],
  ['samples of no node', { ...ANSWER, v8: { ...v8, samples: [2, 1] } }, /the node of a sample/],
  ['more samples than deltas', { ...ANSWER, v8: { ...v8, samples: [1, 1, 1] } }, /equally many/],
  ['numbers that are none', { ...ANSWER, v8: { ...v8, deltasMs: [null, 1] } }, /deltasMs/],
  ['a stack that no profiler would follow', { ...ANSWER, v8: { nodes: chain, ticks: [] } }, /deeper/],
  [
    'more frames on the way to its ticks than memory holds',
    {
      ...ANSWER,
      v8: { nodes: chain.slice(0, 8000), ticks: Array.from({ length: 3000 }, () => [3999, 1, 1, -1]).flat() },
    },
    /more complex/,
  ],
];

for (const [name, answer, fault] of WRONG) {
  test(`${name}: the evidence is left out, with words`, () => {
    const got = read(answer);
    assert.ok('fault' in got);
    assert.match(got.fault, fault);
  });
}

test('a process that the capture does not have is a fault, and so is a line without one', () => {
  for (const line of [`2 ${JSON.stringify(ANSWER)}`, JSON.stringify(ANSWER), '', '-1 {}', '1']) {
    assert.ok('fault' in readCodeLine(line, 2), line);
  }
});

test('a visit is read with what is known of it', () => {
  const known = { pid: 70, status: 'profiled', node: 'v24.1.0', startPauseMs: 1.5, stopPauseMs: 3, workers: -1 };
  const line = JSON.stringify({ ...known, startedAt: 1_700_000_000_000 });
  assert.deepEqual(readVisitLine(line), {
    pid: 70,
    visit: {
      status: 'profiled',
      reason: null,
      message: null,
      node: 'v24.1.0',
      startedAtMs: 1_700_000_000_000,
      startPauseMs: 1.5,
      stopPauseMs: 3,
      workers: null,
      leftOpen: false,
    },
  });
  const refused = readVisitLine('{"pid":7,"status":"skipped","reason":"TOO_YOUNG","message":"…","leftOpen":true}');
  assert.deepEqual([refused?.visit.reason, refused?.visit.leftOpen], ['TOO_YOUNG', true]);
});

test('what is no visit is none', () => {
  for (const line of ['', 'null', '[]', '{}', '{"pid":7}', '{"pid":"7","status":"failed"}', '{"pid":7,"status":"x"}']) {
    assert.equal(readVisitLine(line), undefined, line);
  }
});
