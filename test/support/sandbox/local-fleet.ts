import { spawn } from 'node:child_process';
import type {
  RunningScript,
  SandboxFleet,
  SandboxInstance,
  ScriptOutcome,
  ScriptRun,
} from '../../../sandbox/fleet/instance.ts';

/** An instance that runs its scripts with `sh` on this machine and whose CPU time is what the test says. */
export class LocalInstance implements SandboxInstance {
  readonly id: string;
  readonly groupName: string;
  readonly instanceType = 'm7g.large';
  readonly zone = 'us-east-1a';
  readonly imageId = 'ami-00000000000000001';
  readonly privateIp: string;
  readonly launchedAt = new Date('2026-11-01T00:00:00Z');
  readonly launchTemplateVersion = '7';
  readonly cpus = 2;
  state: SandboxInstance['state'] = 'online';
  terminatedAt: Date | undefined;
  detachedAt: Date | undefined;
  launchConfiguration: string | undefined;
  lifecycle: SandboxInstance['lifecycle'];
  healthStatus: SandboxInstance['healthStatus'];
  tags: Readonly<Record<string, string>> | undefined;
  cpuUsed = 0;
  /** How long a second of a script's time-out is. */
  secondMs = 1000;

  constructor(number: number, groupName: string) {
    this.id = `i-0000000000000000${number}`;
    this.privateIp = `10.0.0.${number}`;
    this.groupName = groupName;
  }

  cpuSeconds(): number {
    return this.cpuUsed;
  }

  run(script: ScriptRun): RunningScript {
    const child = spawn('sh', ['-c', script.commands.join('\n')], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, SSM_COMMAND_ID: script.commandId },
      ...(script.workingDirectory ? { cwd: script.workingDirectory } : {}),
    });
    let ended: ScriptOutcome['ended'] = 'exit';
    const kill = (why: ScriptOutcome['ended']) => {
      ended = why;
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(() => kill('timeout'), script.timeoutSeconds * this.secondMs);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (part: Buffer) => stdout.push(part));
    child.stderr.on('data', (part: Buffer) => stderr.push(part));
    const outcome = new Promise<ScriptOutcome>((resolve, reject) => {
      child.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ exitCode: code ?? 137, ended, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
      });
    });
    return { outcome, cancel: () => kill('cancel') };
  }
}

export interface LocalFleet extends SandboxFleet {
  readonly instances: readonly LocalInstance[];
}

/** Three instances of `web-prod`. */
export function localFleet(): LocalFleet {
  return { instances: [1, 2, 3].map((number) => new LocalInstance(number, 'web-prod')) };
}
