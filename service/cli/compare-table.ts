import type { Differential, Finding, QualityIssue, Side } from '../compare/differential.ts';
import { columns, cutBeginning, cutEnd, plainText } from './plain-text.ts';

/** Fits any terminal and a quoted mail. */
const WIDTH = 100;
const NUMBERS = ['healthy', 'hot', 'Δ cores', '95 %', 'q'] as const;

/** Keeps the end of a path: the file is what tells. */
function fitPath(path: string, width: number): string {
  return cutBeginning(plainText(path), width);
}

function signed(cores: number): string {
  return `${cores < 0 ? '−' : '+'}${Math.abs(cores).toFixed(2)}`;
}

function qText(q: number): string {
  return q < 0.001 ? '<0.001' : q.toFixed(3);
}

function numbers(finding: Finding): string[] {
  const [low, high] = finding.ci;
  return [
    finding.healthyCores.toFixed(2),
    finding.hotCores.toFixed(2),
    signed(finding.deltaCores),
    `${signed(low)}…${signed(high)}`,
    qText(finding.q),
  ];
}

function details(finding: Finding): string[] {
  const lines: string[] = [];
  if (finding.file !== null) {
    const line = finding.line === null ? '' : `:${finding.line}`;
    lines.push(`${fitPath(finding.file, WIDTH - 20)}${line}`);
  }
  const more = [
    finding.kind === 'self' ? 'own code' : 'with callees',
    ...(finding.through === null ? [] : [`through ${finding.through}`]),
    ...(finding.calledFrom === null ? [] : [`called from ${finding.calledFrom}`]),
    ...(finding.explains === null ? [] : [`${Math.round(finding.explains * 100)} % of the extra CPU`]),
  ];
  return [
    ...lines.map((line) => `     ${line}`),
    ...[more.join(', '), ...finding.notes].flatMap((text) => wrap(text, '     ')),
  ];
}

function findingsTable(findings: readonly Finding[]): string[] {
  const cells = [[...NUMBERS], ...findings.map(numbers)];
  const widths = NUMBERS.map((_, column) => Math.max(...cells.map((row) => columns(row[column] ?? ''))));
  const tail = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  const nameWidth = WIDTH - tail(NUMBERS).length - 7;
  const lines = [`  #  ${'function'.padEnd(nameWidth)}  ${tail(NUMBERS)}`];
  findings.forEach((finding, i) => {
    const name = finding.package === null ? finding.function : `${finding.function} (${finding.package})`;
    const shown = cutEnd(plainText(name), nameWidth);
    const pad = ' '.repeat(Math.max(0, nameWidth - columns(shown)));
    lines.push(`${String(i + 1).padStart(3)}  ${shown}${pad}  ${tail(numbers(finding))}`, ...details(finding));
  });
  return lines;
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const whole of plainText(text).split(' ')) {
    const word = cutEnd(whole, WIDTH - indent.length);
    if (line !== indent && columns(line) + 1 + columns(word) > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line];
}

function sideLine(name: string, side: Side): string[] {
  return wrap(
    `${name}: ${side.cores.toFixed(2)} cores, ${side.samples} samples, ${side.seconds.toFixed(1)} s at ${side.hz.toFixed(0)} Hz. ${side.coverage}.`,
    '  ',
  );
}

function issueLines(issue: QualityIssue): string[] {
  return wrap(`${issue.side}: ${issue.message} ${issue.fix}`, '  ');
}

/** The comparison for a terminal: at most 100 columns. */
export function comparisonTable(differential: Differential): string {
  const { verdict, quality, findings, hot, healthy, method } = differential;
  const lines = [
    ...wrap(`${verdict.class}: ${verdict.headline}`, ''),
    ...verdict.evidence.flatMap((text) => wrap(text, '  ')),
    '',
  ];
  if (findings.length > 0) lines.push(...findingsTable(findings), '');
  lines.push(...sideLine('healthy', healthy), ...sideLine('hot', hot));
  lines.push(`  quality: ${quality.grade}`, ...quality.issues.flatMap(issueLines), '');
  lines.push(...method.flatMap((text) => wrap(text, '  ')));
  return `${lines.join('\n')}\n`;
}
