/** What a verdict is given on, and the words that all rules share. */
import type { FunctionInfo, Profile } from '../../profile/profile.ts';
import { formatCores, formatPercent } from '../../shared/text/number.ts';
import { keep, type Sentence, sentence } from '../../shared/text/sentence.ts';
import type { CpuKinds } from '../alignment/cpu-kinds.ts';
import type { OwnerShare } from '../alignment/owner-shares.ts';
import type { UnownedGrowth } from '../alignment/unowned-growth.ts';
import type { Change, Finding, FunctionRow, ProgramUse, Quality, Side, VerdictClass } from '../differential.ts';
import type { HostRecording } from './programs.ts';

export interface VerdictInput {
  readonly hot: Side;
  readonly healthy: Side;
  readonly hotProfile: Profile;
  readonly peers: readonly HostRecording[];
  /** Other programs of the hosts, the most extra CPU first. */
  readonly programs: readonly ProgramUse[];
  readonly totalChange: Change;
  readonly totalP: number;
  /** That is small enough: the two sides differ. */
  readonly differ: boolean;
  /** p of "the mix of functions differs"; null where the profiles keep no times. */
  readonly shapeP: number | null;
  readonly findings: readonly Finding[];
  readonly functions: readonly FunctionInfo[];
  /** By function, as `attributed`. */
  readonly rows: readonly FunctionRow[];
  readonly attributed: readonly Change[];
  readonly ownerShares: () => readonly OwnerShare[];
  readonly hotKinds: CpuKinds;
  readonly healthyKinds: CpuKinds;
  /** Growth that no function of the service stands above, and what most of it is; null where there is none. */
  readonly unowned: UnownedGrowth | null;
  readonly minCores: number;
  /** Numbers of cores are parts of a profile: a file does not say how long it recorded. */
  readonly sharesOnly: boolean;
  readonly alarmPercent: number | null;
  readonly quality: Quality;
  /** The healthy side is of another moment. */
  readonly isBaseline: boolean;
}

export interface VerdictDraft {
  readonly class: VerdictClass;
  readonly headline: Sentence;
  readonly evidence: readonly Sentence[];
  /** The other program that is to blame. */
  readonly program?: ProgramUse;
  /** No function is to blame: findings would mislead. */
  readonly clearsCode: boolean;
}

export type VerdictRule = (input: VerdictInput) => VerdictDraft | undefined;

export function growth(input: VerdictInput): number {
  return input.hot.cores - input.healthy.cores;
}

/** `0.61 cores`. */
export function cores(value: number): Sentence {
  return keep(`${formatCores(value)} cores`);
}

/** `0.02 → 1.41 cores`. */
export function coresArrow(healthy: number, hot: number): Sentence {
  return keep(`${formatCores(healthy)} → ${formatCores(hot)} cores`);
}

/** `index.js` and the like say nothing without their folder. */
const NO_NAME_OF_ITS_OWN = /^(?:index|main|server|app)\.\w+$/;

function fileName(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.at(-1) ?? path;
  return NO_NAME_OF_ITS_OWN.test(name) ? parts.slice(-2).join('/') : name;
}

/** A function for a sentence, with what finds it: its package, or the file of the service. */
export function subject(finding: Finding): string {
  const line = finding.line === null ? '' : `:${finding.line}`;
  const place = finding.file === null ? null : `${fileName(finding.file)}${line}`;
  if (finding.package === null) return place === null ? finding.function : `${finding.function} (${place})`;
  const nameless = finding.function.startsWith('(') && place !== null;
  return `${finding.function} (${finding.package}${nameless ? `, ${place}` : ''})`;
}

/** `parse 0.02 → 1.41 cores`; of files that do not say how long they recorded, the share of the profile. */
export function arrow(input: VerdictInput, name: string, healthy: number, hot: number): Sentence {
  return input.sharesOnly
    ? sentence`${name} ${keep(`${formatPercent(healthy)} → ${formatPercent(hot)}`)} of the profile`
    : sentence`${name} ${coresArrow(healthy, hot)}`;
}

export function byFinding(input: VerdictInput, finding: Finding): Sentence {
  return arrow(input, subject(finding), finding.healthyCores, finding.hotCores);
}

/** `0.67 more cores`, `0.67 fewer cores`, for "uses …". */
export function changed(input: VerdictInput, delta: number): Sentence {
  const size = Math.abs(delta);
  if (input.sharesOnly) return sentence`${keep(formatPercent(size))} of the profile ${delta < 0 ? 'less' : 'more'}`;
  return keep(`${formatCores(size)} ${delta < 0 ? 'fewer' : 'more'} cores`);
}
