import { formatDecimal, formatEquation, formatFactor, formatPercent } from '../../shared/text/number.ts';
import { joined, keep, loose, type Sentence, sentence } from '../../shared/text/sentence.ts';
import type { Change, Side } from '../differential.ts';
import type { VerdictInput } from './verdict-input.ts';

export interface Proportion {
  readonly kind: 'uniform slowdown' | 'traffic skew';
  /** Hot ÷ healthy cores. */
  readonly ratio: number;
  /** What shows that everything grew alike, in words. */
  readonly shown: Sentence;
  readonly reason: Sentence;
}

/** Growth below a quarter is within what hosts of one service differ by. */
const MIN_RATIO = 1.25;
/** A function grew alike when its ratio is within this factor of the common one, give or take its own uncertainty. */
const ALIKE = 1.4;
/** Part of the big functions (by healthy CPU) that must have grown alike. */
const COVERED = 0.8;
const MIN_FUNCTIONS = 3;
const MIN_SAMPLES_OF_BIG = 8;
/** Part of the extra CPU that may come from functions which were not big before. */
const NEWCOMERS = 0.25;
/**
 * Above this p the mix of functions is the same on both sides; with this many samples a change of mix would have shown.
 */
const SAME_MIX = 0.05;
const ENOUGH_SAMPLES = 60;
/** … and with this many in each of two parts of a profile their ratios say something. */
const ENOUGH_EACH = 12;
/**
 * That something grew is certain when it did so by this many standard errors of its ratio (Poisson's, in logarithms).
 */
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
export function proportion(input: VerdictInput): Proportion | undefined {
  if (!input.totalChange.significant || input.totalChange.deltaCores <= 0 || !input.differ) return undefined;
  return functionsAlike(input) ?? sameMix(input) ?? partsAlike(input) ?? restAlike(input);
}

interface Work {
  readonly fn: number;
  readonly hot: number;
  readonly healthy: number;
  readonly hotSamples: number;
  readonly healthySamples: number;
}

/**
 * Own CPU of a function without what Node's network code does for it: that is the same however long the function takes.
 */
function workOf(input: VerdictInput, change: Change, fn: number): Work {
  const rest = (all: number, network: number | undefined): number => Math.max(0, all - (network ?? 0));
  const hot = rest(change.hotCores, input.hotKinds.network.get(fn));
  const healthy = rest(change.healthyCores, input.healthyKinds.network.get(fn));
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
function functionsAlike(input: VerdictInput): Proportion | undefined {
  const grown = alike(input.attributed.map((change, fn) => workOf(input, change, fn)));
  if (grown === undefined) return undefined;
  const { ratio, covered } = grown;
  const shown = joined([
    sentence`Functions with ${keep(formatPercent(covered))} of the service's healthy CPU grew alike: `,
    sentence`they use ${keep(formatFactor(ratio))} as much.`,
  ]);
  return { ratio, shown, ...cause(input, ratio) };
}

/**
 * V8 inlined much of the service into few functions: what each does through several builtins and in its own code stands
 * for the functions that cannot be seen.
 */
function partsAlike(input: VerdictInput): Proportion | undefined {
  const samples = (cores: number, side: Side): number => cores * side.seconds * side.hz;
  const works = input.ownerShares().map(({ fn, hot, healthy }) => {
    return { fn, hot, healthy, hotSamples: samples(hot, input.hot), healthySamples: samples(healthy, input.healthy) };
  });
  const grown = alike(works);
  if (grown === undefined) return undefined;
  const { ratio, covered } = grown;
  const shown = joined([
    sentence`${keep(formatPercent(covered))} of what the service does, by function and kind of work, grew alike: `,
    sentence`it takes ${keep(formatFactor(ratio))} as much CPU.`,
  ]);
  return { ratio, shown, ...cause(input, ratio) };
}

/** The common ratio, and the part of the big ones that grew by it; undefined when they did not. */
function alike(all: readonly Work[]): { ratio: number; covered: number } | undefined {
  const [hot, healthy] = [total(all, 'hot'), total(all, 'healthy')];
  const ratio = healthy > 0 ? hot / healthy : 0;
  if (ratio < MIN_RATIO) return undefined;
  const big = all.filter((work) => work.healthySamples >= MIN_SAMPLES_OF_BIG);
  const same = big.filter((work) => {
    const relative = Math.abs(Math.log(work.hot / work.healthy / ratio));
    return relative < Math.log(ALIKE) + Math.sqrt(1 / work.healthySamples + 1 / Math.max(1, work.hotSamples));
  });
  const covered = total(same, 'healthy') / Math.max(total(big, 'healthy'), 1e-9);
  const newcomers = 1 - (total(big, 'hot') - total(big, 'healthy')) / (hot - healthy);
  if (same.length < MIN_FUNCTIONS || covered < COVERED || newcomers > NEWCOMERS) return undefined;
  // One that grew beside several that did not, or are too small to tell: without it they must be nearer to the ratio
  // than to 1, as factors.
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
function sameMix(input: VerdictInput): Proportion | undefined {
  const ratio = input.healthy.cores > 0 ? input.hot.cores / input.healthy.cores : 0;
  const enough = Math.min(input.healthy.samples, input.hot.samples) >= ENOUGH_SAMPLES;
  const moved = input.findings.some(({ fn, explains, share }) => {
    if ((explains ?? 0) <= STANDS_OUT) return false;
    // All CPU is in one function: that the mix is the same is then no news.
    const halves = halvesBy(input, fn);
    if (halves.outsideSamples < ENOUGH_EACH || !grewForCertain(halves)) return true;
    const left = share !== undefined && share.ci[0] > 0 ? LEFT_SURELY : LEFT_BEHIND;
    return restGrew(input, fn) < left;
  });
  if (input.shapeP === null || input.shapeP <= SAME_MIX || ratio < MIN_RATIO || !enough || moved) return undefined;
  const p = keep(formatEquation('p', input.shapeP));
  const more = keep(formatFactor(ratio));
  const shown = sentence`The mix of functions is the same on both sides (${p}); there is ${more} as much of it.`;
  return { ratio, shown, ...cause(input, ratio) };
}

/**
 * All that works for a function. What was inlined into a caller is in its own part only, which then is the larger of
 * the two.
 */
function insideOf(input: VerdictInput, fn: number): Change | undefined {
  const [own, all] = [input.attributed[fn], input.rows[fn]?.total];
  return own !== undefined && all !== undefined && own.hotCores > INLINED * all.hotCores ? own : all;
}

interface Halves {
  /** Hot ÷ healthy cores of all that works for the function, and of all else. */
  readonly inside: number;
  readonly outside: number;
  readonly outsideSamples: number;
}

/**
 * Collectors and compilers are left out of what is outside, for they may work for the function on threads of their own.
 */
function halvesBy(input: VerdictInput, fn: number): Halves {
  const row = insideOf(input, fn);
  const healthy = sum(input.attributed, 'healthyCores') + input.healthyKinds.unowned - (row?.healthyCores ?? 0);
  const hot = sum(input.attributed, 'hotCores') + input.hotKinds.unowned - (row?.hotCores ?? 0);
  return {
    inside: (row?.hotCores ?? 0) / Math.max(row?.healthyCores ?? 0, 1e-9),
    outside: hot / Math.max(healthy, 1e-9),
    outsideSamples: healthy * input.healthy.seconds * input.healthy.hz,
  };
}

/** What is outside may seem to have grown by chance. */
function grewForCertain({ outside, outsideSamples }: Halves): boolean {
  return Math.log(outside) >= CERTAINLY * Math.sqrt((1 + 1 / outside) / outsideSamples);
}

/**
 * Growth of all that does not work for a function, as a part of the growth of the whole: 1 when all grew alike, 0 when
 * only it did.
 */
function restGrew(input: VerdictInput, fn: number): number {
  return (halvesBy(input, fn).outside - 1) / (input.hot.cores / input.healthy.cores - 1);
}

/**
 * One function is nearly all of the service (a handler that V8 inlined its helpers into), and what is around it grew as
 * much: its callers, Node's network code, the kernel. Fixed costs that requests do not change shift the mix, which
 * `sameMix` then sees.
 */
function restAlike(input: VerdictInput): Proportion | undefined {
  const top = input.findings.find((finding) => finding.deltaCores > 0);
  const row = top === undefined ? undefined : insideOf(input, top.fn);
  if (top === undefined || row === undefined || row.healthySamples < ENOUGH_EACH) return undefined;
  const halves = halvesBy(input, top.fn);
  const { inside, outside, outsideSamples } = halves;
  if (outsideSamples < ENOUGH_EACH || !grewForCertain(halves) || inside < MIN_RATIO || outside < MIN_RATIO)
    return undefined;
  const chance = Math.sqrt(1 / row.healthySamples + 1 / row.hotSamples + (1 + 1 / outside) / outsideSamples);
  const apart = Math.abs(Math.log(inside / outside)) >= Math.log(ALIKE) + chance;
  if (apart || outside - 1 < LEFT_BEHIND * (inside - 1)) return undefined;
  const ratio = input.hot.cores / input.healthy.cores;
  const shown = joined([
    sentence`${top.function} uses ${keep(formatFactor(inside))} as much CPU, `,
    sentence`and everything that does not work for it ${keep(formatFactor(outside))} as much.`,
  ]);
  return { ratio, shown, ...cause(input, ratio) };
}

function sum(changes: readonly Change[], column: 'hotCores' | 'healthyCores'): number {
  return changes.reduce((all, change) => all + change[column], 0);
}

const UNDECIDED = loose('Requests were not counted, so a slower machine cannot be told apart from more traffic.');

type Cause = Pick<Proportion, 'kind' | 'reason'>;

function costs(input: VerdictInput, healthy: number, hot: number): Sentence {
  if (!(healthy > 0 && hot > 0)) return [];
  const each = (cores: number, rate: number): string => `${formatDecimal((1000 * cores) / rate)} ms`;
  return sentence` CPU per request: ${keep(`${each(input.healthy.cores, healthy)} → ${each(input.hot.cores, hot)}`)}.`;
}

/** Undefined where requests were not counted. */
function byRequests(input: VerdictInput, ratio: number): Cause | undefined {
  const hot = perSecond(input.hotProfile.facts.requests, input.hot.seconds);
  const peers = input.peers.flatMap(({ profile, side }) => perSecond(profile.facts.requests, side.seconds) ?? []);
  if (hot === null || peers.length < input.peers.length) return undefined;
  const healthy = peers.reduce((sum, rate) => sum + rate, 0) / peers.length;
  const more = healthy > 0 ? hot / healthy : 1;
  return {
    kind: more - 1 >= 0.5 * (ratio - 1) ? 'traffic skew' : 'uniform slowdown',
    reason: joined([
      sentence`Requests: ${formatDecimal(healthy)} per second on the healthy side, `,
      sentence`${formatDecimal(hot)} on the hot one.${costs(input, healthy, hot)}`,
    ]),
  };
}

/** Requests tell; without them the work around the functions (network, parsers, event loop) counts them in its way. */
function cause(input: VerdictInput, ratio: number): Cause {
  const told = byRequests(input, ratio);
  if (told !== undefined) return told;
  const around = input.hotKinds.aroundRequests / Math.max(input.healthyKinds.aroundRequests, 1e-9);
  const known = input.healthyKinds.aroundRequests * input.healthy.seconds * input.healthy.hz >= MIN_SAMPLES_OF_BIG;
  if (!known) return { kind: 'traffic skew', reason: UNDECIDED };
  const how =
    around < 1
      ? sentence`shrank by ${keep(formatPercent(1 - around))}`
      : sentence`grew by ${keep(formatPercent(around - 1))}`;
  const grew = sentence`The work around them (event loop, network, kernel) ${how}`;
  // Nearer to the ratio than to 1, as factors: part of what is around them is there without any request.
  return around * around >= ratio
    ? {
        kind: 'traffic skew',
        reason: sentence`${grew}: more requests. Without a request count, a slower machine would look the same.`,
      }
    : { kind: 'uniform slowdown', reason: sentence`${grew}: the same number of requests, each more expensive.` };
}

function perSecond(requests: number | null, seconds: number): number | null {
  return requests === null ? null : requests / seconds;
}
