/** The parts of the viewer that need no document, against slow and obvious code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { flameData } from '../../../service/flamegraph/data/flame-data.ts';
import { sumUp } from '../../../service/flamegraph/picture/frame-geometry.ts';
import {
  decodeModel,
  functionSums,
  matchedValue,
  matchFunctions,
  searchPattern,
} from '../../../service/flamegraph/viewer/model.ts';
import {
  defaultState,
  formatState,
  parseState,
  stateFragment,
  type ViewState,
} from '../../../service/flamegraph/viewer/state.ts';
import { readRequest } from '../../../service/flamegraph/viewer/sync.ts';
import { buildView, type PaneHalf } from '../../../service/flamegraph/viewer/views.ts';
import { foldedProfile } from '../../support/folded-profile.ts';

const NAMES = ['a', 'b', 'c', 'd'];
/** Stacks of few names, so that recursion and repetition are common; counts. */
const stacks = fc.array(
  fc.tuple(fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 9 })),
  { minLength: 1, maxLength: 30 },
);

function modelOf(list: readonly (readonly [readonly string[], number])[]) {
  const text = list.map(([frames, count]) => `${frames.join(';')} ${count}`).join('\n');
  return decodeModel(flameData(foldedProfile(`${text}\n`), { title: 'x' }));
}

/** Sum of the counts of stacks that a test holds for. */
function samples(
  list: readonly (readonly [readonly string[], number])[],
  test: (frames: readonly string[]) => boolean,
) {
  return list.reduce((sum, [frames, count]) => (test(frames) ? sum + count : sum), 0);
}

test('own and inclusive sums of functions are those of the stacks, recursion counted once', () => {
  fc.assert(
    fc.property(stacks, (list) => {
      const model = modelOf(list);
      const sums = functionSums(model, model.self[0] as Float64Array);
      model.names.forEach((name, fn) => {
        assert.equal(
          sums.own[fn],
          samples(list, (frames) => frames.at(-1) === name),
        );
        assert.equal(
          sums.all[fn],
          samples(list, (frames) => frames.includes(name)),
        );
      });
    }),
  );
});

test('a search counts each sample once, however often its stack matches', () => {
  fc.assert(
    fc.property(stacks, fc.subarray(NAMES, { minLength: 1 }), (list, wanted) => {
      const model = modelOf(list);
      const { pattern } = searchPattern(`^(${wanted.join('|')})$`);
      const total = sumUp(model.parent, model.self[0] as Float64Array);
      const matched = matchFunctions(model, pattern);
      assert.equal(
        matchedValue(model, total, matched),
        samples(list, (frames) => frames.some((frame) => wanted.includes(frame))),
      );
    }),
  );
});

test('whatever is typed is searched: as a regular expression or, failing that, as text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'(-[\\]{}^$.*+?|/a') })), (text) => {
      const { pattern, literal } = searchPattern(text);
      if (literal) assert.ok(pattern.test(`before ${text} behind`));
    }),
  );
});

/** Children of the root by function: width. */
function firstRow(part: PaneHalf, names: readonly string[]): Record<string, number> {
  const row: Record<string, number> = {};
  part.parent.forEach((up, node) => {
    if (up === 0) row[names[part.fn[node] as number] as string] = part.width[node] as number;
  });
  return row;
}

test('reversed, the first row is own time by function, and the whole is the whole', () => {
  fc.assert(
    fc.property(stacks, (list) => {
      const model = modelOf(list);
      const totals = model.self.map((own) => sumUp(model.parent, own));
      const { upper } = buildView(model, model.self, totals, 'reverse', 'hot', -1);
      const wanted = Object.fromEntries(
        NAMES.map((name) => [name, samples(list, (frames) => frames.at(-1) === name)]).filter(([, sum]) => sum !== 0),
      );
      assert.deepEqual(firstRow(upper, model.names), wanted);
      assert.equal(
        upper.width[0],
        samples(list, () => true),
      );
    }),
  );
});

test('reversed, the tree is the one of the stacks read backwards, siblings in order', () => {
  const lines = (part: Pick<PaneHalf, 'parent' | 'fn'>, names: readonly string[], totals: Float64Array) =>
    Array.from(part.fn, (fn, node) => {
      const path: string[] = [];
      for (let at = node; at > 0; at = part.parent[at] as number) path.unshift(names[part.fn[at] as number] as string);
      return `${path.join(';')} ${fn < 0 ? '' : names[fn]} ${totals[node]}`;
    });
  fc.assert(
    fc.property(stacks, (list) => {
      const model = modelOf(list);
      const totals = model.self.map((own) => sumUp(model.parent, own));
      const { upper } = buildView(model, model.self, totals, 'reverse', 'hot', -1);
      const backwards = modelOf(list.map(([frames, count]) => [[...frames].reverse(), count]));
      const wanted = sumUp(backwards.parent, backwards.self[0] as Float64Array);
      assert.deepEqual(
        lines(upper, model.names, upper.totals[0] as Float64Array),
        lines(backwards, backwards.names, wanted),
      );
    }),
  );
});

test('in a sandwich callers and callees add up to the function, taken at its outermost call', () => {
  fc.assert(
    fc.property(stacks, fc.constantFrom(...NAMES), (list, name) => {
      const model = modelOf(list);
      const fn = model.names.indexOf(name);
      fc.pre(fn >= 0);
      const totals = model.self.map((own) => sumUp(model.parent, own));
      const { upper, lower } = buildView(model, model.self, totals, 'sandwich', 'hot', fn);
      const all = samples(list, (frames) => frames.includes(name));
      assert.equal(upper.width[0], all);
      assert.equal(lower?.width[0], all);
      const callers = firstRow(upper, model.names);
      for (const caller of NAMES) {
        const called = samples(list, (frames) => frames[frames.indexOf(name) - 1] === caller && frames.includes(name));
        assert.equal(callers[caller] ?? 0, called);
      }
    }),
  );
});

const path = fc.array(fc.string({ minLength: 1 }), { maxLength: 20 });
const states: fc.Arbitrary<ViewState> = fc.record({
  view: fc.constantFrom('calls', 'reverse'),
  focus: fc.constant(''),
  zoom: path,
  selected: path,
  query: fc.string({ maxLength: 200 }),
  colour: fc.constantFrom('change', 'category', 'package', 'tier'),
  width: fc.constantFrom('hot', 'healthy', 'both', 'excess'),
  change: fc.constantFrom('code', 'total', 'self'),
  frames: fc.constantFrom('mine', 'all'),
  open: fc.array(fc.integer({ min: 1, max: 0xffffffff }), { maxLength: 20 }),
  inverted: fc.boolean(),
  selection: fc.record({
    from: fc.constant(-1),
    to: fc.constant(-1),
    process: fc.integer({ min: -1, max: 99 }),
    thread: fc.integer({ min: -1, max: 99 }),
  }),
});

test('the address brings a view back, with frames by the hash of their path', () => {
  const hash = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(states, fc.boolean(), hash, hash, (state, inverted, zoom, selected) => {
      // In a page the root is on top at first.
      const defaults = { ...defaultState(true), inverted };
      const text = formatState(state, defaults, { zoom, selected });
      const back =
        text === '' ? { ...defaults, focus: 0, zoom, selected } : parseState(`#${stateFragment(text)}`, defaults);
      assert.deepEqual(back, { ...state, selection: { ...state.selection }, focus: 0, zoom, selected });
    }),
  );
});

test('an address is short however deep the frame is, and those of older versions are followed', () => {
  const deep = Array.from({ length: 100 }, (_, step) => `function${step}\n/srv/app.js`);
  const defaults = defaultState(false);
  const state = { ...defaults, zoom: deep, selected: deep };
  const text = formatState(state, defaults, { zoom: 0xffffffff, selected: 0xffffffff });
  assert.equal(stateFragment(text), 'v2&at=1z141z3');
  assert.deepEqual(parseState('#v1&at=a.b*2&sel=a', defaults)?.zoom, [10, 11, 11]);
  assert.deepEqual(parseState('#v1&at=a.b*2&sel=a', defaults)?.selected, [10]);
});

test('an address or a request of anyone’s making is followed where it makes sense, and never a fault', () => {
  fc.assert(
    fc.property(fc.string(), fc.anything(), (text, detail) => {
      parseState(`v1&${text}`, defaultState(false));
      const known = new Set(Object.keys(defaultState(false)));
      for (const name of Object.keys(readRequest(detail))) assert.ok(known.has(name));
    }),
  );
});
