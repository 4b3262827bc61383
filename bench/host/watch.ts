/** A command in a control group of its own, and what all of its processes use, seen many times a second. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeCgroup, readCpu, readMembers, removeCgroup } from '../../sandbox/fleet/cgroup.ts';
import { type Belongings, WITH_US } from './belongings.ts';
import { CpuSeries } from './cpu-series.ts';
import { stageOf } from './stage-names.ts';

/** What ends between two looks is lost for the names of the stages, never for the sum, which the group counts. */
const LOOK_MS = 10;
const KILL_LIMIT_MS = 10_000;
const PAGE_BYTES = 4096;
/** Joins the group, runs the command, then tells on descriptor 3 what it and all its children had written to disk. */
const RUN = `echo 0 >"$0/cgroup.procs"; "$@" 3>&-; status=$?
sed -n 's/^write_bytes: //p' "/proc/$$/io" >&3; exit $status`;

export interface Ended {
  readonly code: number | null;
  readonly atMs: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the file system was made to write for it, in pages; null where the kernel does not count. */
  readonly wroteBytes: number | null;
}

export class Watch {
  readonly startedMs = Date.now();
  readonly cpu = new CpuSeries();
  readonly ended: Promise<Ended>;
  /** Words of all command lines that have the form NAME=VALUE: what one program of the command tells another. */
  readonly words = new Map<string, string>();
  readonly #child: ChildProcess;
  readonly #group: string;
  readonly #timer: NodeJS.Timeout;
  readonly #stages = new Map<number, { name: string; series: CpuSeries }>();
  readonly #resident: [atMs: number, bytes: number][] = [];

  constructor(belongings: Belongings, words: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const group = makeCgroup(`smokejumper-bench-${randomBytes(4).toString('hex')}`);
    if (group === null) throw new Error('bench:host needs root and a mounted cgroup v2 hierarchy.');
    this.#group = group;
    belongings.add(() => this.stop());
    const [command = '', ...args] = [...WITH_US, 'sh', '-c', RUN, group, ...words];
    // In a session of its own, as SSM's agent does it.
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env, detached: true });
    this.ended = this.#follow();
    // Whoever stops it does not wait for it.
    this.ended.catch(() => undefined);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** CPU seconds by stage within a time. */
  stages(fromMs: number, toMs: number): Map<string, number> {
    const sums = new Map<string, number>();
    for (const { name, series } of this.#stages.values()) {
      sums.set(name, (sums.get(name) ?? 0) + series.between(fromMs, toMs));
    }
    return sums;
  }

  /** The most that its processes had resident together, shared pages counted for each. */
  peakBytes(fromMs: number, toMs: number): number {
    return this.#resident.reduce((most, [at, bytes]) => (at >= fromMs && at <= toMs ? Math.max(most, bytes) : most), 0);
  }

  /** Ends all processes of the group and removes it. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const until = Date.now() + KILL_LIMIT_MS; !removeCgroup(this.#group); await pause(20)) {
      if (Date.now() > until) throw new Error(`processes are left in ${this.#group}`);
      for (const pid of readMembers(this.#group)) kill(pid);
    }
  }

  #follow(): Promise<Ended> {
    const texts = [1, 2, 3].map((descriptor) => {
      const parts: Buffer[] = [];
      (this.#child.stdio[descriptor] as NodeJS.ReadableStream).on('data', (part: Buffer) => parts.push(part));
      return () => Buffer.concat(parts).toString('latin1');
    });
    return new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      let atMs = 0;
      this.#child.once('exit', () => {
        atMs = Date.now();
        this.#look();
      });
      this.#child.once('close', (code) => {
        const [stdout = '', stderr = '', wrote = ''] = texts.map((text) => text());
        resolve({ code, atMs, stdout, stderr, wroteBytes: wrote === '' ? null : Number(wrote) });
      });
    });
  }

  #look(): void {
    try {
      const now = Date.now();
      const { userSeconds, systemSeconds } = readCpu(this.#group);
      this.cpu.add(now, userSeconds + systemSeconds);
      let resident = 0;
      for (const pid of readMembers(this.#group)) resident += this.#lookAt(pid, now);
      this.#resident.push([now, resident]);
    } catch {
      // The group is gone.
    }
  }

  /** Resident bytes. */
  #lookAt(pid: number, now: number): number {
    try {
      // Lines as `523969 1200 14`: nanoseconds on a CPU, waiting for one, and turns.
      const seconds = Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e9;
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
      for (const word of words) {
        const [, name, value] = /^(\w{1,16})=(.{0,40})$/.exec(word) ?? [];
        if (name !== undefined && value !== undefined) this.words.set(name, value);
      }
      const stage = this.#stages.get(pid) ?? { name: '', series: new CpuSeries() };
      stage.name = stageOf(words) || stage.name || 'at its end';
      stage.series.add(now, seconds);
      this.#stages.set(pid, stage);
      const pages = Number(readFileSync(join('/proc', String(pid), 'statm'), 'latin1').split(' ')[1]);
      return pages * PAGE_BYTES;
    } catch {
      // It has ended.
      return 0;
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** What the clock of /proc/uptime showed in 1970, in milliseconds. */
export function bootMs(): number {
  for (let attempt = 0; ; attempt++) {
    const before = Date.now();
    const up = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
    // Read in one go, or else somebody ran in between. The file shows hundredths, cut off.
    if (Date.now() - before <= 1 || attempt > 100) return before - up * 1000 - 5;
  }
}
