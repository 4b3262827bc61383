/** One clustered service with its load, in a network of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inOwnNetwork } from '../own-network.ts';
import { type Death, death, Tail } from './death.ts';

const WORKERS = 2;
const FIRST_PORT = 8000;

export interface Worker {
  readonly pid: number;
  readonly port: number;
}

/** What a visit has left in a worker. */
export interface WorkerState {
  readonly sessions: number;
  readonly left: number;
  readonly open: boolean;
  /** Whether coverage is on, which keeps V8 from inlining, and how long it took the last time to take it off. */
  readonly covered: boolean;
  readonly undoneMs: number;
}

export interface LoadReport {
  readonly calm: Readonly<Record<string, number>>;
  readonly during: Readonly<Record<string, number>>;
  readonly failures: number;
}

export interface GroupOptions {
  readonly node: string;
  /** What each worker keeps on its heap. */
  readonly megabytes: number;
  /** Calls a second for each worker. */
  readonly rate: number;
  /** Words before every command, such as `taskset`. */
  readonly within: readonly string[];
}

export class Group {
  /** How often an inspector has opened its port. */
  openings = 0;
  readonly workers = new Map<number, Worker>();
  readonly #ends: [who: string, code: number | null, signal: string | null, said: Tail][] = [];
  readonly #options: GroupOptions;
  readonly #service: ChildProcess;
  readonly #tail = new Tail();
  #load: ChildProcess | undefined;
  #answers: AsyncIterator<string> | undefined;
  #stopping = false;

  constructor(options: GroupOptions) {
    this.#options = options;
    const script = join(import.meta.dirname, 'clustered-service.cjs');
    const args = [options.node, script, String(FIRST_PORT), String(WORKERS), String(options.megabytes)];
    this.#service = this.#spawn(inOwnNetwork(args), ['ignore', 'pipe', 'pipe']);
    this.#service.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.openings += text.split('Debugger listening on ').length - 1;
      this.#tail.add(text);
    });
    this.#service.on('close', (code, signal) => this.#died('service', code, signal, this.#tail));
    createInterface({ input: this.#service.stdout as NodeJS.ReadableStream }).on('line', (line) => this.#hear(line));
  }

  get deaths(): Death[] {
    return this.#ends.map(([who, code, signal, said]) => death(who, code, signal, String(said)));
  }

  get servicePid(): number | undefined {
    return this.#service.pid;
  }

  get loadPid(): number | undefined {
    return this.#load?.pid;
  }

  async start(): Promise<void> {
    while (this.workers.size < WORKERS) await once(this.#service, 'news');
    const load = [process.execPath, join(import.meta.dirname, 'load.cjs'), String(this.#options.rate)];
    for (let i = 0; i < WORKERS; i++) load.push(String(FIRST_PORT + i));
    const inside = ['nsenter', '--target', String(this.#service.pid), '--net', ...load];
    this.#load = this.#spawn(inside, ['pipe', 'pipe', 'pipe']);
    const tail = new Tail();
    this.#load.stderr?.setEncoding('utf8').on('data', (text: string) => tail.add(text));
    this.#load.on('close', (code, signal) => this.#died('load', code, signal, tail));
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
    this.#stopping = true;
    for (const child of [this.#load, this.#service]) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }

  #spawn(words: readonly string[], stdio: ('ignore' | 'pipe')[]): ChildProcess {
    const [command = '', ...args] = [...this.#options.within, ...words];
    return spawn(command, args, { stdio });
  }

  async #ask(question: string): Promise<unknown> {
    this.#load?.stdin?.write(`${question}\n`);
    const answer = await this.#answers?.next();
    if (answer === undefined || answer.done === true) throw new Error('the load has ended');
    return JSON.parse(answer.value);
  }

  #died(who: string, code: number | null, signal: string | null, tail: Tail): void {
    if (this.#stopping) return;
    this.#ends.push([who, code, signal, tail]);
    if (who !== 'service') return;
    this.workers.clear();
    // Whoever waits for news.
    if (this.#service.listenerCount('error') > 0) this.#service.emit('error', new Error('the service has ended'));
  }

  #hear(line: string): void {
    const fact = JSON.parse(line) as { ready?: number; port?: number; ended?: number; code?: number; signal?: string };
    if (fact.ready !== undefined) {
      this.workers.set(fact.port ?? 0, { pid: fact.ready, port: fact.port ?? 0 });
    } else if (fact.ended !== undefined) {
      for (const [port, worker] of this.workers) if (worker.pid === fact.ended) this.workers.delete(port);
      // Its stderr is that of the service, and may arrive after this.
      this.#ends.push([`worker ${fact.ended}`, fact.code ?? null, fact.signal ?? null, this.#tail]);
    }
    this.#service.emit('news');
  }
}
