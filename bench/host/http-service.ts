/** A clustered HTTP service in a network of its own, with the flags that perf needs, and the load on it. */
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NODE_FLAGS } from '../../sandbox/fleet/paths.ts';
import { inOwnNetwork } from '../own-network.ts';
import type { Belongings } from './belongings.ts';
import { CpuSeries } from './cpu-series.ts';
import { processSeconds } from './process-seconds.ts';

export interface Load {
  /** `steady`: calls a second for each worker; `saturated`: calls at a time for each worker. */
  readonly kind: 'steady' | 'saturated';
  readonly amount: number;
}

export interface Answered {
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

/** What the recordings are chosen by. */
export const SERVICE_SCRIPT = join(import.meta.dirname, '../attach/clustered-service.cjs');
const WORKERS = 2;
const FIRST_PORT = 8000;
const HEAP_MEGABYTES = 30;
const LOOK_MS = 100;

export class HttpService {
  readonly pids: readonly number[];
  /** Of the workers. */
  readonly cpu = new CpuSeries();
  readonly #load: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(belongings: Belongings, pids: readonly number[], load: ChildProcess) {
    this.pids = pids;
    this.#load = load;
    load.stdin?.on('error', () => undefined);
    this.#answers = createInterface({ input: load.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const timer = setInterval(() => {
      this.cpu.add(Date.now(), processSeconds(pids));
    }, LOOK_MS);
    belongings.add(() => clearInterval(timer));
  }

  static async start(belongings: Belongings, load: Load): Promise<HttpService> {
    const cwd = belongings.folder('bench-host-service-');
    const start = (words: readonly string[]) => belongings.spawn(words, { stdio: ['pipe', 'pipe', 'inherit'], cwd });
    const node = [process.execPath, ...NODE_FLAGS, SERVICE_SCRIPT];
    const words = [...node, String(FIRST_PORT), String(WORKERS), String(HEAP_MEGABYTES)];
    const service = start(inOwnNetwork(words));
    const pids: number[] = [];
    belongings.add(() => {
      for (const pid of [service.pid, ...pids]) rmSync(`/tmp/perf-${pid}.map`, { force: true });
    });
    // A service that cannot start ends, and so do its lines.
    for await (const line of createInterface({ input: service.stdout as NodeJS.ReadableStream })) {
      const { ready } = JSON.parse(line) as { ready?: number };
      if (ready !== undefined) pids.push(ready);
      if (pids.length === WORKERS) break;
    }
    if (pids.length < WORKERS) throw new Error('The service did not start.');
    const ports = Array.from({ length: WORKERS }, (_, index) => String(FIRST_PORT + index));
    const script = [process.execPath, join(import.meta.dirname, 'load.cjs'), load.kind, String(load.amount), ...ports];
    const inside = ['nsenter', '--target', String(service.pid), '--net', ...script];
    return new HttpService(belongings, pids, start(inside));
  }

  async answered(fromMs: number, toMs: number): Promise<Answered> {
    this.#load.stdin?.write(`between ${fromMs} ${toMs}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error('The load has ended.');
    return JSON.parse(answer.value) as Answered;
  }
}
