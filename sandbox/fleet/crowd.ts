/** A host on fire: a job of the instance that has gone wild and wants every CPU several times over. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Isolation } from './isolation.ts';
import { AGENT_PATH } from './paths.ts';

const FOLDER = '/srv/jobs';
/** Linux keeps 15 bytes of a program's name. */
const NAME = 'nightly-export';

/**
 * Where the kernel groups processes by session (sched_autogroup), the loops of one session would get no more time
 * together than the capture alone: each has its own. They die with the job, and with the instance in any case.
 */
const job = (loops: number) => `#!/bin/sh
left=${loops}
while [ "$left" -gt 0 ]; do
	setsid setpriv --pdeathsig KILL sh -c 'while :; do :; done' ${NAME} &
	left=$((left - 1))
done
wait
`;

/** Starts busy loops in an instance; the result ends them. */
export function startCrowd(isolation: Isolation, instanceId: string, loops: number): () => Promise<void> {
  mkdirSync(isolation.outside(FOLDER), { recursive: true });
  writeFileSync(isolation.outside(`${FOLDER}/${NAME}`), job(loops), { mode: 0o755 });
  const environment = { PATH: AGENT_PATH, EXPORT_OF: instanceId };
  const { child, kill } = isolation.script(isolation.inside(`${FOLDER}/${NAME}`), '/', environment);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  for (const stream of [child.stdout, child.stderr]) stream?.resume();
  return () => {
    kill();
    return ended;
  };
}
