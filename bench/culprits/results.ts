import type { Differential } from '../../service/compare/differential.ts';
import { type Expectation, styleOf } from './scenario.ts';
import type { Score } from './score.ts';

export interface Naive {
  readonly name: string | null;
  readonly right: boolean;
}

export interface Outcome {
  readonly set: string;
  readonly scenario: string;
  readonly expect: Expectation;
  readonly score: Score;
  /** By perf alone, where V8's profiler was there as well; null where it was not. */
  readonly alone: { readonly score: Score; readonly top: string | null } | null;
  readonly differential: Differential;
  /** Time of the comparison alone. */
  readonly milliseconds: number;
  /** Part of the recording in which some task waited for a CPU: how much else this machine had to do. */
  readonly contention: number | null;
  readonly same: { readonly pairs: number; readonly named: readonly string[] };
  /** Null where perf's own names were not recorded. */
  readonly naiveSelf: Naive | null;
  readonly naiveInclusive: Naive | null;
}

/** A scenario that could not be run: counted in all totals, and right in none. */
export interface Failure {
  readonly scenario: string;
  /** With the end of the service's stderr when it was the service that failed. */
  readonly error: string;
}

interface Totals {
  readonly scenarios: number;
  readonly failed: number;
  readonly top1: number;
  /** The culprit is the first finding or its first candidate. */
  readonly candidate: number;
  /** Scenarios with V8's profiler, and what perf alone says of them. */
  readonly visited: number;
  readonly aloneTop1: number;
  readonly aloneCandidate: number;
  readonly top3: number;
  /** The first finding is not the culprit, but one of its callers. */
  readonly caller: number;
  /** Scenarios whose author named the lines that burn, and of those the ones where the first finding's line is one. */
  readonly withLine: number;
  readonly line: number;
  readonly class: number;
  readonly package: number;
  readonly samePairs: number;
  readonly sameWithFindings: number;
  /** Scenarios where a function is to blame: only there can a ranking by names be right. */
  readonly withCulprit: number;
  readonly culpritTop1: number;
  readonly naiveSelf: number;
  readonly naiveInclusive: number;
}

function totals(outcomes: readonly Outcome[], failures: readonly Failure[]): Totals {
  const count = (test: (outcome: Outcome) => boolean): number => outcomes.filter(test).length;
  const blames = (outcome: Outcome): boolean => outcome.expect.function.length > 0;
  return {
    scenarios: outcomes.length + failures.length,
    failed: failures.length,
    top1: count((outcome) => outcome.score.top1),
    candidate: count((outcome) => outcome.score.candidate),
    visited: count((outcome) => outcome.alone !== null),
    aloneTop1: count((outcome) => outcome.alone?.score.top1 === true),
    aloneCandidate: count((outcome) => outcome.alone?.score.candidate === true),
    top3: count((outcome) => outcome.score.top3),
    caller: count((outcome) => outcome.score.caller),
    withLine: count((outcome) => outcome.score.line !== null),
    line: count((outcome) => outcome.score.line === true),
    class: count((outcome) => outcome.score.class),
    package: count((outcome) => outcome.score.package),
    samePairs: outcomes.reduce((sum, outcome) => sum + outcome.same.pairs, 0),
    sameWithFindings: outcomes.reduce((sum, outcome) => sum + outcome.same.named.length, 0),
    withCulprit: count(blames),
    culpritTop1: count((outcome) => blames(outcome) && outcome.score.top1),
    naiveSelf: count((outcome) => outcome.naiveSelf?.right === true),
    naiveInclusive: count((outcome) => outcome.naiveInclusive?.right === true),
  };
}

/** Totals of the scenarios of each set and style. */
function totalsByStyle(outcomes: readonly Outcome[]): ReadonlyMap<string, Totals> {
  const groups = Map.groupBy(outcomes, (outcome) => `set ${outcome.set}, ${styleOf(outcome.expect)}`);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([style, group]) => [style, totals(group, [])]));
}

/** For machines. */
export function summarise(outcomes: readonly Outcome[], failures: readonly Failure[]): unknown {
  return {
    totals: totals(outcomes, failures),
    styles: Object.fromEntries(totalsByStyle(outcomes)),
    failures,
    scenarios: outcomes.map(({ differential, ...outcome }) => ({
      ...outcome,
      verdict: differential.verdict,
      quality: differential.quality,
      healthy: differential.healthy,
      hot: differential.hot,
      findings: differential.findings,
    })),
  };
}

/** A dash where there is nothing to be right about. */
function mark(right: boolean | null): string {
  if (right === null) return '–';
  return right ? '✔' : '✖';
}

function top(outcome: Outcome): string {
  const [first] = outcome.differential.findings;
  if (first === undefined) return '–';
  return first.package === null ? first.function : `${first.function} (${first.package})`;
}

function share(part: number, whole: number): string {
  return `${part} of ${whole}${whole === 0 ? '' : ` (${Math.round((100 * part) / whole)} %)`}`;
}

const HEAD = [
  'scenario',
  'style',
  'cores',
  'named first',
  '1st',
  'or candidate',
  'perf alone',
  'or candidate',
  'caller',
  '3',
  '2nd fault',
  'line',
  'class',
  '',
  'pkg',
  'raw self',
  'raw incl.',
  'A/A',
  'wait',
];

function rowOf(outcome: Outcome): string[] {
  const { score, differential, same } = outcome;
  return [
    outcome.scenario,
    styleOf(outcome.expect),
    `${differential.healthy.cores.toFixed(2)} → ${differential.hot.cores.toFixed(2)}`,
    top(outcome).slice(0, 40),
    mark(score.top1),
    mark(score.candidate),
    mark(outcome.alone?.score.top1 ?? null),
    mark(outcome.alone?.score.candidate ?? null),
    score.caller ? '✔' : '',
    mark(score.top3),
    mark(score.second),
    mark(score.line),
    differential.verdict.class,
    mark(score.class),
    mark(score.package),
    mark(outcome.naiveSelf?.right ?? null),
    mark(outcome.naiveInclusive?.right ?? null),
    same.pairs === 0 ? '–' : `${same.named.length}/${same.pairs}`,
    outcome.contention === null ? '–' : `${Math.round(100 * outcome.contention)} %`,
  ];
}

function printRows(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  console.log(line(head));
  console.log(`| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  for (const row of rows) console.log(line(row));
}

function printStyles(outcomes: readonly Outcome[]): void {
  const rows = [...totalsByStyle(outcomes)].map(([style, of]) => [
    style,
    ...[of.scenarios, of.top1, of.candidate, of.aloneTop1, of.aloneCandidate].map(String),
    ...[of.caller, of.top3].map(String),
    of.withLine === 0 ? '–' : `${of.line} of ${of.withLine}`,
    `${of.class}`,
  ]);
  printRows(
    ['style', 'scenarios', '1st', 'or candidate', 'perf alone', 'or candidate', 'caller', '3', 'line', 'class'],
    rows,
  );
}

export function printTable(outcomes: readonly Outcome[], failures: readonly Failure[]): void {
  printRows(HEAD, outcomes.map(rowOf));
  for (const failure of failures) console.log(`\n${failure.scenario} could not be run. ${failure.error}`);
  console.log('');
  printStyles(outcomes);
  const all = totals(outcomes, failures);
  console.log(`
Named first: ${share(all.top1, all.scenarios)}; a caller in its place: ${share(all.caller, all.scenarios)}.
First, or the first candidate: ${share(all.candidate, all.scenarios)}.
By perf alone: ${share(all.aloneTop1, all.visited)} first, \
${share(all.aloneCandidate, all.visited)} first or first candidate.
Among the first three: ${share(all.top3, all.scenarios)}.
Line right: ${share(all.line, all.withLine)}.
Class right: ${share(all.class, all.scenarios)}. Package right: ${share(all.package, all.scenarios)}.
Like against like: ${share(all.sameWithFindings, all.samePairs)} pairs with a finding.
Where a function is to blame: ${share(all.culpritTop1, all.withCulprit)} named first.`);
  const raw = outcomes.filter((outcome) => outcome.naiveSelf !== null && outcome.expect.function.length > 0).length;
  if (raw === 0) return;
  const [self, inclusive] = [share(all.naiveSelf, raw), share(all.naiveInclusive, raw)];
  console.log(`By perf's own names: largest growth of self share ${self}, of inclusive share ${inclusive}.`);
}
