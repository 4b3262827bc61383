import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CpuAccount } from './cpu-account.ts';

/** USER_HZ, the unit of /proc/stat. */
const TICKS_PER_SECOND = 100;
/** The files keep their length, so that a reader never meets an end that is old or missing. */
const STAT_BYTES = 1024;
const LOADAVG_BYTES = 64;
/** The kernel takes the load every 5 s; more often costs more and shows a young instance sooner. */
const LOAD_MS = 1000;
const LOAD_MINUTES = [1, 5, 15] as const;

/**
 * What the instance sees of its host: the files over its /proc/stat and /proc/loadavg, written anew in place, so that
 * they speak of its own processes and of the vCPUs that it believes to have.
 */
export class HostFacts {
  private readonly account: CpuAccount;
  private readonly cpus: number;
  private readonly bootedAt = performance.now();
  private readonly bootTime: string;
  private readonly stat: number;
  private readonly loadavg: number;
  private idleTicks = 0;
  private loads: readonly number[] = [0, 0, 0];
  private threads = { running: 0, all: 0 };
  private loadAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string, account: CpuAccount, cpus: number) {
    this.account = account;
    this.cpus = cpus;
    // The real one: ps computes start times from it.
    this.bootTime = /^btime \d+$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[0] ?? 'btime 0';
    this.stat = openSync(join(folder, 'stat'), 'w', 0o644);
    this.loadavg = openSync(join(folder, 'loadavg'), 'w', 0o644);
    this.update();
  }

  update(): void {
    if (performance.now() - this.loadAt >= LOAD_MS) this.updateLoad();
    const { userSeconds, systemSeconds } = this.account.cpu();
    const user = Math.floor(userSeconds * TICKS_PER_SECOND);
    const system = Math.floor(systemSeconds * TICKS_PER_SECOND);
    const elapsed = Math.floor(((performance.now() - this.bootedAt) / 1000) * TICKS_PER_SECOND);
    this.idleTicks = Math.max(this.idleTicks, elapsed * this.cpus - user - system);
    const text = statText({ user, system, idle: this.idleTicks, cpus: this.cpus });
    const counts = `${this.bootTime}\nprocesses ${this.threads.all}\nprocs_running ${this.threads.running}\n`;
    writeSync(this.stat, `${text}intr 0\nctxt 0\n${counts}procs_blocked 0\n`.padEnd(STAT_BYTES - 1).concat('\n'), 0);
  }

  close(): void {
    closeSync(this.stat);
    closeSync(this.loadavg);
  }

  private updateLoad(): void {
    const now = performance.now();
    const passedMs = Math.min(now - this.loadAt, LOAD_MS * 10);
    this.loadAt = now;
    this.threads = countThreads(this.account.members());
    const { running, all } = this.threads;
    this.loads = this.loads.map((load, i) => {
      const kept = Math.exp(-passedMs / ((LOAD_MINUTES[i] ?? 1) * 60_000));
      return load * kept + running * (1 - kept);
    });
    const loads = this.loads.map((load) => load.toFixed(2)).join(' ');
    writeSync(this.loadavg, `${loads} ${running}/${all} ${all}`.padEnd(LOADAVG_BYTES - 1).concat('\n'), 0);
  }
}

interface CpuTicks {
  readonly user: number;
  readonly system: number;
  readonly idle: number;
  readonly cpus: number;
}

/** proc(5): cpu user nice system idle iowait irq softirq steal guest guest_nice; in ticks, all vCPUs bearing alike. */
function statText({ user, system, idle, cpus }: CpuTicks): string {
  const line = (name: string, u: number, s: number, i: number) => `${name} ${u} 0 ${s} ${i} 0 0 0 0 0 0\n`;
  const share = (ticks: number, cpu: number) => Math.floor((ticks + cpu) / cpus);
  let text = line('cpu ', user, system, idle);
  for (let cpu = 0; cpu < cpus; cpu++) {
    text += line(`cpu${cpu}`, share(user, cpu), share(system, cpu), share(idle, cpu));
  }
  return text;
}

function countThreads(pids: readonly number[]): { running: number; all: number } {
  let [running, all] = [0, 0];
  for (const pid of pids) {
    for (const state of threadStates(pid)) {
      all += 1;
      if (state === 'R' || state === 'D') running += 1;
    }
  }
  return { running, all };
}

function threadStates(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((tid) => {
      const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
      return stat[stat.lastIndexOf(')') + 2] ?? '';
    });
  } catch {
    return [];
  }
}
