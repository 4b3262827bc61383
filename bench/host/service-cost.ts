/** What a service loses to a capture: rounds with and without one, next to each other. */
import { setTimeout as pause } from 'node:timers/promises';
import { withBelongings } from './belongings.ts';
import { HttpService, type Load, SERVICE_SCRIPT } from './http-service.ts';
import { secondAfter, startCapture } from './own-capture.ts';
import { type Estimate, estimate, mean } from './statistics.ts';
import { percent, table } from './table.ts';

const HZ = 99;
const LEAD_MS = 2000;
const WARM_UP_MS = 5000;
/** Between two rounds. */
const REST_MS = 1000;

/** What a caller notices, and what each call costs the processors. */
interface Served {
  readonly callsPerSecond: number;
  readonly p99: number;
  readonly cpuMs: number;
  readonly failures: number;
}

interface Pair {
  readonly without: Served;
  /** Within the recording, and from the start of the script to its end. */
  readonly recording: Served;
  readonly whole: Served;
}

const LOADS: readonly { readonly name: string; readonly load: Load }[] = [
  { name: 'steady, 100 calls a second for each worker', load: { kind: 'steady', amount: 100 } },
  { name: 'saturated, 4 calls at a time for each worker', load: { kind: 'saturated', amount: 4 } },
];

async function served(service: HttpService, fromMs: number, toMs: number): Promise<Served> {
  const { calls, p99, failures } = await service.answered(fromMs, toMs);
  const cpuMs = (service.cpu.between(fromMs, toMs) * 1000) / calls;
  return { callsPerSecond: (calls * 1000) / (toMs - fromMs), p99, cpuMs, failures };
}

async function roundWithout(service: HttpService, seconds: number): Promise<Served> {
  const fromMs = Date.now();
  await pause(seconds * 1000);
  return served(service, fromMs, fromMs + seconds * 1000);
}

async function roundWith(service: HttpService, seconds: number): Promise<Omit<Pair, 'without'>> {
  return withBelongings(async (belongings) => {
    const startAtMs = secondAfter(LEAD_MS);
    const capture = startCapture(belongings, { seconds, hz: HZ, startAtMs, match: SERVICE_SCRIPT });
    const { startedMs, fromMs, toMs, endedMs } = await capture;
    return { recording: await served(service, fromMs, toMs), whole: await served(service, startedMs, endedMs) };
  });
}

async function pairs(name: string, load: Load, seconds: number, rounds: number): Promise<Pair[]> {
  return withBelongings(async (belongings) => {
    const service = await HttpService.start(belongings, load);
    await pause(WARM_UP_MS);
    const list: Pair[] = [];
    for (let round = 0; round < rounds; round++) {
      console.error(`${name}, round ${round + 1} of ${rounds} …`);
      // Turn about, so that a drift of the machine favours nobody.
      const early = round % 2 === 0 ? await roundWithout(service, seconds) : undefined;
      await pause(REST_MS);
      const captured = await roundWith(service, seconds);
      await pause(REST_MS);
      list.push({ ...captured, without: early ?? (await roundWithout(service, seconds)) });
    }
    return list;
  });
}

/** Relative changes from pair to pair. */
function change(list: readonly Pair[], during: 'recording' | 'whole', of: (served: Served) => number): Estimate {
  return estimate(list.map((pair) => of(pair[during]) / of(pair.without) - 1));
}

/** How much two rounds without a capture differ: what nobody caused. */
function noise(list: readonly Pair[], of: (served: Served) => number): number {
  const values = list.map(({ without }) => of(without));
  return mean(values.slice(1).map((value, index) => Math.abs(value / (values[index] as number) - 1)));
}

const METRICS: readonly (readonly [string, (served: Served) => number, digits: number])[] = [
  ['calls a second', ({ callsPerSecond }) => callsPerSecond, 0],
  ['p99, ms', ({ p99 }) => p99, 2],
  ['CPU of the service for a call, ms', ({ cpuMs }) => cpuMs, 3],
];

export async function serviceCost(seconds: number, rounds: number): Promise<void> {
  const rows: string[][] = [];
  for (const { name, load } of LOADS) {
    const list = await pairs(name, load, seconds, rounds);
    for (const [metric, of, digits] of METRICS) {
      const cells = (['recording', 'whole'] as const).flatMap((during) => {
        const { mean: by, halfWidth } = change(list, during, of);
        return [mean(list.map((pair) => of(pair[during]))).toFixed(digits), percent(by, halfWidth)];
      });
      const without = mean(list.map((pair) => of(pair.without))).toFixed(digits);
      rows.push([name, metric, without, ...cells, percent(noise(list, of))]);
    }
    const failures = list.reduce((sum, { recording, whole }) => sum + recording.failures + whole.failures, 0);
    if (failures > 0) console.error(`${failures} calls failed while it was captured.`);
  }
  const during = ['while recording', 'change', 'from start to result', 'change'];
  const heads = ['load', '', 'without', ...during, 'two rounds without differ by'];
  table(`What a service loses to a capture of ${seconds} s (mean ± half of the 95 % interval)`, heads, rows);
}
