import type { Change } from './differential.ts';
import { percent } from './findings.ts';
import type { Case } from './verdict.ts';

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
/** A function that explains this part of the growth, and half more than its old share, stands out whatever p says. */
const STANDS_OUT = 0.4;

/** Undefined when the profile changed its shape, or did not grow. */
export function proportion(c: Case): Proportion | undefined {
  if (!c.whole.significant || c.whole.deltaCores <= 0) return undefined;
  return functionsAlike(c) ?? sameMix(c);
}

/** Each of several functions grew by about the same factor; what is around them may not have. */
function functionsAlike(c: Case): Proportion | undefined {
  const hot = sum(c.own, 'hotCores');
  const healthy = sum(c.own, 'healthyCores');
  const ratio = healthy > 0 ? hot / healthy : 0;
  if (ratio < MIN_RATIO) return undefined;
  const big = c.own.filter((change) => change.healthySamples >= MIN_SAMPLES);
  const alike = big.filter((change) => {
    const relative = Math.abs(Math.log(change.hotCores / change.healthyCores / ratio));
    return relative < Math.log(ALIKE) + Math.sqrt(1 / change.healthySamples + 1 / Math.max(1, change.hotSamples));
  });
  const covered = sum(alike, 'healthyCores') / Math.max(sum(big, 'healthyCores'), 1e-9);
  const newcomers = 1 - sum(big, 'deltaCores') / (hot - healthy);
  if (alike.length < MIN_FUNCTIONS || covered < COVERED || newcomers > NEWCOMERS) return undefined;
  const shown = `${percent(covered)} of the healthy CPU of the service's functions grew alike, ${ratio.toFixed(1)} times.`;
  return { ratio, shown, ...cause(c, ratio) };
}

/** The mix as a whole, event loop and kernel included, is what it was. */
function sameMix(c: Case): Proportion | undefined {
  const ratio = c.healthy.cores > 0 ? c.hot.cores / c.healthy.cores : 0;
  const enough = Math.min(c.healthy.samples, c.hot.samples) >= ENOUGH_SAMPLES;
  const moved = c.findings.some(
    ({ explains, share }) => explains !== null && explains > Math.max(STANDS_OUT, 1.5 * (share?.healthy ?? 0)),
  );
  if (c.shapeP === null || c.shapeP <= SAME_MIX || ratio < MIN_RATIO || !enough || moved) return undefined;
  const shown = `The mix of functions is the same on both sides (p = ${c.shapeP.toFixed(2)}), ${ratio.toFixed(1)} times as much of it.`;
  return { ratio, shown, ...cause(c, ratio) };
}

function sum(changes: readonly Change[], column: 'hotCores' | 'healthyCores' | 'deltaCores'): number {
  return changes.reduce((total, change) => total + change[column], 0);
}

/** Requests tell; without them the work around the functions (kernel, parsers, event loop) counts them in its way. */
function cause(c: Case, ratio: number): Pick<Proportion, 'kind' | 'reason'> {
  const hot = perSecond(c.hotProfile.facts.requests, c.hot.seconds);
  const peers = c.peers.map(({ profile, side }) => perSecond(profile.facts.requests, side.seconds));
  if (hot !== null && peers.every((rate) => rate !== null)) {
    const healthy = peers.reduce((sum, rate) => sum + rate, 0) / peers.length;
    const more = healthy > 0 ? hot / healthy : 1;
    const kind = more - 1 >= 0.5 * (ratio - 1) ? 'traffic skew' : 'uniform slowdown';
    return {
      kind,
      reason: `Requests: ${healthy.toFixed(1)} a second on the healthy side, ${hot.toFixed(1)} on the hot one.`,
    };
  }
  const around = c.hotKinds.unowned / Math.max(c.healthyKinds.unowned, 1e-9);
  const known = c.healthyKinds.unowned * c.healthy.seconds * c.healthy.hz >= MIN_SAMPLES;
  if (!known) {
    return {
      kind: 'traffic skew',
      reason: 'Requests were not counted, so a slower machine cannot be told from more traffic.',
    };
  }
  const grew = `The work around them (event loop, I/O, kernel) grew by ${percent(around - 1)}`;
  return around - 1 >= 0.5 * (ratio - 1)
    ? {
        kind: 'traffic skew',
        reason: `${grew}: more requests. A slower machine would look the same without a request count.`,
      }
    : { kind: 'uniform slowdown', reason: `${grew}: as many requests, each more expensive.` };
}

function perSecond(requests: number | null, seconds: number): number | null {
  return requests === null ? null : requests / seconds;
}
