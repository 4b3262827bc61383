import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { RunningScript, ScriptOutcome, ScriptRun } from './instance.ts';
import type { IsolatedScript, Isolation } from './isolation.ts';
import { AGENT_PATH } from './paths.ts';

/** Kept of each stream; a script that prints for ever shall not fill our memory before its time-out. */
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
/** The services of the sandbox are seconds old when the alarm fires: V8's profiler may visit them all the same. */
const SANDBOX_VARIABLES = { SMOKEJUMPER_V8_MIN_AGE: '0' };
/** Where the agent works unless it is told an absolute folder. */
const AGENT_FOLDER = '/usr/bin';
/** What a shell reports of a command that SIGKILL ended: 128 + 9. */
const KILLED = 137;

/**
 * Runs a script as the SSM agent does: `commands` as the file _script.sh in the command's orchestration folder, by
 * `sh -c` of its path, input /dev/null, few variables, a process group of its own. A child in the background that holds
 * the output keeps it going.
 */
export function runScript(isolation: Isolation, instanceId: string, region: string, script: ScriptRun): RunningScript {
  const orchestration = `/var/lib/amazon/ssm/${instanceId}/document/orchestration/${script.commandId}`;
  const folder = `${orchestration}/awsrunShellScript/0.awsrunShellScript`;
  mkdirSync(isolation.outside(folder), { recursive: true, mode: 0o700 });
  const path = `${folder}/_script.sh`;
  writeFileSync(isolation.outside(path), `${script.commands.join('\n')}\n`, { mode: 0o700 });
  const asked = script.workingDirectory ?? '';
  const isolated = isolation.script(isolation.inside(path), asked.startsWith('/') ? asked : AGENT_FOLDER, {
    PATH: AGENT_PATH,
    AWS_SSM_INSTANCE_ID: instanceId,
    AWS_SSM_REGION_NAME: region,
    AWS_SSM_PLATFORM_NAME: 'Debian GNU/Linux',
    AWS_SSM_PLATFORM_VERSION: '12',
    SSM_COMMAND_ID: script.commandId,
    ...SANDBOX_VARIABLES,
  });
  return follow(isolated, script.timeoutSeconds, () => {
    const own = isolation.outside(`/var/lib/amazon/ssm/${instanceId}/document/orchestration/${script.commandId}`);
    rmSync(own, { recursive: true, force: true });
  });
}

function follow({ child, kill }: IsolatedScript, timeoutSeconds: number, tidy: () => void): RunningScript {
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  let ended: ScriptOutcome['ended'] = 'exit';
  const end = (why: 'timeout' | 'cancel') => {
    if (ended !== 'exit') return;
    ended = why;
    kill();
    // A child that left the group survives, as it would on a real instance, but nobody waits for its output any more.
    if (child.exitCode !== null || child.signalCode !== null) letGo();
    else child.once('exit', letGo);
  };
  const letGo = () => {
    for (const stream of child.stdio) stream?.destroy();
  };
  const timer = setTimeout(() => end('timeout'), timeoutSeconds * 1000);
  const outcome = new Promise<ScriptOutcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      tidy();
      const exitCode = ended === 'exit' ? (code ?? KILLED) : KILLED;
      resolve({ exitCode, ended, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
    });
  });
  return { outcome, cancel: () => end('cancel') };
}

function collect(stream: Readable | null): Buffer[] {
  const parts: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= OUTPUT_LIMIT_BYTES) parts.push(part);
  });
  return parts;
}
