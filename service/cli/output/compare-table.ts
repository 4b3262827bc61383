import { COUNTING_WORDS } from '../../compare/counting-words.ts';
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
import { columns, cutBeginning, cutEnd } from '../../shared/text/terminal-width.ts';
import { visible } from '../../shared/text/untrusted.ts';
import type { Style, Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** Of a name: with less the numbers go below it. */
const LEAST_NAME = 20;
/** The interval, which goes where even that is too narrow. */
const INTERVAL = 3;
const CHANGE = 2;
/**
 * Titles and how numbers are written, in cores or, where a file does not say how long it recorded, in parts of the
 * profile.
 */
interface Unit {
  readonly titles: readonly string[];
  readonly digits: number;
  readonly factor: number;
}
const CORES: Unit = { titles: ['healthy', 'hot', 'Δ cores', '95 %', 'q'], digits: 2, factor: 1 };
const SHARES: Unit = { titles: ['healthy %', 'hot %', 'Δ points', '95 %', 'q'], digits: 1, factor: 100 };

/** Which of the two, and for which sides the length of the recording is not known. */
function untimed(differential: Differential): readonly QualityIssue['side'][] {
  return differential.quality.issues.filter(({ code }) => /^(?:shares-only|sums)$/.test(code)).map(({ side }) => side);
}

/** Keeps the end of a path: the file is what tells. */
function fitPath(path: string, width: number): string {
  return cutBeginning(visible(path), width);
}

/** More digits than this are noise, and would not leave room for the name. */
const MAX_DIGITS = 7;

/** The number as the column has it; one that is too long, by its power of ten. */
function fitted(text: string, value: number, { digits }: Unit): string {
  return text.length <= MAX_DIGITS + digits ? text : value.toExponential(1).replace('-', '−');
}

function written(value: number, unit: Unit): string {
  const scaled = value * unit.factor;
  return fitted(formatColumn(scaled, unit.digits), scaled, unit);
}

function signed(value: number, unit: Unit): string {
  const scaled = value * unit.factor;
  return fitted(signedColumn(scaled, unit.digits), scaled, unit);
}

function numbers(finding: Finding, unit: Unit): string[] {
  const [low, high] = finding.ci;
  return [
    written(finding.healthyCores, unit),
    written(finding.hotCores, unit),
    signed(finding.deltaCores, unit),
    `${signed(low, unit)} … ${signed(high, unit)}`,
    formatProbability(finding.q, 3),
  ];
}

function details(finding: Finding, width: number): string[] {
  const lines: string[] = [];
  if (finding.file !== null) {
    const line = finding.line === null ? '' : `:${finding.line}`;
    lines.push(`${fitPath(finding.file, width - 20)}${line}`);
  }
  const more = [
    COUNTING_WORDS[finding.kind],
    ...(finding.hotLine == null ? [] : [`hottest line ${finding.hotLine}`]),
    ...(finding.through === null ? [] : [`through ${finding.through}`]),
    ...(finding.calledFrom === null ? [] : [`called from ${finding.calledFrom}`]),
    ...(finding.container === undefined ? [] : [`in container ${finding.container}`]),
    ...(finding.explains === null ? [] : [`${formatPercent(finding.explains)} of the extra CPU`]),
  ];
  return [
    ...lines.map((line) => `     ${line}`),
    ...[more.join(', '), ...finding.notes].flatMap((text) => wrap(text, '     ', width)),
  ];
}

/** Grown red, shrunk blue, as in the flame graph; what is not significant as it is. */
function marked(finding: Finding, cells: readonly string[], style: Style): string[] {
  if (!finding.significant) return [...cells];
  const mark = finding.deltaCores > 0 ? style.red : style.blue;
  return cells.map((cell, column) => (column === CHANGE ? mark(cell) : cell));
}

function findingsTable(findings: readonly Finding[], unit: Unit, { width, style }: Terminal): string[] {
  const all = [unit.titles, ...findings.map((finding) => numbers(finding, unit))];
  const widths = unit.titles.map((_, column) => Math.max(...all.map((row) => columns(row[column] ?? ''))));
  const padded = all.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)));
  const full = columns((padded[0] ?? []).join('  '));
  const beside = width - full - 7;
  const isBelow = beside < LEAST_NAME;
  const shown = (cells: readonly string[]) =>
    cells.filter((_, column) => column !== INTERVAL || full + 5 <= width || !isBelow).join('  ');
  const nameWidth = isBelow ? width - 5 : beside;
  const row = (number: string, name: string, cells: readonly string[]): string[] => {
    const named = cutEnd(visible(name), nameWidth);
    if (isBelow) return [`${number}  ${style.bold(named)}`, `     ${shown(cells)}`];
    return [`${number}  ${style.bold(named)}${' '.repeat(Math.max(0, nameWidth - columns(named)))}  ${shown(cells)}`];
  };
  const [titles = [], ...rows] = padded;
  const lines = row('  #', 'function', titles);
  findings.forEach((finding, i) => {
    const name = finding.package === null ? finding.function : `${finding.function} (${finding.package})`;
    const cells = marked(finding, rows[i] ?? [], style);
    lines.push(...row(String(i + 1).padStart(3), name, cells), ...details(finding, width));
  });
  return lines;
}

function sideLine(
  name: 'healthy' | 'hot',
  side: Side,
  without: readonly QualityIssue['side'][],
  width: number,
): string[] {
  const cores = without.length > 0 ? '' : `${formatCores(side.cores)} cores, `;
  const length = without.includes(name) ? '' : `, ${formatSeconds(side.seconds)} at ${formatRate(side.hz)}`;
  // Of sums there is neither a number of samples nor a rate.
  if (!Number.isFinite(side.samples)) return wrap(`${name}: ${side.coverage}.`, '  ', width);
  return wrap(`${name}: ${cores}${formatCount(side.samples)} samples${length}. ${side.coverage}.`, '  ', width);
}

/** The comparison for a terminal, in its width. */
export function comparisonTable(differential: Differential, terminal: Terminal): string {
  const { verdict, quality, findings, hot, healthy, method } = differential;
  const { width, style } = terminal;
  const without = untimed(differential);
  const indented = (text: string) => wrap(text, '  ', width);
  const lines = [
    ...wrap(`${verdict.class}: ${verdict.headline}`, '', width).map(style.bold),
    ...verdict.evidence.flatMap(indented),
    '',
  ];
  if (findings.length > 0) {
    lines.push(...findingsTable(findings, without.length > 0 ? SHARES : CORES, terminal), '');
  }
  lines.push(...sideLine('healthy', healthy, without, width), ...sideLine('hot', hot, without, width));
  const issues = quality.issues.flatMap(({ side, message, fix }) => indented(`${side}: ${message} ${fix}`));
  lines.push(`  quality: ${quality.grade}`, ...issues, '');
  lines.push(...method.flatMap(indented));
  return `${lines.join('\n')}\n`;
}
