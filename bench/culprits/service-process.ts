/** A service under test: its processes are "an instance", told from the rest of the machine by their session. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface RunningService {
  /** The service's own Node processes: the first one and the cluster's workers. */
  pids(): number[];
  /** Every process that the service started, itself included. */
  everyPid(): number[];
  /** Undefined while it runs; else why it ended. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

/** How the services of a fleet must be started for perf to name their functions. */
const NODE_FLAGS = ['--perf-basic-prof-only-functions', '--interpreted-frames-native-stack'];

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

function readEntry(pid: number): Entry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything: fields are counted from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), session: Number(fields[3]) };
  } catch {
    return undefined;
  }
}

/** The session that `leader` leads, and all descendants of it that left it. */
function membersOf(leader: number): number[] {
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readEntry(Number(name)) ?? []);
  const members = new Set(entries.filter((entry) => entry.session === leader).map((entry) => entry.pid));
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const entry of entries) if (members.has(entry.parent)) members.add(entry.pid);
  }
  return [...members].sort((a, b) => a - b);
}

function runsService(pid: number, script: string): boolean {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
    return program === 'node' && readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(script);
  } catch {
    return false;
  }
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

/** Services that run: an interrupted benchmark must leave none behind. */
const running = new Set<RunningService>();

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((service) => service.stop()));
}

export function startService(folder: string, fault: boolean): RunningService {
  const script = join(folder, 'service.js');
  const child: ChildProcess = spawn(process.execPath, [...NODE_FLAGS, script], {
    cwd: folder,
    // A session of its own, so that what the service starts can be found and stopped.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...(fault ? { FAULT: '1' } : {}) },
  });
  const leader = child.pid;
  if (leader === undefined) throw new Error(`${script} could not be started.`);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const members = (): number[] => membersOf(leader);
  const service: RunningService = {
    pids: () => members().filter((pid) => runsService(pid, script)),
    everyPid: members,
    ended: () => (child.exitCode === null && child.signalCode === null ? undefined : errors || 'it ended'),
    stop: async () => {
      // What is left of the session is found before its leader is gone.
      const all = members();
      killAll(all);
      await gone;
      running.delete(service);
    },
  };
  running.add(service);
  return service;
}
