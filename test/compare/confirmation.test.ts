/** Whose the work of a function is when V8 inlines nothing. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { uncovered } from '../../service/compare/confirmation/helpers.ts';
import { type NamedFunction, type WorkBelow, workBelow } from '../../service/compare/confirmation/work-below.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const fn = (name: string, line = 1): NamedFunction => ({ function: name, package: null, file: '/srv/app.js', line });

function work(own: number, callees: Readonly<Record<string, number>> = {}): WorkBelow {
  const list = Object.entries(callees).map(([name, samples]) => ({ ...fn(name), samples }));
  return { samples: own + list.reduce((sum, { samples }) => sum + samples, 0), own, callees: list };
}

const shares = (before: WorkBelow, after: WorkBelow) => {
  const { own, helpers, samples } = uncovered(before, after);
  const round = (share: number) => Math.round(share * 100);
  return { own: round(own), samples, ...Object.fromEntries(helpers.map((one) => [one.function, round(one.share)])) };
};

test('the work that a helper has now is the part of what its caller had', () => {
  assert.deepEqual(shares(work(200), work(9, { weigh: 91 })), { own: 9, samples: 100, weigh: 91 });
});

test('a function that does its work itself keeps it', () => {
  assert.deepEqual(shares(work(200), work(100, { stray: 2 })), { own: 100, samples: 100 });
});

test('a callee that was visible before counts by what it has gained only', () => {
  // Before: half of all below the function; the rest was the function's, and is the helper's now.
  assert.deepEqual(shares(work(100, { parse: 100 }), work(10, { parse: 100, weigh: 90 })), {
    own: 10,
    samples: 100,
    weigh: 90,
  });
});

test('helpers within helpers each have their part, most work first', () => {
  assert.deepEqual(shares(work(300), work(20, { score: 60, weigh: 120 })), {
    own: 10,
    samples: 200,
    weigh: 60,
    score: 30,
  });
});

test('without any sample there is no share, and nothing is divided by it', () => {
  assert.deepEqual(shares(work(0), work(0)), { own: 0, samples: 0 });
});

test('work is counted below the function, by process, and attributed as in a comparison', () => {
  const profile = profileFromText(`
    0..5 *handle@/srv/app.js:1;*weigh@/srv/app.js:9;Builtins_JsonParse 5
    5..8 *handle@/srv/app.js:1 3
    1..8 *other@/srv/app.js:20;*weigh@/srv/app.js:9 7
    [7] 1..3 *handle@/srv/app.js:1 2
  `);
  const work = workBelow(profile, fn('handle'));
  assert.deepEqual(work.get(1), { samples: 8, own: 3, callees: [{ ...fn('weigh', 9), samples: 5 }] });
  assert.deepEqual(work.get(7), { samples: 2, own: 2, callees: [] });
});
