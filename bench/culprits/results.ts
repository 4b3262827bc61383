import type { Differential } from '../../service/compare/differential.ts';
import type { Expectation } from './scenario.ts';
import type { Score } from './score.ts';

export interface Naive {
  readonly name: string | null;
  readonly right: boolean;
}

export interface Outcome {
  readonly scenario: string;
  readonly expect: Expectation;
  readonly score: Score;
  readonly differential: Differential;
  /** Time of the comparison alone. */
  readonly milliseconds: number;
  /** Part of the recording in which some task waited for a CPU: how much else this machine had to do. */
  readonly contention: number | null;
  readonly same: { readonly pairs: number; readonly named: readonly string[] };
  readonly naiveSelf: Naive;
  readonly naiveInclusive: Naive;
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
  readonly top3: number;
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
    top3: count((outcome) => outcome.score.top3),
    class: count((outcome) => outcome.score.class),
    package: count((outcome) => outcome.score.package),
    samePairs: outcomes.reduce((sum, outcome) => sum + outcome.same.pairs, 0),
    sameWithFindings: outcomes.reduce((sum, outcome) => sum + outcome.same.named.length, 0),
    withCulprit: count(blames),
    culpritTop1: count((outcome) => blames(outcome) && outcome.score.top1),
    naiveSelf: count((outcome) => outcome.naiveSelf.right),
    naiveInclusive: count((outcome) => outcome.naiveInclusive.right),
  };
}

/** For machines. */
export function summarise(outcomes: readonly Outcome[], failures: readonly Failure[]): unknown {
  return {
    totals: totals(outcomes, failures),
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

function mark(right: boolean): string {
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

export function printTable(outcomes: readonly Outcome[], failures: readonly Failure[]): void {
  const rows = outcomes.map((outcome) => [
    outcome.scenario,
    `${outcome.differential.healthy.cores.toFixed(2)} → ${outcome.differential.hot.cores.toFixed(2)}`,
    top(outcome).slice(0, 40),
    mark(outcome.score.top1),
    mark(outcome.score.top3),
    outcome.differential.verdict.class,
    mark(outcome.score.class),
    mark(outcome.score.package),
    mark(outcome.naiveSelf.right),
    mark(outcome.naiveInclusive.right),
    outcome.same.pairs === 0 ? '–' : `${outcome.same.named.length}/${outcome.same.pairs}`,
    outcome.contention === null ? '–' : `${Math.round(100 * outcome.contention)} %`,
  ]);
  const head = [
    'scenario',
    'cores',
    'named first',
    '1st',
    '3',
    'class',
    '',
    'pkg',
    'raw self',
    'raw incl.',
    'A/A',
    'wait',
  ];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  console.log(line(head));
  console.log(`| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  for (const row of rows) console.log(line(row));
  for (const failure of failures) console.log(`\n${failure.scenario} could not be run. ${failure.error}`);
  const all = totals(outcomes, failures);
  console.log(`
Named first: ${share(all.top1, all.scenarios)}. Among the first three: ${share(all.top3, all.scenarios)}.
Class right: ${share(all.class, all.scenarios)}. Package right: ${share(all.package, all.scenarios)}.
Like against like: ${share(all.sameWithFindings, all.samePairs)} pairs with a finding.
Where a function is to blame: ${share(all.culpritTop1, all.withCulprit)} named first; largest growth of self share by perf's names ${share(all.naiveSelf, all.withCulprit)}, of inclusive share ${share(all.naiveInclusive, all.withCulprit)}.`);
}
