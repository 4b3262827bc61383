/** Looks at processes through /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readStat } from '../process-stat.ts';

function parentOf(pid: number): number {
  return readStat(pid)?.(4) ?? 0;
}

/** All that descend from `root`, which is not among them. */
export function descendants(root: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = Map.groupBy(pids.map(Number), parentOf);
  const found: number[] = [];
  for (const waiting = [root]; waiting.length > 0; ) {
    const below = children.get(waiting.pop() as number) ?? [];
    found.push(...below);
    waiting.push(...below);
  }
  return found;
}

export function runsNode(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).endsWith('/node');
  } catch {
    return false;
  }
}

export function alive(pid: number): boolean {
  return parentOf(pid) !== 0;
}

/** Whether anybody listens on the inspector's port in the network of a process. */
export function inspectorOpen(pid: number): boolean {
  try {
    return /^ *\d+: [0-9A-F]+:240D [0-9A-F]+:0000 0A /m.test(readFileSync(`/proc/${pid}/net/tcp`, 'latin1'));
  } catch {
    return false;
  }
}
