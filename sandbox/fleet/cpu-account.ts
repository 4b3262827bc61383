import { readFileSync } from 'node:fs';
import { type CpuUse, readCpu, readMembers } from './cgroup.ts';
import { processIds } from './env-tag.ts';

/** CPU time of an instance, never falling, and the processes that live in it. */
export interface CpuAccount {
  cpu(): CpuUse;
  members(): readonly number[];
}

export class CgroupAccount implements CpuAccount {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  cpu(): CpuUse {
    return readCpu(this.folder);
  }

  members(): readonly number[] {
    return readMembers(this.folder);
  }
}

/** USER_HZ, the tick of /proc/PID/stat: 100 on all machines that Node runs on. */
const TICKS_PER_SECOND = 100;
/** Looking at all of /proc costs some ms, so several readers share a look. */
const LOOK_MS = 250;

interface Ticks {
  readonly user: number;
  readonly system: number;
  readonly buriedUser: number;
  readonly buriedSystem: number;
}

/** Without cgroups: the sum over the live processes, those that vanished (as last seen) or the buried children. */
export class ProcessAccount implements CpuAccount {
  private readonly owns: (pid: number) => boolean;
  /** Key: pid and start time, since pids come again. */
  private live = new Map<string, Ticks>();
  /** Whether a process is ours does not change while it lives. */
  private ours = new Map<string, number | null>();
  private vanished = { user: 0, system: 0 };
  private most = { user: 0, system: 0 };
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(owns: (pid: number) => boolean) {
    this.owns = owns;
  }

  cpu(): CpuUse {
    this.look();
    return { userSeconds: this.most.user / TICKS_PER_SECOND, systemSeconds: this.most.system / TICKS_PER_SECOND };
  }

  members(): readonly number[] {
    this.look();
    return [...this.live.keys()].map((key) => Number.parseInt(key, 10));
  }

  private look(): void {
    if (performance.now() - this.lookedAt < LOOK_MS) return;
    this.lookedAt = performance.now();
    const seen = new Map<string, Ticks>();
    const ours = new Map<string, number | null>();
    for (const pid of processIds()) {
      const stat = readStat(pid);
      if (!stat) continue;
      const known = this.ours.get(stat.key);
      const mine = known === undefined ? this.owns(pid) : known !== null;
      ours.set(stat.key, mine ? pid : null);
      if (mine) seen.set(stat.key, stat.ticks);
    }
    for (const [key, ticks] of this.live) {
      if (seen.has(key)) continue;
      this.vanished.user += ticks.user;
      this.vanished.system += ticks.system;
    }
    this.live = seen;
    this.ours = ours;
    this.sum();
  }

  /**
   * The vanished miss what a process used after it was last seen, the buried those whose parent is not ours: the
   * larger counts.
   */
  private sum(): void {
    let [user, system, buriedUser, buriedSystem] = [0, 0, 0, 0];
    for (const ticks of this.live.values()) {
      user += ticks.user;
      system += ticks.system;
      buriedUser += ticks.buriedUser;
      buriedSystem += ticks.buriedSystem;
    }
    this.most.user = Math.max(this.most.user, user + this.vanished.user, user + buriedUser);
    this.most.system = Math.max(this.most.system, system + this.vanished.system, system + buriedSystem);
  }
}

/**
 * proc(5): after the name in parentheses come state (field 3) … utime 14, stime 15, cutime 16, cstime 17 … starttime
 * 22.
 */
function readStat(pid: number): { key: string; ticks: Ticks } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number) => Number(fields[number - 3]);
    const ticks = { user: field(14), system: field(15), buriedUser: field(16), buriedSystem: field(17) };
    return { key: `${pid} ${field(22)}`, ticks };
  } catch {
    return null;
  }
}
