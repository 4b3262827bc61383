/** One visit of a worker with the real engine, and one whose visitors are killed at a random moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coverageCalls, engineCommand, engineEnvironment } from './engine-text.ts';
import { descendants, runsNode } from './processes.ts';

/** Who is killed: the node binary that talks, the shell that leads, or everything at the same moment. */
export type Victim = 'visitor' | 'shell' | 'both';

export interface Fact {
  readonly pid: number;
  readonly status: 'profiled' | 'skipped' | 'failed';
  readonly reason?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly node?: string;
  readonly samples?: number;
  readonly startPauseMs?: number;
  readonly stopPauseMs?: number;
  readonly startOpenMs?: number;
  readonly stopOpenMs?: number;
  readonly leftOpen?: boolean;
}

/** Nobody comes for the profile of a visit that is killed; we do not wait for long until it is dropped. */
const KEPT_SECONDS = { usual: '20', killed: '3' };
/** Short, for many visits a minute; nothing happens during a recording. */
const SHORTEST_SECONDS = 0.1;
const LONGEST_SECONDS = 0.6;

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function kill(shell: ChildProcess, victim: Victim): void {
  const pid = shell.pid as number;
  const below = victim === 'shell' ? [] : descendants(pid).filter((one) => victim === 'both' || runsNode(one));
  for (const one of victim === 'visitor' ? below : [pid, ...below]) signal(one);
}

export interface VisitOptions {
  readonly death?: { readonly victim: Victim; readonly afterMs: number };
  /** Words before the command. */
  readonly within?: readonly string[];
  /** Coverage instead of a profile, as when a finding is confirmed: nothing is fetched. */
  readonly confirm?: boolean;
}

/** undefined when the shell was killed before it could say anything. */
export async function visit(
  pid: number,
  { death, within = [], confirm = false }: VisitOptions = {},
): Promise<Fact | undefined> {
  const work = mkdtempSync(join(tmpdir(), 'visit-'));
  try {
    const seconds = (SHORTEST_SECONDS + Math.random() * (LONGEST_SECONDS - SHORTEST_SECONDS)).toFixed(2);
    const begin = `v8_begin ${seconds} 99 ${pid}\n`;
    const commands = confirm ? begin : `${begin}sleep ${seconds}\nv8_collect "$v8_work/out"`;
    const [command = '', ...args] = [...within, 'sh', '-c', engineCommand(commands)];
    const settings = {
      v8_min_age: '0',
      v8_keep_seconds: death === undefined ? KEPT_SECONDS.usual : KEPT_SECONDS.killed,
      v8_marks: marks(pid),
      ...(confirm ? { v8_calls: coverageCalls, v8_keep_seconds: '0' } : {}),
    };
    const shell = spawn(command, args, {
      env: engineEnvironment(work, settings),
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const timer = death && setTimeout(kill, death.afterMs, shell, death.victim);
    await once(shell, 'close');
    clearTimeout(timer);
    if (!confirm) return readFact(join(work, 'out/facts'));
    return readBegun(join(work, 'begun')) ?? readFact(join(work, 'facts'));
  } finally {
    // A visitor whose shell was killed may still write into it for a moment.
    rmSync(work, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function readFact(file: string): Fact | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Of a visit that began: process, birth, key, ticks, ticks, and what is known as the rest of a JSON object. */
function readBegun(file: string): Fact | undefined {
  try {
    const [, pid, said] = /^(\d+)(?: \S+){4} ,(.*)$/m.exec(readFileSync(file, 'utf8')) ?? [];
    return said === undefined ? undefined : JSON.parse(`{"pid":${pid},"status":"profiled",${said}}`);
  } catch {
    return undefined;
  }
}

/** What the next run does, after everything was killed at once. */
export async function recover(pid: number): Promise<void> {
  const env = engineEnvironment(tmpdir(), { v8_marks: marks(pid) });
  const shell = spawn('sh', ['-c', engineCommand('v8_recover')], { env, stdio: 'ignore' });
  await once(shell, 'close');
}

function marks(pid: number): string {
  return join(tmpdir(), `visit-marks-${pid}`);
}
