import type { Profile } from '../../profile/profile.ts';

/** How samples of one profile become CPU cores. */
export interface Scale {
  /** Wall-clock length of the recording; 1 where neither the file nor the samples say it. */
  readonly seconds: number;
  /** Samples a second and busy core. */
  readonly hz: number;
  /** Kept samples stand for the lost ones too: (recorded + lost) ÷ recorded. */
  readonly lostFactor: number;
  /**
   * … and for those that throttled sampling did not take: accounted ÷ sampled CPU where that is far beyond chance, else
   * 1.
   */
  readonly throttleFactor: number;
  readonly coresPerSample: number;
  /** Counts of the profile: parts of a billion where they are none of samples. */
  readonly samples: number;
  /** False where the file holds sums, not samples: no count of it proves anything. */
  readonly countsSamples: boolean;
  /** This recording's length is not known, or that of the other side: cores are then parts of one, i.e. shares. */
  readonly sharesOnly: boolean;
  readonly lengthKnown: boolean;
  /** The rate is not in the file: it was taken from the sampling periods or assumed. */
  readonly rate: 'given' | 'from periods' | 'assumed';
}

/** perf's usual rate, and ours: only the ratio of the two sides matters when it is assumed for both. */
const ASSUMED_HZ = 99;

function sum(column: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < column.length; i++) total += column[i] as number;
  return total;
}

/** What no sampler does, whatever a file says. */
const POSSIBLE_HZ = [0.01, 1e7] as const;
const POSSIBLE_SECONDS = [1e-6, 1e9] as const;

function possible(value: number | null, [least, most]: readonly [number, number]): number | null {
  return value !== null && value >= least && value <= most ? value : null;
}

/** First and last sample time plus one sampling period; null without times. */
function spanSeconds(profile: Profile, hz: number): number | null {
  const { atMs } = profile.samples;
  let first = Number.POSITIVE_INFINITY;
  let last = -1;
  for (const at of atMs) {
    if (at < 0) continue;
    if (at < first) first = at;
    if (at > last) last = at;
  }
  return last < 0 ? null : Math.max((last - first) / 1000, 0) + 1 / hz;
}

export function scaleOf(profile: Profile): Scale {
  const samples = sum(profile.samples.count);
  const weight = sum(profile.samples.weight);
  const { facts, ledger } = profile;
  const period = profile.weightUnit === 'nanoseconds' && weight > 0 ? samples / (weight / 1e9) : null;
  const byPeriod = possible(period, POSSIBLE_HZ);
  const given = possible(facts.hz, POSSIBLE_HZ);
  const hz = given ?? byPeriod ?? ASSUMED_HZ;
  const known = possible(facts.seconds, POSSIBLE_SECONDS) ?? spanSeconds(profile, hz);
  const lostFactor = ledger.recorded > 0 ? (ledger.recorded + ledger.lost) / ledger.recorded : 1;
  const countsSamples = ledger.unit === undefined;
  // Sums are cores where they are of time.
  const sharesOnly = known === null || (!countsSamples && profile.weightUnit !== 'nanoseconds');
  const seconds = known ?? 1;
  const byWeight = weight / 1e9 / seconds / samples;
  return {
    seconds,
    hz,
    lostFactor,
    throttleFactor: 1,
    samples,
    countsSamples,
    coresPerSample:
      sharesOnly || samples === 0 ? 1 / Math.max(1, samples) : countsSamples ? lostFactor / (hz * seconds) : byWeight,
    sharesOnly,
    lengthKnown: known !== null,
    rate: given !== null ? 'given' : byPeriod !== null ? 'from periods' : 'assumed',
  };
}

/** Samples that fall this far short of the CPU that the kernel accounts for were not taken … */
const SHORT_OF = 0.8;
/** … when chance would have to be this many standard errors off. */
const BEYOND_CHANCE = 4;

/**
 * CPU seconds of the profiled processes by /proc; null where one of them was not measured, or not for the whole
 * recording.
 */
export function accountedSeconds(profile: Profile): number | null {
  let seconds = 0;
  for (const process of profile.processes) {
    if (process.cpuSeconds === null) return null;
    seconds += process.cpuSeconds;
  }
  return profile.processes.length === 0 ? null : seconds;
}

/** V8's own sampler sees one thread of a process: that its samples fall short of the CPU of all is not its fault. */
const SEES_ALL_THREADS = /^(?:cpu|task|cycles|ref-cycles)/;

/**
 * The kernel throttles a sampler that costs it too much, and says so to nobody who reads `perf script`. Process
 * accounting shows it: `variance` is that of the number of samples.
 */
export function madeUpFor(scale: Scale, profile: Profile, variance: number): Scale {
  const accounted = accountedSeconds(profile);
  if (!SEES_ALL_THREADS.test(profile.facts.event ?? 'cpu-clock')) return scale;
  if (scale.sharesOnly || !scale.countsSamples || scale.rate !== 'given' || accounted === null || scale.samples === 0)
    return scale;
  const due = (accounted * scale.hz) / scale.lostFactor;
  const short = due - scale.samples;
  if (scale.samples >= SHORT_OF * due || short < BEYOND_CHANCE * Math.sqrt(Math.max(variance, scale.samples))) {
    return scale;
  }
  const throttleFactor = due / scale.samples;
  return { ...scale, throttleFactor, coresPerSample: scale.coresPerSample * throttleFactor };
}

/** Cores cannot be compared with shares: when one side has no recording time, both are shares. */
export function asShares(scale: Scale): Scale {
  return { ...scale, coresPerSample: scale.samples > 0 ? 1 / scale.samples : 1, sharesOnly: true };
}
