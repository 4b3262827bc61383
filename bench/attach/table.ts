/** The results as Markdown tables. */
import { markdownTable } from '../markdown-table.ts';
import type { Pause, Tally } from './tally.ts';

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return '-';
  return [0.5, 0.95, 1].map((share) => quantile(values, share).toFixed(0)).join(' / ');
}

/** Milliseconds at shares of all calls; step `i` of the counts is 1.05^i. */
function latency(tally: Tally, overloaded: boolean, of: 'calm' | 'during'): string {
  const counts = new Map<number, number>();
  for (const load of tally.loads.filter((one) => one.overloaded === overloaded)) {
    for (const [step, count] of Object.entries(load.report[of])) {
      counts.set(Number(step), (counts.get(Number(step)) ?? 0) + count);
    }
  }
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return '-';
  const at = (share: number) => {
    let left = total * share;
    const [step = 0] = sorted.find(([, count]) => {
      left -= count;
      return left <= 0;
    }) ?? [0];
    const ms = 1.05 ** step;
    return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
  };
  return [0.5, 0.95, 0.99].map(at).join(' / ');
}

function failures(tally: Tally): number {
  return tally.loads.reduce((sum, { report }) => sum + report.failures, 0);
}

function list(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return words.length === 0 ? '0' : words.join(', ');
}

function safety(results: ReadonlyMap<string, Tally>): string {
  const heads = [
    'Node',
    'visits',
    'of these overloaded',
    'port opened',
    'profiled',
    'killed',
    'not profiled, not killed',
  ];
  const harm = ['crashes', 'ports left open', 'open until the next run, of all killed at once', 'sessions leaked'];
  const rows = [...results].map(([version, tally]) => {
    const { visitor, shell, both } = tally.killed;
    const killed = `${visitor + shell + both} (visitor ${visitor}, shell ${shell}, all ${both})`;
    const before = [
      version,
      tally.visits,
      tally.overloaded,
      tally.openings,
      tally.profiled,
      killed,
      list(tally.refused),
    ];
    return [...before, tally.crashes.length, tally.leftOpen, `${tally.leftOpenByBoth} of ${both}`, tally.leaked];
  });
  return markdownTable([...heads, ...harm], rows);
}

function latencies(results: ReadonlyMap<string, Tally>): string {
  const heads = [
    'Node',
    'without a visit',
    'during a visit',
    'overloaded, without',
    'overloaded, during',
    'failed calls',
  ];
  const rows = [...results].map(([version, tally]) => [
    version,
    latency(tally, false, 'calm'),
    latency(tally, false, 'during'),
    latency(tally, true, 'calm'),
    latency(tally, true, 'during'),
    failures(tally),
  ]);
  return markdownTable(heads, rows);
}

function pauseRow(version: string, kind: string, pauses: readonly Pause[]): (string | number)[] {
  const open = pauses.flatMap(({ openMs }) => openMs);
  const starts = spread(pauses.map(({ startMs }) => startMs));
  return [version, kind, pauses.length, starts, spread(pauses.map(({ stopMs }) => stopMs)), spread(open)];
}

function pauses(results: ReadonlyMap<string, Tally>): string {
  const heads = ['Node', 'heap', 'profiles', 'pause at the start, ms', 'pause at the end, ms', 'port open, ms'];
  const rows = [...results].flatMap(([version, tally]) => {
    const usual = tally.pauses.filter(({ overloaded }) => !overloaded);
    const sizes = [...Map.groupBy(usual, ({ megabytes }) => megabytes)].sort(([a], [b]) => a - b);
    const overloaded = tally.pauses.filter((one) => one.overloaded);
    return [
      ...sizes.map(([size, of]) => pauseRow(version, `${size} MB`, of)),
      pauseRow(version, 'all, overloaded', overloaded),
    ];
  });
  return markdownTable(heads, rows);
}

function troubles(results: ReadonlyMap<string, Tally>): string {
  const lines = [...results].flatMap(([version, { crashes, outside }]) => [
    ...crashes.map((how) => `${version} crash: ${how}`),
    ...outside.map((how) => `${version} ended from outside: ${how}`),
  ]);
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

export function tables(results: ReadonlyMap<string, Tally>): string {
  const parts = [
    safety(results),
    'Latency, ms: median / p95 / p99\n',
    latencies(results),
    'Median / p95 / longest\n',
    pauses(results),
  ];
  return `${parts.join('\n')}${troubles(results)}`;
}
