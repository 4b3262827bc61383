/** What a service gets done per second of its CPU before, while and after V8 inlines nothing in it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { markdownTable } from '../markdown-table.ts';
import { inOwnNetwork } from '../own-network.ts';
import { coverageCalls, engineCommand, engineEnvironment } from './engine-text.ts';

/** Of the service's own CPU, which is what counts on a busy machine: until V8 has compiled it, and for each phase. */
const WARM_MS = 2000;
const PHASE_MS = 1000;
const ROUNDS = 5;
/** Longer than the 8 s of the real thing, so that a phase fits into it on a busy machine as well. */
const COVERED_SECONDS = 20;

type Round = Readonly<Record<'before' | 'meanwhile' | 'after', number>>;

class Service {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #skipUntil = 0;

  constructor(node: string) {
    const [command = '', ...args] = inOwnNetwork([node, join(import.meta.dirname, 'counting-service.cjs')]);
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  /** Calls per second of CPU, over so much of it. */
  async rate(cpuMs: number): Promise<number> {
    let [calls, ms] = [0, 0];
    while (ms < cpuMs) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error('the service has ended');
      const said = JSON.parse(value) as { done: number; cpuMs: number; at: number };
      if (said.at < this.#skipUntil) continue;
      calls += said.done;
      ms += said.cpuMs;
    }
    return (calls / ms) * 1000;
  }

  /** What it has said so far is of earlier. */
  async skip(): Promise<void> {
    this.#skipUntil = Date.now();
    await this.rate(1);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'close');
  }
}

async function cover(pid: number): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'cover-'));
  const settings = { v8_min_age: '0', v8_keep_seconds: '0', v8_calls: coverageCalls };
  const env = engineEnvironment(work, settings);
  const shell = spawn('sh', ['-c', engineCommand(`v8_begin ${COVERED_SECONDS} 99 ${pid}`)], { env, stdio: 'ignore' });
  await once(shell, 'close');
  rmSync(work, { recursive: true, force: true });
}

async function measureRound(node: string): Promise<Round> {
  const service = new Service(node);
  try {
    await service.rate(WARM_MS);
    const before = await service.rate(PHASE_MS);
    const begun = Date.now();
    await cover(service.child.pid as number);
    await service.skip();
    const meanwhile = await service.rate(PHASE_MS);
    if (Date.now() - begun > COVERED_SECONDS * 1000) throw new Error('the machine is too busy: the phase did not fit');
    await sleep(COVERED_SECONDS * 1000 - (Date.now() - begun) + 3000);
    await service.skip();
    await service.rate(WARM_MS);
    return { before, meanwhile, after: await service.rate(PHASE_MS) };
  } finally {
    await service.stop();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export async function throughputTable(nodes: readonly string[]): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const node of nodes) {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(node));
    const of = (phase: keyof Round) => median(rounds.map((one) => one[phase]));
    const part = (phase: keyof Round) => `${((of(phase) / of('before')) * 100).toFixed(0)} %`;
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    rows.push([version, of('before').toFixed(0), part('meanwhile'), part('after')]);
  }
  const heads = ['Node', 'calls per second of CPU before', 'with inlining off', 'afterwards'];
  return `\n${markdownTable(heads, rows)}`;
}
