import { readdirSync, readFileSync } from 'node:fs';

/** In the environment of all processes of an instance that has no namespaces: which instance it is. */
export const ENV_TAG = 'SMOKEJUMPER_SANDBOX_INSTANCE';

/** All processes of this machine that carry the tag of the instance. */
export function taggedProcesses(instanceId: string): number[] {
  return processIds().filter((pid) => isTagged(pid, instanceId));
}

export function isTagged(pid: number, instanceId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${ENV_TAG}=${instanceId}\0`);
  } catch {
    return false;
  }
}

/** The ids of all processes that /proc shows. */
export function processIds(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}
