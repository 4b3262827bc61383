/** Hosts with one and with many Node processes. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAGS } from '../../sandbox/fleet/paths.ts';
import type { Belongings } from './belongings.ts';

/** What the recordings are chosen by. */
export const PROCESS_SCRIPT = join(import.meta.dirname, 'process.cjs');

type Kind = 'idle' | 'busy' | 'threads';

export const HOSTS: readonly { readonly name: string; readonly kinds: Readonly<Record<Kind, number>> }[] = [
  { name: '1 process, its threads end', kinds: { idle: 0, busy: 0, threads: 1 } },
  { name: '200 processes, 4 of them busy, threads of 2 end', kinds: { idle: 196, busy: 2, threads: 2 } },
];

/** Each needs a tenth of a second of CPU to start. */
const AT_ONCE = 10;

export async function startProcesses(belongings: Belongings, kinds: Readonly<Record<Kind, number>>): Promise<void> {
  const cwd = belongings.folder('bench-host-processes-');
  const start = (kind: Kind) =>
    belongings.spawn([process.execPath, ...NODE_FLAGS, PROCESS_SCRIPT, kind], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd,
    });
  const wanted = (Object.keys(kinds) as Kind[]).flatMap((kind) => Array<Kind>(kinds[kind]).fill(kind));
  const running: ChildProcess[] = [];
  belongings.add(() => {
    for (const { pid } of running) rmSync(`/tmp/perf-${pid}.map`, { force: true });
  });
  for (let first = 0; first < wanted.length; first += AT_ONCE) {
    const next = wanted.slice(first, first + AT_ONCE).map(start);
    running.push(...next);
    await Promise.all(next.map((child) => once(child.stdout as NodeJS.ReadableStream, 'data')));
  }
}
