import type { Differential, FunctionRow, Quality, Verdict } from '../compare/differential.ts';
import { containerWords, unknownContainer } from '../profile/container/container.ts';
import { functionTree } from '../profile/function-tree.ts';
import type { ProcessInfo, Profile } from '../profile/profile.ts';
import { NO_PROFILE } from '../report/answer/verdict-label.ts';
import { baselineShortcoming } from '../report/baseline/baseline-words.ts';
import { ofDrill } from '../report/drill/drill-words.ts';
import { flagHazards } from '../report/flag-hazards.ts';
import type {
  ReportAlarm,
  ReportBaseline,
  ReportCapture,
  ReportData,
  ReportFile,
  ReportFunction,
  ReportProcess,
  ReportTopFunction,
} from '../report/report-data.ts';
import { formatCores } from '../shared/text/number.ts';
import { reportBaseline } from './baseline/report-baseline.ts';
import { failureWords } from './failure.ts';
import type { Capture, Failure, Incident } from './incident.ts';

/** A capture and what could be read of it. */
export interface ReadCapture {
  readonly capture: Capture;
  readonly profile: Profile | null;
  readonly failure: Failure | null;
}

export interface ReportInput {
  readonly incident: Incident;
  readonly captures: readonly ReadCapture[];
  readonly hot: Profile | null;
  readonly differential: Differential | null;
  readonly files: readonly ReportFile[];
  readonly nowMs: number;
}

/** A report names this many functions; the pages and exports have all. */
const TOP_FUNCTIONS = 15;
const FINDINGS = 20;
/** Of which histories are kept, besides those that changed: some 4 kB. */
const COMPARED = 25;

/**
 * Gathers what a report says. Works with whatever is there: a missing side is a shortcoming, never a missing report.
 */
export function buildReport(input: ReportInput): ReportData {
  const { incident, differential, hot } = input;
  const top = hot ? topFunctions(hot) : [];
  const doubt = doubtOf(incident);
  const withheld = differential?.quality.grade === 'withheld';
  const { severity } = incident.plan?.settings ?? {};
  const baseline = differential === null ? undefined : reportBaseline(incident, input.captures);
  const report: ReportData = {
    version: 1,
    incidentId: incident.id,
    group: incident.group,
    hotInstance: incident.hotInstance,
    peerInstances: input.captures.filter(isPeer).map((read) => read.capture.instanceId),
    ...(baseline && { baseline }),
    alarm: reportAlarm(incident),
    members: incident.members,
    captures: input.captures.map(reportCapture),
    shortcomings: shortcomings(input, baseline),
    verdict: differential?.verdict ?? verdictWithoutComparison(input, top),
    findings: withheld ? [] : (differential?.findings.slice(0, FINDINGS) ?? []),
    programs: differential?.programs ?? [],
    quality: lowered(differential?.quality ?? NO_COMPARISON, doubt !== undefined),
    hot: differential?.hot ?? null,
    healthy: differential?.healthy ?? null,
    wholeProfileP: differential?.wholeProfileP ?? null,
    method: differential?.method ?? [],
    topFunctions: top,
    ...(differential !== null && !withheld && { functions: comparedFunctions(differential) }),
    files: input.files,
    ...(severity !== undefined && { severity }),
    openedAtMs: incident.openedAtMs,
    generatedAtMs: input.nowMs,
  };
  return incident.alarm.drill === undefined ? report : ofDrill(report);
}

/** The functions of the findings, and the busiest others of the service and its packages. */
function comparedFunctions({ rows, tree, findings }: Differential): ReportFunction[] {
  const changed = new Set(findings.slice(0, FINDINGS).map(({ fn }) => fn));
  const own = ({ self }: FunctionRow) => Math.max(self.hotCores, self.healthyCores);
  const isOurs = ({ fn }: FunctionRow) => ['app', 'dependency'].includes(tree.functions[fn]?.category ?? '');
  const busiest = rows.filter((row) => isOurs(row) && own(row) > 0).sort((one, other) => own(other) - own(one));
  return [
    ...rows.filter(({ fn }) => changed.has(fn)),
    ...busiest.filter(({ fn }) => !changed.has(fn)).slice(0, COMPARED),
  ].flatMap(({ fn, total: { hotCores, healthyCores } }) => {
    const info = tree.functions[fn];
    if (info === undefined) return [];
    const { name, package: owner, file, line } = info;
    return [{ function: name, package: owner, file, line, hotCores, healthyCores }];
  });
}

const NO_COMPARISON: Quality = { grade: 'withheld', issues: [] };

/** Recorded for the incident, in the same seconds as the hot one. */
function isPeer({ capture }: ReadCapture): boolean {
  return capture.role === 'peer' && capture.baseline === undefined;
}

function sideOf({ role, baseline }: Capture): string {
  if (role === 'hot') return 'hot instance';
  return baseline === undefined ? 'peer' : 'baseline';
}

function doubtOf({ members }: Incident): string | undefined {
  return members.find(({ doubt }) => doubt !== undefined)?.doubt;
}

/** Recordings of what may be the wrong instance are no good, however many samples they have. */
function lowered(quality: Quality, isDoubted: boolean): Quality {
  return isDoubted && quality.grade !== 'withheld' ? { ...quality, grade: 'poor' } : quality;
}

function reportAlarm(incident: Incident): ReportAlarm {
  const { alarm } = incident;
  return {
    name: alarm.name,
    description: alarm.description,
    reason: alarm.reason,
    metric: alarm.metric ? `${alarm.metric.namespace} ${alarm.metric.name}` : null,
    threshold: alarm.threshold,
    observed: alarm.observed,
    changedAtMs: alarm.changedAtMs,
    region: alarm.region,
    accountId: alarm.accountId,
  };
}

/** Samples ÷ (rate × seconds); null when the source does not say. */
function coresOf(profile: Profile): number | null {
  const { hz, seconds } = profile.facts;
  return hz && seconds ? profile.ledger.drawn / (hz * seconds) : null;
}

function reportCapture(read: ReadCapture): ReportCapture {
  const { capture, profile } = read;
  return {
    captureId: capture.id,
    role: capture.role,
    instanceId: capture.instanceId,
    failure: profile ? null : (read.failure ?? { code: 'NO_RESULT', message: 'Nothing came back.', hint: null }),
    startedAtMs: profile?.facts.startedAtMs ?? null,
    seconds: profile?.facts.seconds ?? null,
    hz: profile?.facts.hz ?? null,
    samples: profile?.ledger.drawn ?? 0,
    cores: profile ? coresOf(profile) : null,
    processes: (profile?.processes ?? []).map(reportProcess),
    ledger: profile?.ledger ?? null,
    jit: profile?.ledger.jit ?? null,
    warnings: profile?.facts.warnings ?? [],
    ...(capture.baseline !== undefined && { isBaseline: true }),
  };
}

function shortcomings(input: ReportInput, baseline?: ReportBaseline): string[] {
  const list: string[] = [];
  const { failure } = input.incident;
  if (failure) list.push(failureWords(failure));
  const doubt = doubtOf(input.incident);
  if (doubt !== undefined) list.push(doubt);
  for (const read of input.captures) {
    if (read.profile) continue;
    list.push(
      `No profile of the ${sideOf(read.capture)} ${read.capture.instanceId}: ` +
        `${read.failure ? failureWords(read.failure) : 'nothing came back.'}`,
    );
  }
  if (baseline !== undefined) list.push(baselineShortcoming(baseline, input.incident));
  else if (input.captures.length > 0 && !input.captures.some(isPeer)) {
    list.push('There was no healthy peer to compare with; the reason is given next to each instance.');
  }
  for (const { capture, profile } of input.captures) {
    const hazards = flagHazards(profile?.processes ?? []);
    list.push(...hazards.map((hazard) => `On the ${sideOf(capture)} ${capture.instanceId}, ${hazard}`));
  }
  return list;
}

function verdictWithoutComparison(input: ReportInput, top: readonly ReportTopFunction[]): Verdict {
  const first = top[0];
  const cores = input.hot ? coresOf(input.hot) : null;
  if (first) {
    const name = first.package ? `${first.function} (${first.package})` : first.function;
    const alone = input.captures.some(isPeer) ? 'the peer could not be recorded' : 'no healthy peer to compare with';
    return {
      class: 'inconclusive',
      headline: `busiest: ${name}, ${formatCores(first.selfCores)} of ${formatCores(cores ?? 0)} cores; ${alone}`,
      evidence: ['Only the hot instance could be profiled: this shows where the CPU goes, not what changed.'],
    };
  }
  return {
    class: 'inconclusive',
    headline: input.hot ? 'the hot instance used no CPU during the capture' : `${NO_PROFILE}: ${causeOf(input)}`,
    evidence: shortcomings(input),
  };
}

/** For a subject line: the first clause of what stopped us. */
function causeOf({ incident, captures }: ReportInput): string {
  const hot = captures.find((read) => read.capture.role === 'hot');
  const message = incident.failure?.message ?? hot?.failure?.message ?? 'nothing came back';
  return /^.{1,120}?(?=[:;(]|\.$|\. |$)/u.exec(message)?.[0].trimEnd() ?? message.slice(0, 120);
}

/** Functions by self cores; recursion counted once per sample in the total. */
function topFunctions(profile: Profile): ReportTopFunction[] {
  const { hz, seconds } = profile.facts;
  const perCore = (hz ?? 1) * (seconds ?? 1);
  const tree = functionTree(profile);
  const self = new Float64Array(tree.functions.length);
  const total = new Float64Array(tree.functions.length);
  for (let node = 1; node < tree.length; node++) {
    const fn = tree.fn[node] as number;
    self[fn] = (self[fn] as number) + (tree.self[node] as number);
    if (!hasAncestor(tree.parent, tree.fn, node)) total[fn] = (total[fn] as number) + (tree.total[node] as number);
  }
  return [...self.keys()]
    .sort((a, b) => (self[b] as number) - (self[a] as number) || a - b)
    .slice(0, TOP_FUNCTIONS)
    .filter((fn) => (self[fn] as number) > 0)
    .map((fn) => {
      const info = tree.functions[fn];
      return {
        function: info?.name ?? '',
        package: info?.package ?? null,
        file: info?.file ?? null,
        line: info?.line ?? null,
        selfCores: (self[fn] as number) / perCore,
        totalCores: (total[fn] as number) / perCore,
      };
    });
}

/** Is the function of this node already on the way to the root? */
function hasAncestor(parent: Int32Array, fn: Int32Array, node: number): boolean {
  for (let up = parent[node] as number; up > 0; up = parent[up] as number) {
    if (fn[up] === fn[node]) return true;
  }
  return false;
}

function reportProcess(process: ProcessInfo): ReportProcess {
  const { pid, name, cpuSeconds, perfMap, namedBy, visit, container, runsIn } = process;
  const unnamed = perfMap === 'none' || perfMap === 'unreadable' ? 'nobody' : 'perf';
  return {
    ...{ pid, name, cpuSeconds, namedBy: namedBy ?? (perfMap === null ? null : unnamed), visit: visit ?? null },
    ...(container == null ? {} : { container: containerWords(runsIn ?? unknownContainer(container)) }),
  };
}
