import type { Change, Side } from '../differential.ts';
import { percent } from './findings.ts';
import type { Case } from './verdict-input.ts';

export interface Proportion {
  readonly kind: 'uniform slowdown' | 'traffic skew';
  /** Hot ÷ healthy cores. */
  readonly ratio: number;
  /** What shows that everything grew alike, in words. */
  readonly shown: string;
  readonly reason: string;
}

/** Growth below a quarter is within what hosts of one service differ by. */
const MIN_RATIO = 1.25;
/** A function grew alike when its ratio is within this factor of the common one, give or take its own uncertainty. */
const ALIKE = 1.4;
/** Part of the big functions (by healthy CPU) that must have grown alike. */
const COVERED = 0.8;
const MIN_FUNCTIONS = 3;
const MIN_SAMPLES = 8;
/** Part of the extra CPU that may come from functions which were not big before. */
const NEWCOMERS = 0.25;
/** Above this p the mix of functions is the same on both sides; with this many samples a change of mix would have shown. */
const SAME_MIX = 0.05;
const ENOUGH_SAMPLES = 60;
/** … and with this many in each of two parts of a profile their ratios say something. */
const ENOUGH_EACH = 12;
/** That something grew is certain when it did so by this many standard errors of its ratio (Poisson's, in logarithms). */
const CERTAINLY = 2;
/** Own CPU by this factor above the total that stacks show: much of it was inlined into callers. */
const INLINED = 1.25;
/** A function that explains this part of the growth stands out whatever p says … */
const STANDS_OUT = 0.4;
/** … when the rest of the profile grew by less than this part of what the whole did. */
const LEFT_BEHIND = 0.5;
/** … or than this part, when the function's share of the profile grew by more than chance. */
const LEFT_SURELY = 0.75;

/** Undefined when the profile changed its shape, or did not grow. */
export function proportion(c: Case): Proportion | undefined {
  if (!c.whole.significant || c.whole.deltaCores <= 0 || !c.differ) return undefined;
  return functionsAlike(c) ?? sameMix(c) ?? partsAlike(c) ?? restAlike(c);
}

interface Work {
  readonly fn: number;
  readonly hot: number;
  readonly healthy: number;
  readonly hotSamples: number;
  readonly healthySamples: number;
}

/** Own CPU of a function without what Node's network code does for it: that is the same however long the function takes. */
function workOf(c: Case, change: Change, fn: number): Work {
  const rest = (all: number, network: number | undefined): number => Math.max(0, all - (network ?? 0));
  const hot = rest(change.hotCores, c.hotKinds.network.get(fn));
  const healthy = rest(change.healthyCores, c.healthyKinds.network.get(fn));
  return {
    fn,
    hot,
    healthy,
    hotSamples: change.hotSamples * (hot / Math.max(change.hotCores, 1e-9)),
    healthySamples: change.healthySamples * (healthy / Math.max(change.healthyCores, 1e-9)),
  };
}

function total(works: readonly Work[], side: 'hot' | 'healthy'): number {
  return works.reduce((sum, work) => sum + work[side], 0);
}

/** Each of several functions grew by about the same factor; what is around them may not have. */
function functionsAlike(c: Case): Proportion | undefined {
  const grown = alike(c.own.map((change, fn) => workOf(c, change, fn)));
  if (grown === undefined) return undefined;
  const { ratio, covered } = grown;
  const shown = `${percent(covered)} of the healthy CPU of the service's functions grew alike, ${ratio.toFixed(1)} times.`;
  return { ratio, shown, ...cause(c, ratio) };
}

/**
 * V8 inlined much of the service into few functions: what each does through several builtins and in its own code stands for the
 * functions that cannot be seen.
 */
function partsAlike(c: Case): Proportion | undefined {
  const samples = (cores: number, side: Side): number => cores * side.seconds * side.hz;
  const works = c.parts().map(({ fn, hot, healthy }) => {
    return { fn, hot, healthy, hotSamples: samples(hot, c.hot), healthySamples: samples(healthy, c.healthy) };
  });
  const grown = alike(works);
  if (grown === undefined) return undefined;
  const { ratio, covered } = grown;
  const shown = `${percent(covered)} of what the service does, by function and kind of work, grew alike, ${ratio.toFixed(1)} times.`;
  return { ratio, shown, ...cause(c, ratio) };
}

/** The common ratio, and the part of the big ones that grew by it; undefined when they did not. */
function alike(all: readonly Work[]): { ratio: number; covered: number } | undefined {
  const [hot, healthy] = [total(all, 'hot'), total(all, 'healthy')];
  const ratio = healthy > 0 ? hot / healthy : 0;
  if (ratio < MIN_RATIO) return undefined;
  const big = all.filter((work) => work.healthySamples >= MIN_SAMPLES);
  const same = big.filter((work) => {
    const relative = Math.abs(Math.log(work.hot / work.healthy / ratio));
    return relative < Math.log(ALIKE) + Math.sqrt(1 / work.healthySamples + 1 / Math.max(1, work.hotSamples));
  });
  const covered = total(same, 'healthy') / Math.max(total(big, 'healthy'), 1e-9);
  const newcomers = 1 - (total(big, 'hot') - total(big, 'healthy')) / (hot - healthy);
  if (same.length < MIN_FUNCTIONS || covered < COVERED || newcomers > NEWCOMERS) return undefined;
  // One that grew beside several that did not, or are too small to tell: without it they must be nearer to the ratio than to 1, as factors.
  const most = grewMost(big);
  const others = big.filter(({ fn }) => fn !== most);
  if (others.length > 0 && (total(others, 'hot') / total(others, 'healthy')) ** 2 < ratio) return undefined;
  return { ratio, covered };
}

function grewMost(works: readonly Work[]): number {
  const growth = new Map<number, number>();
  for (const { fn, hot, healthy } of works) growth.set(fn, (growth.get(fn) ?? 0) + hot - healthy);
  const [most] = [...growth].toSorted((a, b) => b[1] - a[1]);
  return most?.[0] ?? -1;
}

/** The mix as a whole, event loop and kernel included, is what it was. */
function sameMix(c: Case): Proportion | undefined {
  const ratio = c.healthy.cores > 0 ? c.hot.cores / c.healthy.cores : 0;
  const enough = Math.min(c.healthy.samples, c.hot.samples) >= ENOUGH_SAMPLES;
  const moved = c.findings.some(({ fn, explains, share }) => {
    if ((explains ?? 0) <= STANDS_OUT) return false;
    // All CPU is in one function: that the mix is the same is then no news.
    const halves = halvesBy(c, fn);
    if (halves.outsideSamples < ENOUGH_EACH || !grewForCertain(halves)) return true;
    const left = share !== undefined && share.ci[0] > 0 ? LEFT_SURELY : LEFT_BEHIND;
    return restGrew(c, fn) < left;
  });
  if (c.shapeP === null || c.shapeP <= SAME_MIX || ratio < MIN_RATIO || !enough || moved) return undefined;
  const shown = `The mix of functions is the same on both sides (p = ${c.shapeP.toFixed(2)}), ${ratio.toFixed(1)} times as much of it.`;
  return { ratio, shown, ...cause(c, ratio) };
}

/** All that works for a function. What was inlined into a caller is in its own part only, which then is the larger of the two. */
function insideOf(c: Case, fn: number): Change | undefined {
  const [own, all] = [c.own[fn], c.rows[fn]?.total];
  return own !== undefined && all !== undefined && own.hotCores > INLINED * all.hotCores ? own : all;
}

interface Halves {
  /** Hot ÷ healthy cores of all that works for the function, and of all else. */
  readonly inside: number;
  readonly outside: number;
  readonly outsideSamples: number;
}

/** Collectors and compilers are left out of what is outside, for they may work for the function on threads of their own. */
function halvesBy(c: Case, fn: number): Halves {
  const row = insideOf(c, fn);
  const healthy = sum(c.own, 'healthyCores') + c.healthyKinds.unowned - (row?.healthyCores ?? 0);
  const hot = sum(c.own, 'hotCores') + c.hotKinds.unowned - (row?.hotCores ?? 0);
  return {
    inside: (row?.hotCores ?? 0) / Math.max(row?.healthyCores ?? 0, 1e-9),
    outside: hot / Math.max(healthy, 1e-9),
    outsideSamples: healthy * c.healthy.seconds * c.healthy.hz,
  };
}

/** What is outside may seem to have grown by chance. */
function grewForCertain({ outside, outsideSamples }: Halves): boolean {
  return Math.log(outside) >= CERTAINLY * Math.sqrt((1 + 1 / outside) / outsideSamples);
}

/** Growth of all that does not work for a function, as a part of the growth of the whole: 1 when all grew alike, 0 when only it did. */
function restGrew(c: Case, fn: number): number {
  return (halvesBy(c, fn).outside - 1) / (c.hot.cores / c.healthy.cores - 1);
}

/**
 * One function is nearly all of the service (a handler that V8 inlined its helpers into), and what is around it grew as much: its
 * callers, Node's network code, the kernel. Fixed costs that requests do not change shift the mix, which `sameMix` then sees.
 */
function restAlike(c: Case): Proportion | undefined {
  const top = c.findings.find((finding) => finding.deltaCores > 0);
  const row = top === undefined ? undefined : insideOf(c, top.fn);
  if (top === undefined || row === undefined || row.healthySamples < ENOUGH_EACH) return undefined;
  const halves = halvesBy(c, top.fn);
  const { inside, outside, outsideSamples } = halves;
  if (outsideSamples < ENOUGH_EACH || !grewForCertain(halves) || inside < MIN_RATIO || outside < MIN_RATIO)
    return undefined;
  const chance = Math.sqrt(1 / row.healthySamples + 1 / row.hotSamples + (1 + 1 / outside) / outsideSamples);
  const apart = Math.abs(Math.log(inside / outside)) >= Math.log(ALIKE) + chance;
  if (apart || outside - 1 < LEFT_BEHIND * (inside - 1)) return undefined;
  const ratio = c.hot.cores / c.healthy.cores;
  const shown = `${top.function} grew ${inside.toFixed(1)} times, and all that does not work for it ${outside.toFixed(1)} times.`;
  return { ratio, shown, ...cause(c, ratio) };
}

function sum(changes: readonly Change[], column: 'hotCores' | 'healthyCores'): number {
  return changes.reduce((all, change) => all + change[column], 0);
}

const UNDECIDED = 'Requests were not counted, so a slower machine cannot be told from more traffic.';

type Cause = Pick<Proportion, 'kind' | 'reason'>;

function costs(c: Case, healthy: number, hot: number): string {
  if (!(healthy > 0 && hot > 0)) return '';
  const each = (cores: number, rate: number): string => `${((1000 * cores) / rate).toFixed(1)} ms`;
  return ` CPU of each: ${each(c.healthy.cores, healthy)} → ${each(c.hot.cores, hot)}.`;
}

/** Undefined where requests were not counted. */
function byRequests(c: Case, ratio: number): Cause | undefined {
  const hot = perSecond(c.hotProfile.facts.requests, c.hot.seconds);
  const peers = c.peers.flatMap(({ profile, side }) => perSecond(profile.facts.requests, side.seconds) ?? []);
  if (hot === null || peers.length < c.peers.length) return undefined;
  const healthy = peers.reduce((sum, rate) => sum + rate, 0) / peers.length;
  const more = healthy > 0 ? hot / healthy : 1;
  return {
    kind: more - 1 >= 0.5 * (ratio - 1) ? 'traffic skew' : 'uniform slowdown',
    reason: `Requests: ${healthy.toFixed(1)} a second on the healthy side, ${hot.toFixed(1)} on the hot one.${costs(c, healthy, hot)}`,
  };
}

/** Requests tell; without them the work around the functions (network, parsers, event loop) counts them in its way. */
function cause(c: Case, ratio: number): Cause {
  const told = byRequests(c, ratio);
  if (told !== undefined) return told;
  const around = c.hotKinds.aroundRequests / Math.max(c.healthyKinds.aroundRequests, 1e-9);
  const known = c.healthyKinds.aroundRequests * c.healthy.seconds * c.healthy.hz >= MIN_SAMPLES;
  if (!known) return { kind: 'traffic skew', reason: UNDECIDED };
  const how = around < 1 ? `shrank by ${percent(1 - around)}` : `grew by ${percent(around - 1)}`;
  const grew = `The work around them (event loop, network, kernel) ${how}`;
  // Nearer to the ratio than to 1, as factors: part of what is around them is there without any request.
  return around * around >= ratio
    ? {
        kind: 'traffic skew',
        reason: `${grew}: more requests. A slower machine would look the same without a request count.`,
      }
    : { kind: 'uniform slowdown', reason: `${grew}: as many requests, each more expensive.` };
}

function perSecond(requests: number | null, seconds: number): number | null {
  return requests === null ? null : requests / seconds;
}
