import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { RunningFleet } from '../../../sandbox/fleet/fleet.ts';
import type { RunningScript, SandboxInstance, ScriptOutcome } from '../../../sandbox/fleet/instance.ts';

export function startScript(instance: SandboxInstance, script: string, timeoutSeconds = 20): RunningScript {
  return instance.run({ commandId: crypto.randomUUID(), commands: [script], timeoutSeconds });
}

export function runToEnd(instance: SandboxInstance, script: string): Promise<ScriptOutcome> {
  return startScript(instance, script).outcome;
}

/** The lines that the script prints; an error when it fails. */
export async function linesOf(instance: SandboxInstance, script: string): Promise<string[]> {
  const outcome = await runToEnd(instance, script);
  if (outcome.exitCode !== 0) throw new Error(`status ${outcome.exitCode}: ${outcome.stderr}`);
  return outcome.stdout.toString('utf8').split('\n').filter(Boolean);
}

/** Looks again and again until `look` gives something. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  limitMs = 15_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what}: not within ${limitMs} ms`);
}

export function member(fleet: RunningFleet, index: number): SandboxInstance {
  const instance = fleet.instances[index];
  if (!instance) throw new Error(`the fleet has no instance number ${index}`);
  return instance;
}

/** Processes of this machine in whose command line or environment the word stands. */
export function processesWith(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      const told = readFileSync(`/proc/${pid}/cmdline`, 'latin1') + readFileSync(`/proc/${pid}/environ`, 'latin1');
      return told.includes(word);
    } catch {
      return false;
    }
  });
}

/** What fleets have made on this machine: state folders, mounts in them and cgroups that hold the word. */
export function tracesOf(ids: readonly string[]): string[] {
  const named = (text: string) => ids.some((id) => text.includes(id));
  const folders = readdirSync(tmpdir())
    .filter((name) => name.startsWith('smokejumper-fleet-'))
    .filter((name) => listing(`${tmpdir()}/${name}`).some(named));
  const mounts = readFileSync('/proc/self/mounts', 'latin1').split('\n').filter(named);
  const cgroupMount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/self/mounts', 'latin1'))?.[1];
  const cgroups = (cgroupMount ? listing(cgroupMount) : [])
    .filter((name) => name.startsWith('smokejumper-'))
    .filter((name) => listing(`${cgroupMount}/${name}`).some(named));
  return [...folders, ...mounts, ...cgroups, ...ids.flatMap(processesWith)];
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
