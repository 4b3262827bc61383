import type { Side } from '../compare/differential.ts';
import type { SampleAccounting } from '../profile/profile.ts';
import { formatSeconds } from '../shared/text/duration.ts';
import { formatCores, formatCount, formatPercent, formatRate } from '../shared/text/number.ts';
import { displayTime } from '../shared/text/time.ts';
import { clean, ended } from './clean-text.ts';
import type { Limits } from './finding-model.ts';
import type { ReportCapture, ReportMember } from './report-data.ts';

/** "How it was obtained": one column a capture, one row a fact. */
export interface ObtainedModel {
  readonly columns: readonly { readonly role: string; readonly instanceId: string; readonly hot: boolean }[];
  readonly rows: readonly { readonly label: string; readonly values: readonly string[] }[];
  /** The same, a capture at a time, for a reader of plain text. */
  readonly captures: readonly {
    readonly role: string;
    readonly instanceId: string;
    readonly facts: readonly { readonly label: string; readonly value: string }[];
  }[];
  readonly coverage: readonly { readonly label: string; readonly text: string }[];
  readonly warnings: readonly { readonly instanceId: string; readonly text: string }[];
  readonly leftOut: number;
}

/** A capture that brought nothing back. */
export interface FailureModel {
  readonly instanceId: string;
  readonly role: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface MemberModel {
  readonly instanceId: string;
  readonly role: 'hot' | 'peer' | 'not chosen';
  readonly reason: string;
  readonly cpu: string | null;
  readonly cpuBar: number;
  /** Ember for the hot instance, blue for all others. */
  readonly side: 'hot' | 'healthy';
}

const NONE = '–';
const PROCESSES = 6;

type Fact = readonly [label: string, value: (capture: ReportCapture, limits: Limits) => string | null];

const FACTS: readonly Fact[] = [
  ['Started', started],
  ['Recorded', recorded],
  ['Samples drawn', (capture) => formatCount(capture.samples)],
  ['Cores by samples', (capture) => (capture.cores === null ? null : formatCores(capture.cores))],
  ['Samples left out', (capture, limits) => capture.ledger && leftOut(capture.ledger, limits)],
  ['Samples lost', (capture) => capture.ledger && lost(capture.ledger)],
  ['JIT names repaired', (capture) => jitShare(capture, 'repaired')],
  ['JIT names ambiguous', (capture) => jitShare(capture, 'ambiguous')],
  ['JIT names unknown', (capture) => jitShare(capture, 'unresolved')],
  ['Processes', processes],
  ['Containers', containers],
  ['Names from', namesFrom],
  ['V8’s profiler', visits],
];

/** Of another day, a time of day would mislead. */
function started({ startedAtMs, isBaseline }: ReportCapture): string | null {
  if (startedAtMs === null) return null;
  const { clock, text } = displayTime(startedAtMs);
  return isBaseline ? text : clock;
}

function recorded(capture: ReportCapture): string | null {
  if (capture.seconds === null) return null;
  const seconds = formatSeconds(capture.seconds);
  return capture.hz === null ? seconds : `${seconds} at ${formatRate(capture.hz)}`;
}

function leftOut(accounting: SampleAccounting, limits: Limits): string {
  const reasons = Object.entries(accounting.filtered).filter(([, samples]) => samples > 0);
  if (reasons.length === 0) return 'none';
  return clean(reasons.map(([reason, samples]) => `${formatCount(samples)} ${reason}`).join(', '), limits.text);
}

function lost(accounting: SampleAccounting): string {
  if (accounting.lost === 0) return 'none';
  const all = accounting.lost + accounting.recorded;
  return `${formatCount(accounting.lost)} (${formatPercent(accounting.lost / all)})`;
}

function jitShare(capture: ReportCapture, resolution: 'repaired' | 'ambiguous' | 'unresolved'): string | null {
  const jit = capture.jit;
  if (jit === null || jit.frames === 0) return null;
  return jit[resolution] === 0 ? 'none' : formatPercent(jit[resolution] / jit.frames);
}

function processes(capture: ReportCapture, limits: Limits): string | null {
  if (capture.processes.length === 0) return null;
  const shown = capture.processes.slice(0, PROCESSES).map((process) => {
    const name = clean(process.name, 40) || 'process';
    const named = process.pid === null ? name : `${name} ${process.pid}`;
    return process.cpuSeconds === null ? named : `${named} (${formatSeconds(process.cpuSeconds)} of CPU)`;
  });
  const more = capture.processes.length - shown.length;
  return clean((more > 0 ? [...shown, `${more} more`] : shown).join(', '), limits.text);
}

/** `web (image shop/web:41): 123, 124`. */
function containers(capture: ReportCapture, limits: Limits): string | null {
  const within = capture.processes.flatMap(({ pid, name, container }) =>
    container === undefined ? [] : [{ container, who: clean(pid === null ? name : `${pid}`, 40) }],
  );
  const groups = [...Map.groupBy(within, ({ container }) => container)];
  if (groups.length === 0) return null;
  const shown = groups.slice(0, PROCESSES).map(([container, all]) => {
    const who = all.slice(0, PROCESSES).map((one) => one.who);
    return `${container}: ${who.join(', ')}${all.length > who.length ? ` and ${all.length - who.length} more` : ''}`;
  });
  const more = groups.length - shown.length;
  return clean((more > 0 ? [...shown, `${more} more`] : shown).join('; '), limits.text);
}

const NAMES: Readonly<Record<'perf' | 'v8' | 'nobody', string>> = {
  perf: 'perf',
  v8: 'V8’s profiler',
  nobody: 'nobody (no perf map)',
};

function counted(words: readonly string[]): string {
  const counts = Map.groupBy(words, (word) => word);
  return [...counts].map(([word, { length }]) => (counts.size === 1 ? word : `${word}: ${length}`)).join(', ');
}

function namesFrom(capture: ReportCapture): string | null {
  const named = capture.processes.flatMap(({ namedBy }) => (namedBy == null ? [] : [NAMES[namedBy]]));
  return named.length === 0 ? null : counted(named);
}

/** What the visits cost the processes, and why there were none. */
function visits(capture: ReportCapture, limits: Limits): string | null {
  const all = capture.processes.flatMap(({ pid, visit }) => (visit == null ? [] : [{ pid, visit }]));
  if (all.length === 0) return null;
  const shown = all.slice(0, PROCESSES).map(({ pid, visit }) => {
    const open = visit.leftOpen ? '; its inspector’s port was still open at the end' : '';
    if (visit.status !== 'profiled') return `${pid}: ${visit.message ?? visit.reason ?? visit.status}${open}`;
    const pauses = [visit.startPauseMs, visit.stopPauseMs].map((ms) => (ms === null ? '?' : Math.round(ms)));
    const threads = visit.workers !== null && visit.workers > 0 ? '; its worker threads by perf alone' : '';
    return `${pid}: paused ${pauses[0]} ms at the start and ${pauses[1]} ms at the end${threads}${open}`;
  });
  const more = all.length - shown.length;
  return clean((more > 0 ? [...shown, `${more} more`] : shown).join('; '), limits.text);
}

export function obtainedModel(
  captures: readonly ReportCapture[],
  sides: { readonly hot: Side | null; readonly healthy: Side | null },
  limits: Limits,
): ObtainedModel {
  const good = captures.filter((capture) => capture.failure === null);
  const shown = good.slice(0, limits.captures);
  const rows = FACTS.map(([label, value]) => ({
    label,
    values: shown.map((capture) => value(capture, limits) ?? NONE),
  })).filter((row) => row.values.some((text) => text !== NONE));
  const columns = shown.map((capture) => ({
    role: roleWord(capture),
    instanceId: clean(capture.instanceId, limits.name),
    hot: capture.role === 'hot',
  }));
  return {
    columns,
    rows,
    captures: columns.map((column, at) => ({
      ...column,
      facts: rows.map((row) => ({ label: row.label, value: row.values[at] ?? NONE })),
    })),
    coverage: [coverage('Hot', sides.hot, limits), coverage('Healthy', sides.healthy, limits)].filter(
      (line) => line !== null,
    ),
    warnings: shown
      .flatMap((capture) =>
        capture.warnings.map((text) => ({
          instanceId: clean(capture.instanceId, limits.name),
          text: clean(text, limits.text),
        })),
      )
      .slice(0, limits.lines),
    leftOut: good.length - shown.length,
  };
}

/** The words of the comparison, and the cross-check of the sampler against the kernel's accounting. */
function coverage(label: string, side: Side | null, limits: Limits): { label: string; text: string } | null {
  if (side === null) return null;
  const bySamples = `${formatCores(side.cores)} cores by samples`;
  const words = clean(side.coverage, limits.text) || bySamples;
  if (side.accountedCores === null) return { label, text: ended(words) };
  return { label, text: `${words} (${bySamples}, ${formatCores(side.accountedCores)} by process accounting).` };
}

/** Captures that failed, without those that a shortcoming already tells of. */
export function failureModels(
  captures: readonly ReportCapture[],
  shortcomings: readonly string[],
  limits: Limits,
): FailureModel[] {
  return captures.flatMap((capture) => {
    const failure = capture.failure;
    if (failure === null || shortcomings.some((text) => text.includes(failure.message))) return [];
    return [
      {
        instanceId: clean(capture.instanceId, limits.name),
        role: roleWord(capture),
        code: clean(failure.code, limits.name),
        message: ended(clean(failure.message, limits.text)),
        hint: failure.hint === null ? null : clean(failure.hint, limits.text),
      },
    ];
  });
}

function roleWord({ role, isBaseline }: ReportCapture): string {
  if (role === 'hot') return 'hot';
  return isBaseline ? 'baseline' : 'healthy';
}

const ROLE_ORDER = ['hot', 'peer', 'not chosen'] as const;

/** The chosen ones first, then the rest by CPU. */
export function memberModels(members: readonly ReportMember[], limits: Limits): MemberModel[] {
  return members
    .toSorted(
      (a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) || (b.cpuPercent ?? -1) - (a.cpuPercent ?? -1),
    )
    .slice(0, limits.members)
    .map((member) => ({
      instanceId: clean(member.instanceId, limits.name),
      role: member.role,
      reason: clean(member.reason, limits.text),
      cpu: member.cpuPercent === null ? null : formatPercent(member.cpuPercent / 100),
      side: member.role === 'hot' ? 'hot' : 'healthy',
      cpuBar: Math.max(0, Math.min(100, Math.round(member.cpuPercent ?? 0))),
    }));
}
