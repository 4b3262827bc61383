/** The results as a Markdown table. */
import type { LoadReport } from './group.ts';
import type { Tally } from './measure.ts';

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function spread(values: readonly number[]): string {
  return [0.5, 0.95, 1].map((share) => quantile(values, share).toFixed(0)).join(' / ');
}

/** Milliseconds at a share of all calls; step `i` of the counts is 1.05^i. */
function latency(loads: readonly LoadReport[], of: 'calm' | 'during', share: number): string {
  const counts = new Map<number, number>();
  for (const load of loads) {
    for (const [step, count] of Object.entries(load[of])) {
      counts.set(Number(step), (counts.get(Number(step)) ?? 0) + count);
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let left = total * share;
  for (const [step, count] of [...counts].sort(([a], [b]) => a - b)) {
    left -= count;
    if (left <= 0) return (1.05 ** step).toFixed(1);
  }
  return '-';
}

function list(counts: Readonly<Record<string, number>>): string {
  return (
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || '0'
  );
}

function row(version: string, tally: Tally): string {
  const killed = Object.values(tally.killed).reduce((sum, count) => sum + count, 0);
  const cells = [
    version,
    tally.visits,
    tally.profiled,
    killed,
    list(tally.refused),
    [tally.crashes.length, ...new Set(tally.crashes)].join(' '),
    tally.leftOpen,
    `${tally.leftOpenByBoth} of ${tally.killed.both}`,
    tally.leaked,
    spread(tally.startPauses),
    spread(tally.stopPauses),
    spread(tally.openMs),
    `${latency(tally.loads, 'calm', 0.5)} / ${latency(tally.loads, 'calm', 0.99)}`,
    `${latency(tally.loads, 'during', 0.5)} / ${latency(tally.loads, 'during', 0.99)}`,
    tally.loads.reduce((sum, load) => sum + load.failures, 0),
  ];
  return `| ${cells.join(' | ')} |`;
}

const HEADS = [
  'Node',
  'visits',
  'profiled',
  'killed',
  'refused',
  'crashes',
  'left open',
  'open until the next run, of all killed at once',
  'leaked',
  'start pause ms, median / p95 / max',
  'stop pause ms',
  'port open ms',
  'latency ms without, p50 / p99',
  'during',
  'failed calls',
];

export function table(results: ReadonlyMap<string, Tally>): string {
  const lines = [`| ${HEADS.join(' | ')} |`, `|${HEADS.map(() => '---').join('|')}|`];
  for (const [version, tally] of results) lines.push(row(version, tally));
  return `${lines.join('\n')}\n`;
}
