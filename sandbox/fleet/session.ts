import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ENV_TAG, isTagged, taggedProcesses } from './env-tag.ts';
import type { IsolatedScript, Isolation, IsolationOptions } from './isolation.ts';
import { AGENT_PATH, SERVICE_FOLDER, SERVICE_SOCKET } from './paths.ts';

const CHANGE_FOLDER = 'cd "$0" || exit 1; unset OLDPWD; exec sh -c "$1"';

/**
 * An instance where namespaces are not to be had: processes that carry its id in their environment, with a TMPDIR of
 * their own. They see each other, the machine's host name, its network and its /proc/stat.
 */
export class Session implements Isolation {
  readonly kind = 'session';
  private readonly options: IsolationOptions;

  constructor(options: IsolationOptions) {
    this.options = options;
  }

  async boot(): Promise<ChildProcess> {
    for (const folder of ['/tmp', '/run']) mkdirSync(this.outside(folder), { recursive: true });
    const spool = this.inside('/var/spool/mail-ingest');
    const service = { NODE_ENV: 'production', SPOOL: spool, SOCKET: this.inside(SERVICE_SOCKET) };
    return spawn(process.execPath, [...this.options.nodeFlags, join(SERVICE_FOLDER, 'server.js')], {
      cwd: this.options.stateFolder,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: this.mark({ PATH: AGENT_PATH, ...service }),
    });
  }

  outside(path: string): string {
    return join(this.options.stateFolder, path);
  }

  inside(path: string): string {
    return this.outside(path);
  }

  script(path: string, workingDirectory: string, environment: Readonly<Record<string, string>>): IsolatedScript {
    const child = spawn('sh', ['-c', CHANGE_FOLDER, workingDirectory, path], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.mark(environment),
    });
    const kill = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    return { child, kill };
  }

  async openWayOut(): Promise<null> {
    return null;
  }

  owns(pid: number): boolean {
    return isTagged(pid, this.options.instanceId);
  }

  kill(): void {
    for (const pid of taggedProcesses(this.options.instanceId)) {
      killProcess(pid);
      // V8 writes its map to /tmp, whatever TMPDIR says.
      rmSync(`/tmp/perf-${pid}.map`, { force: true });
    }
  }

  private mark(environment: Readonly<Record<string, string>>): Record<string, string> {
    return { ...environment, TMPDIR: this.inside('/tmp'), [ENV_TAG]: this.options.instanceId };
  }
}

function killGroup(leader: number): void {
  killProcess(-leader);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
