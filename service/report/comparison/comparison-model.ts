/** Two profiles compared, ready to print: A is the reference (`healthy` in the comparison), B is held against it. */
import type { Differential, Finding, QualityIssue, Side } from '../../compare/differential.ts';
import { formatSeconds } from '../../shared/text/duration.ts';
import {
  formatColumn,
  formatCores,
  formatCount,
  formatPercent,
  formatProbability,
  formatRate,
  signedColumn,
} from '../../shared/text/number.ts';
import { clean } from '../clean-text.ts';
import { type FindingModel, findingModels, PAGE_LIMITS } from '../finding-model.ts';

export interface ComparisonModel {
  readonly verdict: string;
  readonly headline: string;
  readonly evidence: readonly string[];
  /** What the numbers of the findings are: where a file does not say how long it recorded, there are no cores. */
  readonly unit: 'cores' | 'shares';
  readonly findings: readonly ComparedFinding[];
  readonly moreFindings: number;
  /** One line for each side, in the order of the page. */
  readonly sides: { readonly a: string; readonly b: string };
  readonly grade: Differential['quality']['grade'];
  readonly issues: readonly { readonly side: string; readonly message: string; readonly fix: string }[];
  readonly method: readonly string[];
}

type ComparedFinding = Pick<
  FindingModel,
  'show' | 'name' | 'package' | 'place' | 'counting' | 'through' | 'calledFrom' | 'container' | 'notes' | 'raw'
> & {
  readonly a: string;
  readonly b: string;
  readonly delta: string;
  readonly interval: string;
  readonly q: string;
  readonly change: string;
  readonly explains: string | null;
  readonly significant: boolean;
};

const SIDES = { healthy: 'A', hot: 'B', both: 'A and B' } as const;
/** Here nobody meant to record at the same moment. */
const OTHER_TIME = 'What else had changed in between (load, data, releases) is part of the difference.';
const CHANGES: Readonly<Record<Finding['change'], string>> = {
  appeared: 'only in B',
  vanished: 'only in A',
  grown: 'grown',
  shrunk: 'shrunk',
  unchanged: 'unchanged',
};

export function comparisonModel({ findings, verdict, quality, hot, healthy, method }: Differential): ComparisonModel {
  const untimed = quality.issues.filter(({ code }) => code === 'shares-only' || code === 'sums');
  const unit = untimed.length > 0 ? 'shares' : 'cores';
  const models = findingModels(findings, PAGE_LIMITS, null);
  const text = (words: string) => clean(words, PAGE_LIMITS.text);
  return {
    verdict: verdict.class,
    headline: text(verdict.headline),
    evidence: verdict.evidence.slice(0, PAGE_LIMITS.lines).map(text),
    unit,
    findings: findings
      .slice(0, models.length)
      .map((finding, at) => ({ ...named(models[at]), ...numbers(finding, unit) })),
    moreFindings: findings.length - models.length,
    sides: { a: text(sideLine('healthy', healthy, untimed)), b: text(sideLine('hot', hot, untimed)) },
    grade: quality.grade,
    issues: quality.issues.slice(0, PAGE_LIMITS.lines).map(({ code, side, message, fix }) => ({
      side: SIDES[side],
      message: text(message),
      fix: code === 'skew' ? OTHER_TIME : text(fix),
    })),
    method: method.slice(0, PAGE_LIMITS.lines).map(text),
  };
}

function named(model: FindingModel | undefined) {
  if (model === undefined) throw new Error('a finding has no model');
  const { show, name, package: from, place, counting, through, calledFrom, container, notes, raw } = model;
  return { show, name, package: from, place, counting, through, calledFrom, container, notes, raw };
}

function numbers(finding: Finding, unit: ComparisonModel['unit']) {
  const [factor, digits, mark] = unit === 'cores' ? [1, 2, ''] : [100, 1, ' %'];
  const signed = (value: number) => signedColumn(value * factor, digits);
  return {
    a: `${formatColumn(finding.healthyCores * factor, digits)}${mark}`,
    b: `${formatColumn(finding.hotCores * factor, digits)}${mark}`,
    delta: signed(finding.deltaCores),
    interval: `${signed(finding.ci[0])} … ${signed(finding.ci[1])}`,
    q: formatProbability(finding.q, 3),
    change: CHANGES[finding.change],
    explains: finding.explains === null ? null : formatPercent(finding.explains),
    significant: finding.significant,
  };
}

/** As much as the file says of itself: sums have neither a number of samples nor a rate. */
function sideLine(name: 'hot' | 'healthy', side: Side, untimed: readonly QualityIssue[]): string {
  if (!Number.isFinite(side.samples)) return `${side.coverage}.`;
  const isUntimed = untimed.some((issue) => issue.side === name || issue.side === 'both');
  const cores = untimed.length > 0 ? '' : `${formatCores(side.cores)} cores, `;
  const length = isUntimed ? '' : `, ${formatSeconds(side.seconds)} at ${formatRate(side.hz)}`;
  return `${cores}${formatCount(side.samples)} samples${length}. ${side.coverage}.`;
}
