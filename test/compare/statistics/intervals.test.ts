import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import type { Profile } from '../../../service/profile/profile.ts';
import { selectSamples } from '../../../service/profile/select-samples.ts';
import { type SimulatedFunction, seededRandom, simulate } from '../../support/simulated-service.ts';

/** Three functions small, middling and busy, each in bursts of a length. */
function functions(burstSeconds: number): SimulatedFunction[] {
  return [0.03, 0.08, 0.15].map((cores) => ({ name: `f${cores * 100}`, cores, burstSeconds }));
}

interface Design {
  readonly seconds: number;
  readonly processes: number;
  readonly burstSeconds: number;
}

const DESIGNS: readonly Design[] = [
  { seconds: 10, processes: 1, burstSeconds: 0.02 },
  { seconds: 10, processes: 1, burstSeconds: 0.1 },
  { seconds: 30, processes: 1, burstSeconds: 0.1 },
  { seconds: 20, processes: 2, burstSeconds: 0.05 },
  { seconds: 20, processes: 4, burstSeconds: 0.1 },
];
const REPEATS = 70;

test('95 % intervals hold the truth in 92 to 98 % of simulated pairs of bursty recordings', () => {
  for (const design of DESIGNS) {
    const random = seededRandom(20261123);
    let inside = 0;
    let all = 0;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const simulation = { ...design, functions: functions(design.burstSeconds), hz: 99, random };
      // The hot side has one function twice as busy: the truth is not always zero.
      const hotter = simulation.functions.map((fn, i) => (i === 1 ? { ...fn, cores: fn.cores * 2 } : fn));
      const { rows, tree } = compare(simulate(simulation), simulate({ ...simulation, functions: hotter }));
      for (const row of rows) {
        const truth = tree.functions[row.fn]?.name === 'f8' ? 0.08 * design.processes : 0;
        all++;
        if (row.total.ci[0] <= truth && truth <= row.total.ci[1]) inside++;
      }
    }
    const coverage = inside / all;
    assert.ok(coverage >= 0.92 && coverage <= 0.98, `${JSON.stringify(design)}: ${coverage.toFixed(3)}`);
  }
});

/** Draws blocks of 1 s of a recording with replacement: what the recording says about its own variance. */
function resample(profile: Profile, random: () => number): number {
  const perBlock = new Map<number, number>();
  profile.samples.atMs.forEach((at, row) => {
    const block = Math.floor(at / 1000);
    perBlock.set(block, (perBlock.get(block) ?? 0) + (profile.samples.count[row] as number));
  });
  const blocks = Math.round(profile.facts.seconds ?? 0);
  let sum = 0;
  for (let i = 0; i < blocks; i++) sum += perBlock.get(Math.floor(random() * blocks)) ?? 0;
  return sum / ((profile.facts.hz ?? 1) * blocks);
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

test('the closed form agrees with a bootstrap over blocks', () => {
  const random = seededRandom(4);
  const simulation = {
    functions: [{ name: 'f', cores: 0.3, burstSeconds: 0.2 }],
    seconds: 60,
    hz: 99,
    processes: 1,
    random,
  };
  const [healthy, hot] = [simulate(simulation), simulate(simulation)];
  const [row] = compare(healthy, hot).rows;
  const half = ((row?.total.ci[1] ?? 0) - (row?.total.ci[0] ?? 0)) / 2;
  const draws = Array.from({ length: 2000 }, () => resample(hot, random) - resample(healthy, random));
  const bootstrap = 1.96 * standardDeviation(draws);
  assert.ok(
    Math.abs(half / bootstrap - 1) < 0.1,
    `closed form ± ${half.toFixed(4)}, bootstrap ± ${bootstrap.toFixed(4)}`,
  );
});

test('two recordings of one simulated service name a function in at most 2 % of pairs', () => {
  const random = seededRandom(99);
  const simulation = { functions: [...functions(0.3), ...functions(0.05)], seconds: 10, hz: 99, processes: 2, random };
  let named = 0;
  for (let repeat = 0; repeat < 150; repeat++) {
    if (compare(simulate(simulation), simulate(simulation)).findings.length > 0) named++;
  }
  assert.ok(named <= 3, `${named} of 150 pairs have findings`);
});

test('without times a wide model stands for the bursts that cannot be seen', () => {
  const random = seededRandom(12);
  const simulation = { functions: functions(0.1), seconds: 10, hz: 99, processes: 1, random };
  const timeless = (profile: Profile): Profile => {
    const all = selectSamples(profile, new Uint8Array(profile.samples.length).fill(1), profile.ledger);
    return { ...all, samples: { ...all.samples, atMs: all.samples.atMs.map(() => -1) } };
  };
  let silent = 0;
  for (let repeat = 0; repeat < 40; repeat++) {
    const same = compare(timeless(simulate(simulation)), timeless(simulate(simulation)));
    assert.ok(same.method.some((words) => words.includes('no sample times')));
    if (same.findings.length === 0) silent++;
  }
  assert.ok(silent >= 36, `${40 - silent} of 40 pairs have findings`);
});

test('a zero cell follows the rule of three, and no interval is a point', () => {
  const random = seededRandom(1);
  const steady = {
    functions: [{ name: 'busy', cores: 0.2, burstSeconds: 0.01 }],
    seconds: 10,
    hz: 100,
    processes: 1,
    random,
  };
  const extra = { ...steady, functions: [...steady.functions, { name: 'rare', cores: 0.03, burstSeconds: 0.01 }] };
  const { rows, tree } = compare(simulate(steady), simulate(extra));
  const rare = rows.find((row) => tree.functions[row.fn]?.name === 'rare');
  assert.equal(rare?.total.healthySamples, 0);
  const half = (rare?.total.ci[1] ?? 0) - (rare?.total.deltaCores ?? 0);
  // Poisson's own ± of n samples, and at least 3 samples for the empty side.
  const samples = rare?.total.hotSamples ?? 0;
  assert.ok(half * 1000 > 1.96 * Math.sqrt(samples + 2.3), `± ${half}`);
});
