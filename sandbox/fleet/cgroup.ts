import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A folder in the cgroup v2 hierarchy, which counts CPU time for each group without any controller (Linux 4.15+); on
 * machines with v1 controllers it is mounted beside them as `unified`. Null where we may not make one.
 */
export function makeCgroup(name: string, parent = mountPoint()): string | null {
  if (parent === null) return null;
  const folder = join(parent, name);
  try {
    mkdirSync(folder);
    readCpu(folder);
    return folder;
  } catch {
    removeCgroup(folder);
    return null;
  }
}

/** True when it is gone; false while processes are in it. */
export function removeCgroup(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

export interface CpuUse {
  readonly userSeconds: number;
  readonly systemSeconds: number;
}

/** CPU time of all processes that are or were in the group. Lines as `user_usec 5093911`. */
export function readCpu(folder: string): CpuUse {
  const text = readFileSync(join(folder, 'cpu.stat'), 'latin1');
  const seconds = (key: string) => {
    const found = new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`${folder}/cpu.stat has no ${key}`);
    return Number(found) / 1e6;
  };
  return { userSeconds: seconds('user_usec'), systemSeconds: seconds('system_usec') };
}

export function readMembers(folder: string): number[] {
  return readFileSync(join(folder, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number);
}

/** A line as `cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0`. */
function mountPoint(): string | null {
  const lines = readFileSync('/proc/self/mounts', 'latin1').split('\n');
  return lines.map((line) => line.split(' ')).find((fields) => fields[2] === 'cgroup2')?.[1] ?? null;
}
