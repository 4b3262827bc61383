import { percent } from './findings.ts';
import type { Case } from './verdict.ts';

export interface Proportion {
  readonly kind: 'uniform slowdown' | 'traffic skew';
  /** Hot ÷ healthy cores of the functions of the service. */
  readonly ratio: number;
  /** Part of the healthy CPU of big functions that grew by about this ratio. */
  readonly covered: number;
  readonly reason: string;
}

/** Growth below a quarter is within what hosts of one service differ by. */
const MIN_RATIO = 1.25;
/** A function grew alike when its ratio is within this factor of the common one. */
const ALIKE = 1.6;
/** Part of the big functions (by healthy CPU) that must have grown alike. */
const COVERED = 0.8;
const MIN_FUNCTIONS = 3;
const MIN_SAMPLES = 15;
/** Part of the extra CPU that may come from functions which were not big before. */
const NEWCOMERS = 0.25;

/** Undefined when the profile changed its shape. */
export function proportion(c: Case): Proportion | undefined {
  let hot = 0;
  let healthy = 0;
  for (const change of c.own) {
    hot += change.hotCores;
    healthy += change.healthyCores;
  }
  const ratio = healthy > 0 ? hot / healthy : 0;
  if (ratio < MIN_RATIO) return undefined;
  const big = c.own.filter((change) => change.healthySamples >= MIN_SAMPLES);
  const alike = big.filter((change) => {
    const relative = change.hotCores / change.healthyCores / ratio;
    return relative < ALIKE && relative > 1 / ALIKE;
  });
  const sum = (changes: typeof big, side: 'healthyCores' | 'deltaCores'): number =>
    changes.reduce((total, change) => total + change[side], 0);
  const covered = sum(alike, 'healthyCores') / Math.max(sum(big, 'healthyCores'), 1e-9);
  const newcomers = 1 - sum(big, 'deltaCores') / (hot - healthy);
  if (alike.length < MIN_FUNCTIONS || covered < COVERED || newcomers > NEWCOMERS) return undefined;
  return { ratio, covered, ...cause(c, ratio) };
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
