import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Dealer, type Flow, inlinedFlows, type V8Chain } from '../../../service/profile/code-evidence/inlined-flow.ts';

const [MAIN, HANDLE, WEIGH, DEEP] = [0, 1, 2, 3];

function chain(samples: number, ...functions: readonly number[]): V8Chain {
  return { functions, samples };
}

/** Flows in words: `1>2 60` for 60 samples of function 1 that are of 2. */
function words(flows: ReadonlyMap<number, readonly Flow[]>): string[] {
  return [...flows].flatMap(([fn, list]) =>
    list.map(({ path, samples }) => `${fn}>${path.join('>')} ${Math.round(samples)}`),
  );
}

function flowsOf(chains: readonly V8Chain[], own: Record<number, number>, optimised = own): string[] {
  const counts = (of: Record<number, number>) => new Map(Object.entries(of).map(([fn, n]) => [Number(fn), n]));
  return words(inlinedFlows(chains, counts(own), counts(optimised)));
}

test('work that V8 sees in a callee and perf does not is taken from the caller', () => {
  assert.deepEqual(flowsOf([chain(40, HANDLE), chain(60, HANDLE, WEIGH)], { [HANDLE]: 100 }), ['1>2 60']);
});

test('rates of the two profilers need not be the same', () => {
  assert.deepEqual(flowsOf([chain(400, HANDLE), chain(600, HANDLE, WEIGH)], { [HANDLE]: 100 }), ['1>2 60']);
});

test('what perf sees in the callee itself is not given to it twice', () => {
  const own = { [HANDLE]: 70, [WEIGH]: 30 };
  assert.deepEqual(flowsOf([chain(40, HANDLE), chain(60, HANDLE, WEIGH)], own), ['1>2 30']);
  assert.deepEqual(flowsOf([chain(40, HANDLE), chain(60, HANDLE, WEIGH)], { [HANDLE]: 40, [WEIGH]: 60 }), []);
});

test('only optimised code holds inlined work', () => {
  const chains = [chain(40, HANDLE), chain(60, HANDLE, WEIGH)];
  assert.deepEqual(flowsOf(chains, { [HANDLE]: 100 }, { [HANDLE]: 25 }), ['1>2 25']);
  assert.deepEqual(flowsOf(chains, { [HANDLE]: 100 }, {}), []);
});

test('of a chain through a function that perf never saw, all of it is within the next one up', () => {
  const chains = [chain(50, MAIN), chain(50, MAIN, HANDLE, WEIGH)];
  assert.deepEqual(flowsOf(chains, { [MAIN]: 100 }), ['0>1>2 50']);
});

test('what the nearest caller has no room for is taken further up', () => {
  const chains = [chain(10, MAIN), chain(10, MAIN, HANDLE), chain(80, MAIN, HANDLE, WEIGH)];
  assert.deepEqual(flowsOf(chains, { [MAIN]: 60, [HANDLE]: 40 }), ['1>2 30', '0>1>2 50']);
});

test('of recursion the nearest call has the work, and none is its own callee', () => {
  const chains = [chain(20, HANDLE), chain(40, HANDLE, HANDLE, WEIGH), chain(40, HANDLE, WEIGH, HANDLE, WEIGH)];
  assert.deepEqual(flowsOf(chains, { [HANDLE]: 100 }), ['1>2 80']);
  assert.deepEqual(flowsOf([chain(50, HANDLE), chain(50, HANDLE, HANDLE)], { [HANDLE]: 100 }), []);
});

test('differences that could be chance move nothing', () => {
  const seen = (weigh: number) => [chain(500 - weigh, HANDLE), chain(weigh, HANDLE, WEIGH)];
  assert.deepEqual(flowsOf(seen(115), { [HANDLE]: 400, [WEIGH]: 100 }), []);
  assert.deepEqual(flowsOf(seen(2), { [HANDLE]: 500 }), [], 'fewer than three samples');
  assert.equal(flowsOf(seen(170), { [HANDLE]: 400, [WEIGH]: 100 }).length, 1);
});

test('where one of the two saw nothing, nothing moves', () => {
  assert.deepEqual(flowsOf([], { [HANDLE]: 100 }), []);
  assert.deepEqual(flowsOf([chain(0, HANDLE), chain(0, HANDLE, WEIGH)], { [HANDLE]: 100 }), []);
  assert.deepEqual(flowsOf([chain(50, HANDLE, WEIGH)], {}), []);
});

test('a chain as deep as any may be costs no more than its length', { timeout: 20_000 }, () => {
  const deep = Array.from({ length: 4000 }, (_, i) => i % 7);
  const chains = Array.from({ length: 1500 }, () => chain(1, ...deep, DEEP + 20));
  const own = Object.fromEntries(Array.from({ length: 7 }, (_, fn) => [fn, 300]));
  const flows = flowsOf(chains, own);
  assert.ok(flows.length > 0);
});

const fn = fc.nat(8);
const chainOf = fc.record({ functions: fc.array(fn, { minLength: 1, maxLength: 6 }), samples: fc.nat(200) });
const counts = fc.dictionary(fn.map(String), fc.nat(300));

test('never more is given away than the optimised code of a function has, and twice the same', () => {
  fc.assert(
    fc.property(
      fc.array(chainOf, { maxLength: 20 }),
      counts,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (chains, seen, part) => {
        const own = new Map(Object.entries(seen).map(([id, n]) => [Number(id), n]));
        const optimised = new Map([...own].map(([id, n]) => [id, Math.floor(n * part)]));
        const flows = inlinedFlows(chains, own, optimised);
        for (const [caller, list] of flows) {
          const given = list.reduce((sum, { samples }) => sum + samples, 0);
          assert.ok(given <= (optimised.get(caller) ?? 0) + 1e-6, `${given} of ${optimised.get(caller)}`);
          for (const { path, samples } of list) {
            assert.ok(samples >= 0 && path.length > 0 && !path.includes(caller));
          }
        }
        assert.deepEqual(words(inlinedFlows(chains, own, optimised)), words(flows));
      },
    ),
  );
});

test('at any moment each part has been dealt its share, within one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 40 }),
      fc.nat(100),
      (parts, rest) => {
        const all = parts.reduce((sum, part) => sum + part, 0) + rest + 1;
        const dealer = new Dealer(parts, all);
        const dealt = parts.map(() => 0);
        for (let n = 1; n <= 300; n++) {
          const choice = dealer.next();
          if (choice >= 0) dealt[choice] = (dealt[choice] as number) + 1;
          parts.forEach((part, i) => {
            const due = (n * part) / all;
            assert.ok(Math.abs((dealt[i] as number) - due) < 1 + 1e-6, `${dealt[i]} of ${due} after ${n}`);
          });
        }
      },
    ),
  );
});

test('parts that are all of it leave nothing to the caller, and none leave all of it', () => {
  const whole = new Dealer([3, 1], 4);
  assert.deepEqual(
    Array.from({ length: 8 }, () => whole.next()).filter((choice) => choice < 0),
    [],
  );
  const none = new Dealer([], 4);
  assert.deepEqual([none.next(), none.next()], [-1, -1]);
});
