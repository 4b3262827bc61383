/** What a comparison says about functions, as columns for the viewer. */
import { COUNTING_WORDS } from '../../compare/counting-words.ts';
import type { Change, ChangeClass, Finding, FunctionRow } from '../../compare/differential.ts';
import { formatPercent } from '../../shared/text/number.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { packNumbers } from './codec.ts';

/** In the order of their numbers in `PackedChanges`. */
export const CHANGE_CLASSES: readonly ChangeClass[] = ['unchanged', 'appeared', 'vanished', 'grown', 'shrunk'];

/** Rows in order of functions; ten numbers a row, see `changeColumns`. */
export interface PackedChanges {
  readonly rows: string;
}

export interface ShownFinding {
  /** Function number; −1 when the tree has no frame of it. */
  readonly fn: number;
  readonly name: string;
  readonly package: string | null;
  readonly place: string | null;
  readonly kind: 'self' | 'total';
  readonly hot: number;
  readonly healthy: number;
  readonly delta: number;
  readonly low: number;
  readonly high: number;
  readonly q: number;
  readonly change: ChangeClass;
  /** "through JSON.parse, called from ingest (src/ingest.js:41), explains 84 % of the extra cores". */
  readonly words: string;
  /** Names of the hottest route from the root, root first. */
  readonly route: readonly string[];
}

/** More findings than anyone reads. */
const MAX_FINDINGS = 100;

/** Signed → whole: sign in the lowest bit, ten-thousandths of a core. */
function signed(cores: number): number {
  const tenThousandths = Math.round(Math.abs(cores) * 1e4);
  return Number.isFinite(tenThousandths) ? tenThousandths * 2 + (cores < 0 ? 1 : 0) : 0;
}

/** Δ (10⁻⁴ core, zigzag), interval's ends, −100 log₁₀ q (0 = 1, not tested), class × 2 + significant. */
function changeNumbers(change: Change): number[] {
  const q = Math.min(Math.max(change.q, 1e-30), 1);
  return [
    signed(change.deltaCores),
    signed(change.ci[0]),
    signed(change.ci[1]),
    Math.round(-Math.log10(q) * 100),
    CHANGE_CLASSES.indexOf(change.change) * 2 + (change.significant ? 1 : 0),
  ];
}

/** Step to the function from the row before, then five numbers of the total and five of the self change. */
export function changeColumns(rows: readonly { readonly row: FunctionRow; readonly number: number }[]): PackedChanges {
  const numbers: number[] = [];
  let last = 0;
  for (const { row, number } of rows) {
    numbers.push(number - last, ...changeNumbers(row.total), ...changeNumbers(row.self));
    last = number;
  }
  return { rows: packNumbers(numbers) };
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

function words(finding: Finding): string {
  const parts = [COUNTING_WORDS[finding.kind] as string];
  if (finding.through !== null) parts.push(`through ${finding.through}`);
  if (finding.calledFrom !== null) parts.push(`called from ${finding.calledFrom}`);
  if (finding.container !== undefined) parts.push(`in container ${finding.container}`);
  if (finding.explains !== null) parts.push(`explains ${formatPercent(finding.explains)} of the extra cores`);
  return visible([...parts, ...finding.notes].join(', '));
}

export function packFindings(findings: readonly Finding[], numberOf: (fn: number) => number): ShownFinding[] {
  return findings.slice(0, MAX_FINDINGS).map((finding) => ({
    fn: numberOf(finding.fn),
    name: visible(finding.function),
    package: finding.package === null ? null : visible(finding.package),
    place:
      finding.file === null ? null : visible(finding.line === null ? finding.file : `${finding.file}:${finding.line}`),
    kind: finding.kind,
    hot: rounded(finding.hotCores),
    healthy: rounded(finding.healthyCores),
    delta: rounded(finding.deltaCores),
    low: rounded(finding.ci[0]),
    high: rounded(finding.ci[1]),
    q: Number(finding.q.toPrecision(3)),
    change: finding.change,
    words: words(finding),
    route: finding.route.map(visible),
  }));
}
