/** From findings and facts to one class in words. Each class has one test; the first that holds is the verdict. */
import type { Profile } from '../profile/profile.ts';
import type { CpuKinds } from './cpu-kinds.ts';
import type { Change, Finding, FunctionRow, Quality, Side, Verdict, VerdictClass } from './differential.ts';
import { percent } from './findings.ts';
import type { OutsideGrowth } from './outside-growth.ts';
import { proportion } from './proportion.ts';

export interface Case {
  readonly hot: Side;
  readonly healthy: Side;
  readonly hotProfile: Profile;
  readonly peers: readonly { readonly profile: Profile; readonly side: Side }[];
  readonly whole: Change;
  readonly wholeP: number;
  /** p of "the mix of functions differs"; null where the profiles keep no times. */
  readonly shapeP: number | null;
  readonly findings: readonly Finding[];
  readonly rows: readonly FunctionRow[];
  readonly own: readonly Change[];
  readonly hotKinds: CpuKinds;
  readonly healthyKinds: CpuKinds;
  /** Growth that no function of the service stands above, and what most of it is; null where there is none. */
  readonly outside: OutsideGrowth | null;
  readonly minCores: number;
  readonly alarmPercent: number | null;
  readonly quality: Quality;
}

/** `findings`: what remains when the class says that no function is to blame. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

interface Ruling {
  readonly class: VerdictClass;
  readonly headline: string;
  readonly evidence: readonly string[];
  /** No function is to blame: findings would mislead. */
  readonly clearsCode: boolean;
}

type Rule = (c: Case) => Ruling | undefined;

/** A cause holds when it explains half of the extra CPU. */
const HALF = 0.5;
/** Collections seldom exceed this part even when nothing else is wrong but the garbage. */
const GC_PART = 0.35;
/** Part of the change in V8's slow paths that tells code which lost its optimisation from code that does more. */
const SLOW_PATH_PART = 0.35;
const FEW = 10;
/** Nearly all of what both sides run, by healthy CPU. */
const ALL_OF_IT = 0.8;
const UNOPTIMISED_PART = 0.3;
/** A function "ran before" with this many samples on the healthy side. */
const FORMER_SAMPLES = 5;
/** Unoptimised on the hot side, optimised on the other, by this much. */
const TIER_SHIFT = 0.4;
/** Cores of nobody: the accounts of host and processes are read some ten ms apart, so small differences mean nothing. */
const UNEXPLAINED = 0.3;
/** CPU during the capture below this part of what the alarm saw: it is over. */
const SPIKE_OVER = 0.5;

function growth(c: Case): number {
  return c.hot.cores - c.healthy.cores;
}

function cores(value: number): string {
  return value.toFixed(2);
}

/** A function for a sentence: its package stands for its file, a nameless one is known by its line. */
function subject(finding: Finding): string {
  if (finding.package !== null) return `${finding.function} (${finding.package})`;
  if (!finding.function.startsWith('(') || finding.file === null) return finding.function;
  const file = finding.file.slice(finding.file.lastIndexOf('/') + 1);
  return `${finding.function} ${file}${finding.line === null ? '' : `:${finding.line}`}`;
}

function arrow(name: string, healthy: number, hot: number): string {
  return `${name} ${cores(healthy)} → ${cores(hot)} cores`;
}

function byFinding(finding: Finding): string {
  return arrow(subject(finding), finding.healthyCores, finding.hotCores);
}

function overPeers(c: Case, measure: (profile: Profile, side: Side) => number): number {
  return c.peers.reduce((sum, { profile, side }) => sum + measure(profile, side), 0) / c.peers.length;
}

/** CPU of processes that were not profiled, by name, in cores. */
function others(profile: Profile, seconds: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const other of profile.facts.otherProcesses) {
    sums.set(other.name, (sums.get(other.name) ?? 0) + other.cpuSeconds / seconds);
  }
  return sums;
}

/** Busy cores of the host that neither the profiled processes nor the listed ones explain: what came and went in between. */
function unexplained(profile: Profile, side: Side): number {
  if (side.hostBusyCores === null) return 0;
  const listed = profile.facts.otherProcesses.reduce((sum, other) => sum + other.cpuSeconds, 0) / side.seconds;
  return side.hostBusyCores - (side.accountedCores ?? side.cores) - listed;
}

/** Programs that start and end within the recording are in no list of processes, but in the host's CPU. */
const shortLived: Rule = (c) => {
  const extra = unexplained(c.hotProfile, c.hot) - overPeers(c, unexplained);
  if (extra < UNEXPLAINED || extra < 2 * Math.max(0, growth(c))) return undefined;
  return {
    class: 'other process',
    headline: `short-lived processes use ${cores(extra)} cores; the service is not the cause`,
    evidence: [
      `${cores(extra)} busy cores more than on the healthy side belong to no process that lived through the recording; the profiled ones use ${cores(growth(c))} more.`,
    ],
    clearsCode: true,
  };
};

const otherProcess: Rule = (c) => {
  const hot = others(c.hotProfile, c.hot.seconds);
  let name = '';
  let most = 0;
  let all = 0;
  for (const [process, used] of hot) {
    const extra = used - overPeers(c, (profile, side) => others(profile, side.seconds).get(process) ?? 0);
    all += Math.max(0, extra);
    if (extra > most) [name, most] = [process, extra];
  }
  const own = Math.max(0, growth(c));
  if (most < 2 * c.minCores || all < own) return undefined;
  return {
    class: 'other process',
    headline: `${name} uses ${cores(hot.get(name) ?? 0)} cores; the service is not the cause`,
    evidence: [
      `${name} used ${cores(most)} cores more than on the healthy side; the profiled processes ${cores(growth(c))} more.`,
    ],
    clearsCode: all >= 2 * own,
  };
};

function stolen(profile: Profile, seconds: number): number {
  return (profile.facts.hostCpu?.steal ?? 0) / seconds;
}

const steal: Rule = (c) => {
  const hot = stolen(c.hotProfile, c.hot.seconds);
  const extra = hot - overPeers(c, (profile, side) => stolen(profile, side.seconds));
  const share = extra / (c.hotProfile.facts.cpus ?? 1);
  if (share < 0.1 || extra < Math.max(0, growth(c))) return undefined;
  return {
    class: 'steal',
    headline: `the hypervisor withholds ${cores(hot)} cores`,
    evidence: [
      `${cores(hot)} cores of this machine's CPU were given to others (steal), ${cores(extra)} more than on the peer.`,
    ],
    clearsCode: true,
  };
};

const spikeOver: Rule = (c) => {
  const cpus = c.hotProfile.facts.cpus;
  const busy = c.hot.hostBusyCores ?? c.hot.accountedCores ?? c.hot.cores;
  if (c.alarmPercent === null || cpus === null || cpus === 0) return undefined;
  const now = (100 * busy) / cpus;
  if (now >= SPIKE_OVER * c.alarmPercent || c.findings.some((finding) => finding.deltaCores > 0)) return undefined;
  return {
    class: 'spike over',
    headline: `CPU was back at ${now.toFixed(0)} % when it was recorded`,
    evidence: [`The alarm saw ${c.alarmPercent.toFixed(0)} % CPU, the recording ${now.toFixed(0)} %.`],
    clearsCode: true,
  };
};

const withheld: Rule = (c) => {
  if (c.quality.grade !== 'withheld') return undefined;
  return {
    class: 'inconclusive',
    headline: 'the recordings are too weak to compare',
    evidence: c.quality.issues.slice(0, 2).map((issue) => `${issue.side}: ${issue.message} ${issue.fix}`),
    clearsCode: true,
  };
};

const noGrowth: Rule = (c) => {
  if (c.findings.length > 0) return undefined;
  const [low, high] = c.whole.ci;
  return {
    class: 'inconclusive',
    headline: `no function stands out (${cores(c.healthy.cores)} → ${cores(c.hot.cores)} cores)`,
    evidence: [
      `Hot uses ${cores(c.hot.cores)} cores, healthy ${cores(c.healthy.cores)}: ${signed(growth(c))} (95 %: ${signed(low)} to ${signed(high)}).`,
      ...(c.outside !== null && c.outside.cores > HALF * growth(c) && c.whole.significant
        ? [
            `${cores(c.outside.cores)} of the extra cores have no JavaScript function above them; most: ${c.outside.name}.`,
          ]
        : []),
      c.wholeP > 0.05
        ? `The two profiles do not differ more than one differs from itself (p = ${c.wholeP.toFixed(2)}).`
        : 'The profiles differ, but no function by enough to be named.',
    ],
    clearsCode: false,
  };
};

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

const proportional: Rule = (c) => {
  const shape = proportion(c);
  if (shape === undefined) return undefined;
  const ratio = `${shape.ratio.toFixed(1)} times`;
  const evidence = [shape.shown, shape.reason];
  const skew = shape.kind === 'traffic skew';
  const headline = skew
    ? `${ratio} the work: ${cores(c.healthy.cores)} → ${cores(c.hot.cores)} cores, no function stands out`
    : `everything ${ratio} as expensive: ${cores(c.healthy.cores)} → ${cores(c.hot.cores)} cores`;
  return { class: shape.kind, headline, evidence, clearsCode: true };
};

const garbage: Rule = (c) => {
  const extra = c.hotKinds.gc - c.healthyKinds.gc;
  if (extra < c.minCores || extra < GC_PART * growth(c)) return undefined;
  const top = c.findings.find((finding) => finding.deltaCores > 0);
  return {
    class: 'garbage collection',
    headline: `${arrow('garbage collection', c.healthyKinds.gc, c.hotKinds.gc)}${top ? `, most for ${subject(top)}` : ''}`,
    evidence: [`Collections explain ${cores(extra)} of ${cores(growth(c))} extra cores.`],
    clearsCode: false,
  };
};

/** Functions that both sides run lost their optimised code, all together: a flag, a debugger, code that is patched on load. */
const unoptimised: Rule = (c) => {
  const common = c.rows.filter(
    (row) => row.self.healthySamples >= FORMER_SAMPLES && row.self.hotSamples >= FEW && hasTiers(row),
  );
  const moved = common.filter(
    (row) => slow(row.hotTiers) > HALF && slow(row.hotTiers) - slow(row.healthyTiers) > TIER_SHIFT,
  );
  const size = (rows: readonly FunctionRow[]): number => rows.reduce((sum, row) => sum + row.self.healthyCores, 0);
  const extra = moved.reduce((sum, row) => sum + row.self.deltaCores, 0);
  if (moved.length < 3 || size(moved) < ALL_OF_IT * size(common) || extra < UNOPTIMISED_PART * growth(c))
    return undefined;
  return {
    class: 'deoptimisation',
    headline: `code runs unoptimised everywhere: ${cores(c.healthy.cores)} → ${cores(c.hot.cores)} cores`,
    evidence: [
      `${moved.length} of ${common.length} functions that both sides run lost their optimised code, which costs ${cores(extra)} cores.`,
      'Look for V8 flags (--no-opt, --jitless), an attached debugger or a coverage tool on the hot side.',
    ],
    clearsCode: true,
  };
};

/** Part of a function's samples in interpreted or Sparkplug code. */
function slow(tiers: readonly number[]): number {
  return (tiers[1] ?? 0) + (tiers[2] ?? 0);
}

function hasTiers(row: FunctionRow): boolean {
  return slow(row.healthyTiers) + (row.healthyTiers[3] ?? 0) + (row.healthyTiers[4] ?? 0) > 0.99;
}

const deoptimisation: Rule = (c) => {
  const top = c.findings.find((finding) => finding.deltaCores > 0);
  if (top === undefined) return undefined;
  const row = c.rows[top.fn] as FunctionRow;
  const [hot, healthy] = [slow(row.hotTiers), slow(row.healthyTiers)];
  const comparable = row.self.healthySamples >= 20 && row.self.hotSamples >= 20;
  if (comparable && hot > HALF && hot - healthy > TIER_SHIFT) {
    return {
      class: 'deoptimisation',
      headline: `${byFinding(top)}, not optimised any more`,
      evidence: [
        `${subject(top)} runs unoptimised in ${percent(hot)} of its samples, ${percent(healthy)} on the healthy side.`,
      ],
      clearsCode: false,
    };
  }
  const paths = c.hotKinds.slowPaths.get(top.fn);
  const before = c.healthyKinds.slowPaths.get(top.fn);
  const own = c.own[top.fn];
  if (paths === undefined || own === undefined || own.deltaCores < c.minCores) return undefined;
  const certain = paths.certain - (before?.certain ?? 0);
  const all = paths.cores - (before?.cores ?? 0);
  // Code that is generic by design was so before: only a function that ran before without them has fallen into them.
  const fell =
    own.healthySamples >= FORMER_SAMPLES &&
    (before?.cores ?? 0) / own.healthyCores < 0.5 * (paths.cores / own.hotCores);
  const extra = Math.max(certain, fell ? all : 0);
  if (extra < SLOW_PATH_PART * own.deltaCores) return undefined;
  const [path] = [...paths.byName].sort((a, b) => b[1] - a[1])[0] ?? [''];
  return {
    class: 'deoptimisation',
    headline: `${byFinding(top)}, in V8's slow paths`,
    evidence: [
      `V8's slow paths (most: ${path}) explain ${cores(extra)} of the ${cores(own.deltaCores)} cores that ${subject(top)} uses more.`,
    ],
    clearsCode: false,
  };
};

const hotPath: Rule = (c) => {
  const top = c.findings[0];
  if (top === undefined) return undefined;
  const share = top.explains === null ? '' : `, ${percent(top.explains)} of the extra CPU`;
  const through = top.through === null ? '' : ` through ${top.through}`;
  return {
    class: 'hot path',
    headline: byFinding(top),
    evidence: [`${subject(top)} burns ${signed(top.deltaCores)} cores more${through}${share}.`],
    clearsCode: false,
  };
};

const RULES: readonly Rule[] = [
  otherProcess,
  shortLived,
  steal,
  spikeOver,
  withheld,
  unoptimised,
  proportional,
  noGrowth,
  garbage,
  deoptimisation,
  hotPath,
];

export function judge(c: Case): Judgement {
  for (const rule of RULES) {
    const ruling = rule(c);
    if (ruling === undefined) continue;
    const { class: name, headline, evidence, clearsCode } = ruling;
    return { verdict: { class: name, headline, evidence }, findings: clearsCode ? [] : c.findings };
  }
  return { verdict: { class: 'inconclusive', headline: 'no cause found', evidence: [] }, findings: [] };
}
