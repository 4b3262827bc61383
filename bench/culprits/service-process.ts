/** A service under test: its processes are "an instance", told from the rest of the machine by their session. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inOwnNetwork } from '../own-network.ts';
import { readStat, TICKS_PER_SECOND } from '../process-stat.ts';

export interface RunningService {
  /** The service's own Node processes: the first one and the cluster's workers. */
  pids(): number[];
  /** Every process that the service started, itself included. */
  everyPid(): number[];
  /** CPU seconds of children that ended, so far. */
  reapedSeconds(): number;
  /** Undefined while it runs; else why it ended. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

/**
 * How the services of a fleet must be started for perf to name their functions. The second flag makes V8 open a log,
 * which would stay in the scenario's folder: `+` is a temporary file.
 */
const NODE_FLAGS = [
  '--perf-basic-prof-only-functions',
  '--interpreted-frames-native-stack',
  '--no-logfile-per-isolate',
  '--logfile=+',
];

/** Scenarios outside the project may use the packages of the project; their own come first. */
const PACKAGES = join(import.meta.dirname, '../../node_modules');
const FIND_PACKAGES = pathToFileURL(join(import.meta.dirname, 'support/find-packages.mjs')).href;
/** Variable that all descendants of a service inherit. */
const MARK = 'CULPRIT_BENCHMARK';
/** A process that is told to end may just have started another. */
const STOP_ROUNDS = 3;
/** Enough of stderr to hold an error with its stack. */
const MAX_STDERR = 4000;

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** CPU of its children that ended. */
  readonly reapedTicks: number;
}

function readEntry(pid: number): Entry | undefined {
  const field = readStat(pid);
  return field && { pid, parent: field(4), session: field(6), reapedTicks: field(16) + field(17) };
}

function environmentHolds(pid: number, test: (variable: string) => boolean): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').some(test);
  } catch {
    return false;
  }
}

/**
 * The session that `leader` leads, and all descendants of it that left it: by their parents, or, where those are gone,
 * by the mark that they inherited.
 */
function membersOf(leader: number, mark: string): number[] {
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readEntry(Number(name)) ?? []);
  const isMember = ({ pid, session }: Entry): boolean =>
    session === leader || environmentHolds(pid, (variable) => variable === mark);
  const members = new Set(entries.filter(isMember).map((entry) => entry.pid));
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const entry of entries) if (members.has(entry.parent)) members.add(entry.pid);
  }
  return [...members].sort((a, b) => a - b);
}

/**
 * What the service forked: its script again, or another one, to which Node gives a number or a channel in its
 * environment. A title that a process gave itself hides what it runs.
 */
function isWorker(pid: number, script: string): boolean {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
    if (program !== 'node') return false;
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    return (
      words.includes(script) || environmentHolds(pid, (variable) => /^NODE_(?:UNIQUE_ID|CHANNEL_FD)=/.test(variable))
    );
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

/** V8 leaves the symbol map of a process behind. */
function removeMaps(pids: Iterable<number>): void {
  for (const pid of pids) rmSync(`/tmp/perf-${pid}.map`, { force: true });
}

/** Services that run: an interrupted benchmark must leave none behind. */
const running = new Set<RunningService>();

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((service) => service.stop()));
}

/** `flags: false` starts it as most fleets do: perf then has no names for its functions. */
export function startService(
  folder: string,
  fault: boolean,
  { flags = true, ownNetwork = false }: { readonly flags?: boolean; readonly ownNetwork?: boolean } = {},
): RunningService {
  const script = join(folder, 'service.js');
  const mark: string = randomUUID();
  const words = [process.execPath, ...(flags ? NODE_FLAGS : []), script];
  const [command, ...args] = ownNetwork ? inOwnNetwork(words) : words;
  const child: ChildProcess = spawn(command as string, args, {
    cwd: folder,
    // A session of its own, so that what the service starts can be found and stopped.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_PATH: PACKAGES,
      NODE_OPTIONS: `--import=${FIND_PACKAGES}`,
      [MARK]: mark,
      ...(fault ? { FAULT: '1' } : {}),
    },
  });
  const leader = child.pid;
  if (leader === undefined) throw new Error(`${script} could not be started.`);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MAX_STDERR);
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const seen = new Set([leader]);
  const members = (): number[] => {
    const now = membersOf(leader, `${MARK}=${mark}`);
    for (const pid of now) seen.add(pid);
    return now;
  };
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const service: RunningService = {
    pids: () => members().filter((pid) => (pid === leader ? !ended() : isWorker(pid, script))),
    everyPid: members,
    reapedSeconds: () => members().reduce((sum, pid) => sum + (readEntry(pid)?.reapedTicks ?? 0), 0) / TICKS_PER_SECOND,
    ended: () => {
      if (!ended()) return undefined;
      return `ended with ${child.exitCode ?? child.signalCode}${errors === '' ? '' : `: ${errors.trimEnd()}`}`;
    },
    stop: async () => {
      // What is left of the session is found before its leader is gone; what was being started meanwhile, after it.
      killAll(members());
      await gone;
      for (let round = 0; round < STOP_ROUNDS; round++) killAll(members());
      removeMaps(seen);
      running.delete(service);
    },
  };
  running.add(service);
  return service;
}
