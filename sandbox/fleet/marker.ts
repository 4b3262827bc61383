import { readdirSync, readFileSync } from 'node:fs';

/** In the environment of all processes of an instance that has no namespaces: which instance it is. */
export const MARKER = 'SMOKEJUMPER_SANDBOX_INSTANCE';

/** All processes of this machine that carry the marker of the instance. */
export function markedProcesses(instanceId: string): number[] {
  return processIds().filter((pid) => isMarked(pid, instanceId));
}

export function isMarked(pid: number, instanceId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARKER}=${instanceId}\0`);
  } catch {
    return false;
  }
}

/** The ids of all processes that /proc shows. */
export function processIds(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}
