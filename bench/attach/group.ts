/** One clustered service with its load, in a network of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const WORKERS = 2;
const FIRST_PORT = 8000;
/** Calls a second for each worker: with its work of some 3 ms the worker is neither idle nor full. */
const RATE = 25;
const MEGABYTES = 30;

export interface Worker {
  readonly pid: number;
  readonly port: number;
}

/** What a visit has left in a worker. */
export interface WorkerState {
  readonly sessions: number;
  readonly left: number;
  readonly open: boolean;
}

export interface LoadReport {
  readonly calm: Readonly<Record<string, number>>;
  readonly during: Readonly<Record<string, number>>;
  readonly failures: number;
}

export interface Ended {
  readonly pid: number;
  readonly how: string;
}

export class Group {
  readonly workers = new Map<number, Worker>();
  readonly ended: Ended[] = [];
  readonly #service: ChildProcess;
  #load: ChildProcess | undefined;
  #answers: AsyncIterator<string> | undefined;

  constructor(node: string) {
    const script = join(import.meta.dirname, 'clustered-service.cjs');
    const args = [script, String(FIRST_PORT), String(WORKERS), String(MEGABYTES)];
    const up = 'ip link set lo up; exec "$0" "$@"';
    // What the inspector says on stderr at every visit is not of interest.
    this.#service = spawn('unshare', ['--net', 'sh', '-c', up, node, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#service.on('close', () => this.#service.emit('error', new Error('the service has ended')));
    createInterface({ input: this.#service.stdout as NodeJS.ReadableStream }).on('line', (line) => this.#hear(line));
  }

  async start(): Promise<void> {
    while (this.workers.size < WORKERS) await this.#news();
    const load = [process.execPath, join(import.meta.dirname, 'load.cjs'), String(RATE)];
    for (let i = 0; i < WORKERS; i++) load.push(String(FIRST_PORT + i));
    this.#load = spawn('nsenter', ['--target', String(this.#service.pid), '--net', ...load], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // Not a crash of a visited process, but no result either.
    this.#load.on('exit', (code, signal) => this.ended.push({ pid: 0, how: `load: ${signal ?? code}` }));
    this.#load.stdin?.on('error', () => undefined);
    const lines = createInterface({ input: this.#load.stdout as NodeJS.ReadableStream });
    this.#answers = lines[Symbol.asyncIterator]();
  }

  visiting(port: number): void {
    this.#load?.stdin?.write(`visited ${port}\n`);
  }

  /** undefined while the worker does not answer. */
  async state(port: number): Promise<WorkerState | undefined> {
    const { state } = (await this.#ask(`state ${port}`)) as { state: WorkerState | null };
    return state ?? undefined;
  }

  async report(): Promise<LoadReport> {
    return (await this.#ask('report')) as LoadReport;
  }

  async stop(): Promise<void> {
    this.#service.removeAllListeners('close');
    this.#load?.removeAllListeners('exit');
    for (const child of [this.#load, this.#service]) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }

  async #ask(question: string): Promise<unknown> {
    this.#load?.stdin?.write(`${question}\n`);
    const answer = await this.#answers?.next();
    if (answer === undefined || answer.done === true) throw new Error('the load has ended');
    return JSON.parse(answer.value);
  }

  #news(): Promise<unknown> {
    return once(this.#service, 'news');
  }

  #hear(line: string): void {
    const fact = JSON.parse(line) as { ready?: number; port?: number; ended?: number; code?: number; signal?: string };
    if (fact.ready !== undefined) {
      this.workers.set(fact.port ?? 0, { pid: fact.ready, port: fact.port ?? 0 });
    } else if (fact.ended !== undefined) {
      for (const [port, worker] of this.workers) if (worker.pid === fact.ended) this.workers.delete(port);
      this.ended.push({ pid: fact.ended, how: `${fact.signal ?? fact.code}` });
    }
    this.#service.emit('news');
  }
}
