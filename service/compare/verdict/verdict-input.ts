/** What a verdict is given on, and the words that all rules share. */
import type { FunctionInfo, Profile } from '../../profile/profile.ts';
import type { CpuKinds } from '../alignment/cpu-kinds.ts';
import type { Part } from '../alignment/owner-shares.ts';
import type { OutsideGrowth } from '../alignment/unowned-growth.ts';
import type { Change, Finding, FunctionRow, Quality, Side, VerdictClass } from '../differential.ts';

export interface Case {
  readonly hot: Side;
  readonly healthy: Side;
  readonly hotProfile: Profile;
  readonly peers: readonly { readonly profile: Profile; readonly side: Side }[];
  readonly whole: Change;
  readonly wholeP: number;
  /** That is small enough: the two sides differ. */
  readonly differ: boolean;
  /** p of "the mix of functions differs"; null where the profiles keep no times. */
  readonly shapeP: number | null;
  readonly findings: readonly Finding[];
  readonly functions: readonly FunctionInfo[];
  /** By function, as `own`. */
  readonly rows: readonly FunctionRow[];
  readonly own: readonly Change[];
  readonly parts: () => readonly Part[];
  readonly hotKinds: CpuKinds;
  readonly healthyKinds: CpuKinds;
  /** Growth that no function of the service stands above, and what most of it is; null where there is none. */
  readonly outside: OutsideGrowth | null;
  readonly minCores: number;
  /** Numbers of cores are parts of a profile: a file does not say how long it recorded. */
  readonly sharesOnly: boolean;
  readonly alarmPercent: number | null;
  readonly quality: Quality;
}

export interface Ruling {
  readonly class: VerdictClass;
  readonly headline: string;
  readonly evidence: readonly string[];
  /** No function is to blame: findings would mislead. */
  readonly clearsCode: boolean;
}

export type Rule = (c: Case) => Ruling | undefined;

export function growth(c: Case): number {
  return c.hot.cores - c.healthy.cores;
}

export function cores(value: number): string {
  return value.toFixed(2);
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

export function arrow(c: Case, name: string, healthy: number, hot: number): string {
  return c.sharesOnly
    ? `${name} ${share(healthy)} → ${share(hot)} of the profile`
    : `${name} ${cores(healthy)} → ${cores(hot)} cores`;
}

export function byFinding(c: Case, finding: Finding): string {
  return arrow(c, subject(finding), finding.healthyCores, finding.hotCores);
}

/** `+0.67 cores more`, `0.67 cores less`, for "burns …". */
export function changed(c: Case, delta: number): string {
  const size = Math.abs(delta);
  if (c.sharesOnly) return `${share(size)} of the profile ${delta < 0 ? 'less' : 'more'}`;
  return delta < 0 ? `${cores(size)} cores less` : `${signed(delta)} cores more`;
}

export function share(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
