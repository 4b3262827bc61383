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

/** Fits any terminal and a quoted mail. */
const WIDTH = 100;
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

function details(finding: Finding): string[] {
  const lines: string[] = [];
  if (finding.file !== null) {
    const line = finding.line === null ? '' : `:${finding.line}`;
    lines.push(`${fitPath(finding.file, WIDTH - 20)}${line}`);
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
    ...[more.join(', '), ...finding.notes].flatMap((text) => wrap(text, '     ')),
  ];
}

function findingsTable(findings: readonly Finding[], unit: Unit): string[] {
  const rows = findings.map((finding) => numbers(finding, unit));
  const cells = [unit.titles, ...rows];
  const widths = unit.titles.map((_, column) => Math.max(...cells.map((row) => columns(row[column] ?? ''))));
  const tail = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  const nameWidth = WIDTH - columns(tail(unit.titles)) - 7;
  const lines = [`  #  ${'function'.padEnd(nameWidth)}  ${tail(unit.titles)}`];
  findings.forEach((finding, i) => {
    const name = finding.package === null ? finding.function : `${finding.function} (${finding.package})`;
    const shown = cutEnd(visible(name), nameWidth);
    const pad = ' '.repeat(Math.max(0, nameWidth - columns(shown)));
    lines.push(`${String(i + 1).padStart(3)}  ${shown}${pad}  ${tail(rows[i] ?? [])}`, ...details(finding));
  });
  return lines;
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const part of visible(text).split(' ')) {
    const word = cutEnd(part, WIDTH - indent.length);
    if (line !== indent && columns(line) + 1 + columns(word) > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line];
}

function sideLine(name: 'healthy' | 'hot', side: Side, without: readonly QualityIssue['side'][]): string[] {
  const cores = without.length > 0 ? '' : `${formatCores(side.cores)} cores, `;
  const length = without.includes(name) ? '' : `, ${formatSeconds(side.seconds)} at ${formatRate(side.hz)}`;
  // Of sums there is neither a number of samples nor a rate.
  if (!Number.isFinite(side.samples)) return wrap(`${name}: ${side.coverage}.`, '  ');
  return wrap(`${name}: ${cores}${formatCount(side.samples)} samples${length}. ${side.coverage}.`, '  ');
}

function issueLines(issue: QualityIssue): string[] {
  return wrap(`${issue.side}: ${issue.message} ${issue.fix}`, '  ');
}

/** The comparison for a terminal: at most 100 columns. */
export function comparisonTable(differential: Differential): string {
  const { verdict, quality, findings, hot, healthy, method } = differential;
  const without = untimed(differential);
  const lines = [
    ...wrap(`${verdict.class}: ${verdict.headline}`, ''),
    ...verdict.evidence.flatMap((text) => wrap(text, '  ')),
    '',
  ];
  if (findings.length > 0) lines.push(...findingsTable(findings, without.length > 0 ? SHARES : CORES), '');
  lines.push(...sideLine('healthy', healthy, without), ...sideLine('hot', hot, without));
  lines.push(`  quality: ${quality.grade}`, ...quality.issues.flatMap(issueLines), '');
  lines.push(...method.flatMap((text) => wrap(text, '  ')));
  return `${lines.join('\n')}\n`;
}
