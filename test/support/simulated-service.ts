/** Simulated recordings with known truth: seeded, so that a test that passes once passes always. */

import { identify } from '../../service/profile/identity/identity.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { NO_FACTS, ProfileBuilder } from '../../service/profile/profile-builder.ts';

/** mulberry32: small, and good enough to draw samples with. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

export interface SimulatedFunction {
  readonly name: string;
  /** Mean cores of one process. */
  readonly cores: number;
  /** Mean length of the bursts (one request, one job) in which the CPU is used, in seconds. */
  readonly burstSeconds: number;
}

export interface Simulation {
  readonly functions: readonly SimulatedFunction[];
  readonly seconds: number;
  readonly hz: number;
  readonly processes: number;
  readonly random: () => number;
}

/** Intervals in which one function is on the CPU: a renewal process of exponential bursts and exponential pauses. */
function* bursts(fn: SimulatedFunction, seconds: number, random: () => number): Generator<[from: number, to: number]> {
  const exponential = (mean: number): number => -Math.log(1 - random()) * mean;
  const pause = (fn.burstSeconds * (1 - fn.cores)) / fn.cores;
  let at = random() < fn.cores ? 0 : exponential(pause);
  while (at < seconds) {
    const end = at + exponential(fn.burstSeconds);
    yield [at, Math.min(end, seconds)];
    at = end + exponential(pause);
  }
}

/** One recording; the sampler ticks at `hz` with a random phase in each process. */
export function simulate(simulation: Simulation): Profile {
  const { functions, seconds, hz, random } = simulation;
  const builder = new ProfileBuilder();
  const nodes = functions.map(({ name }, i) => {
    const { fn, tier } = identify(`JS:*${name} /srv/app.js:${i + 1}:1`, 'node');
    return builder.stack([builder.internFrame(builder.internFunction(fn), tier)]);
  });
  let recorded = 0;
  for (let p = 0; p < simulation.processes; p++) {
    const process = builder.addProcess({ pid: p + 1, name: 'node', cpuSeconds: null, partial: false, perfMap: null });
    const thread = builder.addThread({ process, tid: p + 1, name: 'node' });
    functions.forEach((fn, i) => {
      const phase = random();
      for (const [from, to] of bursts(fn, seconds, random)) {
        const last = Math.ceil(to * hz - phase) - 1;
        for (let tick = Math.ceil(from * hz - phase); tick <= last; tick++) {
          builder.addSample(Math.floor(((tick + phase) / hz) * 1000), thread, nodes[i] as number, 1, 1e9 / hz);
          recorded++;
        }
      }
    });
  }
  const jit = { frames: 0, repaired: 0, ambiguous: 0, unresolved: 0 };
  const facts = { ...NO_FACTS, source: 'capture', seconds, hz } as const;
  return builder.finish(facts, { recorded, drawn: recorded, filtered: {}, lost: 0, jit }, 'nanoseconds');
}
