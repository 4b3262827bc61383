/** Whichever process of a run is killed, at whatever moment: nothing of it stays on the machine. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { busyNode, folder, noPerf, start } from '../support/scripts/remote-script.ts';

const BUSY = `console.log('ready'); setInterval(() => { const end = Date.now() + 5; while (Date.now() < end); }, 15)`;

interface Part {
  readonly pid: number;
  readonly command: string;
}

/** Processes that carry the mark of a run, and the shell that runs it. */
function parts(id: string): Part[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'latin1');
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 200);
        // A process that has ended and waits for its parent has no program any more.
        readlinkSync(`/proc/${name}/exe`);
        const ours = environment.includes(`SMOKEJUMPER_RUN=${id}.`) || command.includes(`--id ${id} `);
        return ours ? [{ pid: Number(name), command }] : [];
      } catch {
        return [];
      }
    });
}

/** Polls; the test's own time-out ends it. */
async function until<T>(ask: () => T | undefined): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await setTimeout(20);
  }
}

/** Whether it was still there to be killed. */
function endedByUs(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

interface Victim {
  readonly id: string;
  readonly which: (part: Part) => boolean;
}

/** Kills the first process that fits, as soon as there is one; resolves when nothing of the run is left. */
async function killed(t: TestContext, { id, which }: Victim): Promise<{ dir: string; left: string[] }> {
  const busy = await busyNode(t, BUSY);
  const dir = folder(t);
  const running = start(['run', '--id', id, '--seconds', '2', '--pid', `${busy.pid}`], { dir });
  await running.said('Recording');
  await until(() => {
    assert.equal(running.child.exitCode, null, 'it ended before anything was killed');
    const victim = parts(id).find(which);
    return victim !== undefined && endedByUs(victim.pid) ? true : undefined;
  });
  await running.done;
  await until(() => (parts(id).length === 0 && !readdirSync(dir).includes(`work.${id}`) ? true : undefined));
  return { dir, left: readdirSync(dir) };
}

describe('killed', { skip: noPerf() ?? false, timeout: 300_000 }, () => {
  const victims: readonly (readonly [string, (part: Part) => boolean])[] = [
    ['the shell', ({ command }) => /^sh \S+\.sh run --id/.test(command)],
    ['perf while it records', ({ command }) => /^\S*perf record/.test(command)],
    ["perf's sleep", ({ command }) => /^sleep \d\d/.test(command)],
    ['perf while it reads', ({ command }) => /^\S*perf script -f/.test(command)],
    ['the reducer', ({ command }) => /^\S*awk -v procs=/.test(command)],
    ['the watcher', ({ command }) => /^sh -c .*alive/s.test(command)],
  ];
  for (const [at, [what, which]] of victims.entries()) {
    test(`${what}: no process, no file and no lock stays`, async (t) => {
      const { dir, left } = await killed(t, { id: `killed-${at}`, which });
      const unexpected = left.filter((name) => !['lock', 'running', `result.killed-${at}`].includes(name));
      assert.deepEqual(unexpected, []);
      assert.deepEqual(parts(`killed-${at}`), []);
      assert.equal(spawnSync('flock', ['-n', join(dir, 'lock'), 'true']).status, 0);
    });
  }
});
