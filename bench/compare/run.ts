/**
 * npm run bench:compare [-- --runs N]: time of `compare()` for two profiles of 25,000 samples and 2,000 functions, the
 * size of a busy clustered service over 30 s. The limit is 300 ms.
 */
import { parseArgs } from 'node:util';
import { compare } from '../../service/compare/compare.ts';
import { identify } from '../../service/profile/identity/identity.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { NO_FACTS, ProfileBuilder } from '../../service/profile/profile-builder.ts';
import { seeded } from './seeded.ts';

const SAMPLES = 25_000;
const FUNCTIONS = 2000;
const SECONDS = 30;
const HZ = 99;
const PROCESSES = 8;
/** Frames between the event loop and the leaf: Node services have 20 to 60. */
const DEPTH = 40;
/** Distinct stacks: recordings of real services have one for every two to four samples. */
const ROUTES = 8000;
const LIMIT_MS = 300;

/** Symbols as perf prints them: a third each of the service, of packages, and of V8 and the kernel. */
function symbolOf(i: number): string {
  if (i % 3 === 0) return `JS:*part${i} /srv/app/lib/part${i % 40}.js:${(i % 500) + 1}:10`;
  if (i % 3 === 1) return `JS:*step${i} /srv/app/node_modules/package${i % 60}/index.js:${(i % 900) + 1}:5`;
  return `v8::internal::Runtime_Part${i}`;
}

/**
 * Stacks as a service has them: each shares its first half or more with an earlier one and goes its own way from there.
 */
function routes(frames: readonly number[], random: () => number): number[][] {
  const of: number[][] = [frames.slice(0, DEPTH)];
  while (of.length < ROUTES) {
    const like = of[Math.floor(random() * of.length)] as number[];
    const route = like.slice(0, Math.floor(DEPTH * (0.5 + 0.5 * random())));
    while (route.length < DEPTH) route.push(frames[Math.floor(random() * frames.length)] as number);
    of.push(route);
  }
  return of;
}

/** Few routes take most of the time; one function burns more on the hot side. */
function profile(seed: number, hot: boolean): Profile {
  const random = seeded(seed);
  const builder = new ProfileBuilder();
  const frames = Array.from({ length: FUNCTIONS }, (_, i) => {
    const { fn, tier } = identify(symbolOf(i), 'node');
    return builder.internFrame(builder.internFunction(fn), tier);
  });
  const threads = Array.from({ length: PROCESSES }, (_, i) => {
    const process = builder.addProcess({ pid: i + 1, name: 'node', cpuSeconds: null, partial: false, perfMap: null });
    return builder.addThread({ process, tid: i + 1, name: 'node' });
  });
  const taken = routes(frames, seeded(7));
  for (let sample = 0; sample < SAMPLES; sample++) {
    const stack = (taken[Math.floor(random() ** 3 * taken.length)] as number[]).slice();
    if (hot && sample % 4 === 0) stack.push(frames[999] as number);
    const atMs = Math.floor(random() * SECONDS * 1000);
    builder.addSample(atMs, threads[sample % PROCESSES] as number, builder.stack(stack), 1, 1e9 / HZ);
  }
  const jit = { frames: 0, repaired: 0, ambiguous: 0, unresolved: 0 };
  const facts = { ...NO_FACTS, source: 'capture', seconds: SECONDS, hz: HZ } as const;
  return builder.finish(facts, { recorded: SAMPLES, drawn: SAMPLES, filtered: {}, lost: 0, jit }, 'nanoseconds');
}

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } });
const [healthy, hot] = [profile(1, false), profile(2, true)];
const runs = Array.from({ length: Math.max(1, Number(values.runs)) }, () => {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  compare(healthy, hot);
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - startedAt, cpu: (user + system) / 1000 };
});
const middle = (pick: (run: (typeof runs)[number]) => number): number =>
  runs.map(pick).sort((a, b) => a - b)[runs.length >> 1] ?? 0;
const median = middle((run) => run.wall);
console.log(
  `compare: 2 × ${SAMPLES} samples, ${healthy.functions.length} functions, ${healthy.tree.length} nodes: ` +
    `first run ${runs[0]?.wall.toFixed(0)} ms, median of ${runs.length} ${median.toFixed(0)} ms, ` +
    `least ${Math.min(...runs.map((run) => run.wall)).toFixed(0)} ms, median CPU of all threads ` +
    `${middle((run) => run.cpu).toFixed(0)} ms (limit ${LIMIT_MS} ms)`,
);
if (median > LIMIT_MS) process.exitCode = 1;
