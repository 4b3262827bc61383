import type { Profile } from '../../profile/profile.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import { formatCores, formatCount, formatPercent, formatRate } from '../../shared/text/number.ts';
import type { Quality, QualityIssue, Side } from '../differential.ts';
import { samplingError } from './coverage.ts';
import type { Host } from './estimate.ts';

type Weight = 'fair' | 'poor' | 'withheld';
type Found = QualityIssue & { readonly weight: Weight };
type QualityFinding = Omit<Found, 'side'>;

/** 100 samples make a tenth of a profile ± 6 points: less cannot name a function. */
const MIN_SAMPLES_TO_COMPARE = 100;
const FEW_SAMPLES_TO_COMPARE = 300;
/**
 * … and half of that on the busier side is too little however long it was looked at: 0.05 cores of 10 s, the smallest
 * change that counts.
 */
const MIN_OF_BUSIER = 50;
/** A quiet peer is not a fault: what counts is how often it was looked at (sampling ticks of one CPU). */
const MIN_TICKS = 200;

/** Each issue is graded by three limits: fair, poor, withheld. */
const LIMITS = {
  unresolved: [0.05, 0.2, 0.5],
  ambiguous: [0.2, 0.5, Number.POSITIVE_INFINITY],
  lost: [0.01, 0.1, 0.5],
  accounting: [0.2, 0.5, Number.POSITIVE_INFINITY],
  /** Seconds between the starts of the two recordings. */
  skew: [2, 30, Number.POSITIVE_INFINITY],
} as const;

function grade(value: number, limits: readonly [number, number, number]): Weight | undefined {
  if (value >= limits[2]) return 'withheld';
  if (value >= limits[1]) return 'poor';
  return value >= limits[0] ? 'fair' : undefined;
}

function counted(samples: number): string {
  return samples === 1 ? '1 sample' : `${formatCount(samples)} samples`;
}

function fewSamples(host: Host): QualityFinding[] {
  const { samples, seconds, hz, sharesOnly, countsSamples } = host.scale;
  const fix = 'Record longer or at a higher rate (--seconds, --hz).';
  if (samples === 0) {
    return [{ code: 'few-samples', weight: 'withheld', message: 'The profile holds no samples.', fix }];
  }
  if (!countsSamples) return [];
  const ticks = sharesOnly ? 0 : seconds * hz;
  if (samples < MIN_SAMPLES_TO_COMPARE && ticks < MIN_TICKS) {
    const message = `Only ${counted(samples)}: too few to compare.`;
    return [{ code: 'few-samples', weight: 'withheld', message, fix }];
  }
  if (samples >= FEW_SAMPLES_TO_COMPARE || ticks >= 2 * MIN_TICKS) return [];
  return [{ code: 'few-samples', weight: 'fair', message: `Only ${counted(samples)}: small changes go unseen.`, fix }];
}

/**
 * Compiled regular expressions have no name under --perf-basic-prof-only-functions; their caller says what they are.
 */
const RUNS_REGEXP = /RegExp/;

function isNameless(profile: Profile, node: number): boolean {
  const { tree, frames, functions } = profile;
  if (node === 0) return true;
  const fn = functions[frames.functionOf[tree.frame[node] as number] as number];
  if (fn?.category !== 'unknown') return false;
  const caller = tree.parent[node] as number;
  const by = caller > 0 ? functions[frames.functionOf[tree.frame[caller] as number] as number] : undefined;
  return by?.category !== 'v8' || !RUNS_REGEXP.test(by.name);
}

function unresolved(profile: Profile): QualityFinding[] {
  const { samples } = profile;
  let unknown = 0;
  let all = 0;
  for (let row = 0; row < samples.length; row++) {
    const count = samples.count[row] as number;
    all += count;
    if (isNameless(profile, samples.node[row] as number)) unknown += count;
  }
  const part = all > 0 ? unknown / all : 0;
  const weight = grade(part, LIMITS.unresolved);
  if (weight === undefined) return [];
  return [
    {
      code: 'unresolved',
      weight,
      message: `${formatPercent(part)} of the samples are in code without a name.`,
      fix: 'Start Node with --perf-basic-prof-only-functions --interpreted-frames-native-stack.',
    },
  ];
}

function ambiguous(profile: Profile): QualityFinding[] {
  const { jit } = profile.ledger;
  const part = jit.frames > 0 ? jit.ambiguous / jit.frames : 0;
  const weight = grade(part, LIMITS.ambiguous);
  if (weight === undefined) return [];
  const message = `${formatPercent(part)} of the JIT frames may carry the name of older code at the same address.`;
  return [
    { code: 'ambiguous', weight, message, fix: 'Pass the perf map with the profile, or record sooner after a start.' },
  ];
}

/**
 * Text of `perf script` whose JIT frames were not looked up in a map: with one, some of this many frames of any real
 * service are repaired or ambiguous.
 */
const NEVER_ALL_RIGHT = 500;

function unrepaired(profile: Profile): QualityFinding[] {
  const { frames, repaired, ambiguous: unsure } = profile.ledger.jit;
  if (profile.facts.source !== 'perf-script' || frames < NEVER_ALL_RIGHT || repaired + unsure > 0) return [];
  return [
    {
      code: 'unrepaired',
      weight: 'poor',
      message: 'JIT names are as perf printed them; V8 reuses addresses, so some of them name older code.',
      fix: 'Pass the maps too: --perf-map /tmp/perf-PID.map for each process.',
    },
  ];
}

/** A process with less than this part of the CPU of all is idle beside them. */
const IDLE_PART = 0.05;

/** Which processes are worth a word: an idle one without names hides nothing. Where CPU is not known, all. */
function usesCpu(processes: Profile['processes']): (process: Profile['processes'][number]) => boolean {
  const all = processes.reduce((sum, { cpuSeconds }) => sum + (cpuSeconds ?? 0), 0);
  return ({ cpuSeconds }) => cpuSeconds === null || all === 0 || cpuSeconds >= IDLE_PART * all;
}

function perfMaps(profile: Profile): QualityFinding[] {
  const mapless = profile.processes.filter((one) => one.perfMap === 'none' || one.perfMap === 'unreadable');
  const busy = usesCpu(profile.processes);
  const missing = mapless.filter((one) => one.namedBy !== 'v8' && busy(one));
  const cut = profile.processes.filter((one) => one.perfMap === 'truncated');
  const parts: QualityFinding[] = [];
  if (missing.length > 0) {
    parts.push({
      code: 'no-perf-map',
      weight: 'poor',
      message: `${missing.length} of ${profile.processes.length} processes have no readable /tmp/perf-PID.map.`,
      fix:
        'Start Node with --perf-basic-prof-only-functions and a writable /tmp' +
        `${mapless.some((one) => one.visit !== undefined) ? '' : ', or set V8_ENGINE=fallback'}.`,
    });
  }
  if (cut.length > 0) {
    const message = `The perf map of ${cut.length} of ${profile.processes.length} processes is cut short.`;
    parts.push({ code: 'cut-perf-map', weight: 'fair', message, fix: 'Free space in /tmp and restart the process.' });
  }
  return parts;
}

function lost(profile: Profile): QualityFinding[] {
  const { ledger } = profile;
  const part = ledger.lost > 0 ? ledger.lost / (ledger.lost + ledger.recorded) : 0;
  const weight = grade(part, LIMITS.lost);
  if (weight === undefined) return [];
  const message = `The kernel dropped ${formatPercent(part)} of the samples; the rest are scaled up for them.`;
  return [{ code: 'lost', weight, message, fix: 'Record at a lower rate (--hz 49).' }];
}

function restarted(profile: Profile): QualityFinding[] {
  const partial = profile.processes.filter((process) => process.partial).length;
  if (partial === 0) return [];
  const message = `${partial} of ${profile.processes.length} processes started or ended while they were recorded.`;
  return [{ code: 'restarted', weight: 'fair', message, fix: 'Record again once the service has settled.' }];
}

function accounting(side: Side, { scale }: Host): QualityFinding[] {
  const error = samplingError(side, scale);
  const weight = error === null ? undefined : grade(Math.abs(error), LIMITS.accounting);
  if (error === null || weight === undefined) return [];
  const sampled = side.cores / scale.throttleFactor;
  const message =
    `The samples add up to ${formatCores(sampled)} cores, process accounting says ` +
    `${formatCores(side.accountedCores ?? 0)}.`;
  return [
    { code: 'accounting', weight, message, fix: 'Check for throttled sampling (dmesg) and steal; record longer.' },
  ];
}

function sums(): QualityFinding[] {
  const message = 'The file holds sums, not samples, and does not say how much is one sample.';
  const fix = 'Pass what it was made from, such as perf script text, or fold numbers of samples (collapse --samples).';
  return [{ code: 'sums', weight: 'withheld', message, fix }];
}

function noTime(host: Host): QualityFinding[] {
  if (!host.scale.countsSamples) return sums();
  const parts: QualityFinding[] = [];
  if (!host.scale.lengthKnown) {
    const message = 'The file does not say how long it recorded: numbers are shares of the profile, not cores.';
    parts.push({ code: 'shares-only', weight: 'fair', message, fix: 'Use the capture, perf script or pprof format.' });
  } else if (!host.scale.sharesOnly && host.scale.rate === 'assumed') {
    const message = `The sampling rate is not in the file; ${formatRate(host.scale.hz)} is assumed.`;
    parts.push({ code: 'rate-assumed', weight: 'fair', message, fix: 'Use the capture format, which keeps the rate.' });
  }
  if (host.counts.blocks === 0 && host.scale.samples > 0) {
    const message =
      'Samples have no times: a general model of burstiness stands in for what this recording would show.';
    parts.push({ code: 'no-times', weight: 'fair', message, fix: 'Use the capture or perf script format.' });
  }
  return parts;
}

function ofOne(host: Host, profile: Profile, side: Side): QualityFinding[] {
  return [
    ...fewSamples(host),
    ...noTime(host),
    ...unresolved(profile),
    ...ambiguous(profile),
    ...unrepaired(profile),
    ...perfMaps(profile),
    ...lost(profile),
    ...restarted(profile),
    ...accounting(side, host),
  ];
}

function skew(hot: Profile, peers: readonly Profile[]): Found[] {
  const started = hot.facts.startedAtMs;
  if (started === null) return [];
  let most = 0;
  for (const peer of peers) {
    if (peer.facts.startedAtMs !== null) most = Math.max(most, Math.abs(peer.facts.startedAtMs - started) / 1000);
  }
  const weight = grade(most, LIMITS.skew);
  if (weight === undefined) return [];
  const message = `The recordings started ${formatDuration(1000 * most)} apart.`;
  const fix = 'Check the clocks, and that both instances took the command at the same time.';
  return [{ code: 'skew', side: 'both', weight, message, fix }];
}

/** Of a recording of another moment the clocks are not to blame; that it is one limits what a difference says. */
function otherMoment(ageMs: number): Found {
  const ago = formatDuration(ageMs);
  const message = `The healthy side is a baseline, recorded ${ago} earlier: its load was another one.`;
  const fix = 'A peer in service is recorded in the same seconds.';
  return { code: 'baseline', side: 'healthy', weight: 'fair', message, fix };
}

/** A peer may be quiet; when both sides are, there is nothing to compare. */
function bothQuiet(sides: readonly Recorded[]): Found[] {
  if (sides.some(({ host }) => !host.scale.countsSamples)) return [];
  const most = Math.max(...sides.map(({ host }) => host.scale.samples));
  if (most >= MIN_SAMPLES_TO_COMPARE || most === 0) return [];
  const withheld = most < MIN_OF_BUSIER;
  const effect = withheld ? 'too few to compare' : 'small changes go unseen';
  const message = `The busier side has only ${counted(most)}: ${effect}.`;
  const fix = 'Record while it is busy, longer or at a higher rate (--seconds, --hz).';
  return [{ code: 'few-samples', side: 'both', weight: withheld ? 'withheld' : 'fair', message, fix }];
}

export interface Recorded {
  readonly host: Host;
  readonly profile: Profile;
  readonly side: Side;
}

const ORDER: readonly Weight[] = ['withheld', 'poor', 'fair'];

/** Issues of both sides, worst first, and the grade: that of the worst. */
export function judgeQuality(hot: Recorded, peers: readonly Recorded[], baselineAgeMs?: number): Quality {
  const found: Found[] = [
    ...ofOne(hot.host, hot.profile, hot.side).map((part): Found => ({ ...part, side: 'hot' })),
    ...peers.flatMap((peer) =>
      ofOne(peer.host, peer.profile, peer.side).map((part): Found => ({ ...part, side: 'healthy' })),
    ),
    ...(baselineAgeMs === undefined
      ? skew(
          hot.profile,
          peers.map((peer) => peer.profile),
        )
      : [otherMoment(baselineAgeMs)]),
  ];
  if (!found.some(({ code, weight }) => code === 'few-samples' && weight === 'withheld')) {
    found.push(...bothQuiet([hot, ...peers]));
  }
  found.sort((a, b) => ORDER.indexOf(a.weight) - ORDER.indexOf(b.weight));
  return {
    grade: found[0]?.weight ?? 'good',
    issues: found.map(({ code, side, message, fix }) => ({ code, side, message, fix })),
  };
}
