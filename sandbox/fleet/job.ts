import { mkdirSync, writeFileSync } from 'node:fs';
import type { Isolation } from './isolation.ts';
import { AGENT_PATH } from './paths.ts';

const FOLDER = '/srv/jobs';

/** A program beside the service: what runs on instances although nobody thinks of it. */
export interface Job {
  /** Its file's name; Linux keeps 15 bytes of a program's name. */
  readonly name: string;
  /** A shell script. */
  readonly script: string;
}

/** A host on fire: so many busy loops that every CPU is wanted several times over. */
export const crowd = (loops: number): Job => ({ name: 'nightly-export', script: crowdScript(loops) });

/** Compresses for ever: one processor's worth of a program that is no Node.js. */
export const ARCHIVE: Job = {
  name: 'archive-logs',
  script: `#!/bin/sh
yes '127.0.0.1 - - "POST /mails HTTP/1.1" 200 5447' | gzip -9 >/dev/null
`,
};

/**
 * Where the kernel groups processes by session (sched_autogroup), the loops of one session would get no more time
 * together than the capture alone: each has its own. They die with the job, and with the instance in any case.
 */
const crowdScript = (loops: number) => `#!/bin/sh
left=${loops}
while [ "$left" -gt 0 ]; do
	setsid setpriv --pdeathsig KILL sh -c 'while :; do :; done' nightly-export &
	left=$((left - 1))
done
wait
`;

/** Starts a job in an instance; the result ends it, with all its processes. */
export function startJob(isolation: Isolation, instanceId: string, job: Job): () => Promise<void> {
  mkdirSync(isolation.outside(FOLDER), { recursive: true });
  writeFileSync(isolation.outside(`${FOLDER}/${job.name}`), job.script, { mode: 0o755 });
  const environment = { PATH: AGENT_PATH, EXPORT_OF: instanceId };
  const { child, kill } = isolation.script(isolation.inside(`${FOLDER}/${job.name}`), '/', environment);
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
