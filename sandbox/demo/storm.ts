/**
 * Sick surroundings for one incident, in turn: SSM throttles, the disk fills, the mail server hangs. Each passes after
 * some seconds; the incident still ends in one report.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import { getJson } from './incident-api.ts';

/** Enough for an incident, little enough to be filled at once. */
const DISK = '96m';
/** Left free: a file of the database can still be opened, and nothing more be written. */
const LEFT_BYTES = 8192;
const LOOK_MS = 100;
const THROTTLED_COMMANDS = 12;

export interface SmallDisk {
  readonly folder: string;
  fill(): void;
  free(): void;
  unmount(): void;
}

/** A disk of its own for the data of the service; null where none can be mounted. */
export function mountSmallDisk(parent: string): SmallDisk | null {
  const folder = mkdtempSync(join(parent, 'disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - LEFT_BYTES)));
    },
    free: () => rmSync(filler, { force: true }),
    unmount() {
      spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Trouble {
  /** It begins when the incident is in this state. */
  readonly state: string;
  readonly what: string;
  readonly begin: () => void;
  readonly end: () => void;
  readonly ms: number;
}

function troubles(proxy: FaultProxy, disk: SmallDisk | null): Trouble[] {
  const api = (state: string, name: string, fault: 'throttle' | 'hang', what: string, ms: number): Trouble => {
    return { state, what, begin: () => proxy.fail(name, fault), end: () => proxy.heal(name), ms };
  };
  const full: Trouble[] =
    disk === null
      ? []
      : [{ state: 'collected', what: 'the disk is full', begin: disk.fill, end: disk.free, ms: 8_000 }];
  return [
    api('dispatched', 'GetCommandInvocation', 'throttle', 'SSM throttles GetCommandInvocation', 25_000),
    ...full,
    api('reported', 'SendEmail', 'hang', 'the mail server does not answer', 15_000),
  ];
}

/** Watches the first incident and makes trouble at each state, until the signal aborts. */
export async function brewStorm(
  serviceUrl: string,
  { proxy, disk }: { readonly proxy: FaultProxy; readonly disk: SmallDisk | null },
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const left = troubles(proxy, disk);
  // Before there is an incident: the commands go out at once.
  say(`STORM       SSM throttles the first ${THROTTLED_COMMANDS} SendCommands`);
  proxy.fail('SendCommand', 'throttle', THROTTLED_COMMANDS);
  while (!signal.aborted && left.length > 0) {
    const state = await firstState(serviceUrl).catch(() => undefined);
    const at = left.findIndex((trouble) => trouble.state === state);
    const [trouble] = at < 0 ? [] : left.splice(at, 1);
    if (trouble !== undefined) {
      say(`STORM       ${trouble.what} for ${trouble.ms / 1000} s`);
      trouble.begin();
      await pause(trouble.ms, undefined, { signal }).catch(() => undefined);
      trouble.end();
    }
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function firstState(serviceUrl: string): Promise<string | undefined> {
  const { incidents } = await getJson<{ incidents: { state: string }[] }>(`${serviceUrl}/api/v1/incidents`);
  return incidents[0]?.state;
}
