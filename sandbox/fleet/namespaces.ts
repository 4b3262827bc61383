import { type ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { IsolatedScript, Isolation, IsolationOptions } from './isolation.ts';
import { openWayOut, type WayOut } from './network/way-out.ts';
import { AGENT_PATH, modulesFolder, SERVICE_FOLDER } from './paths.ts';

/** A boot is a few mounts, 50 ms; on a machine that is busy with other things it may wait for its turn. */
const BOOT_TIMEOUT_MS = 10_000;

/** Joins the cgroup, then becomes the rest of its arguments. */
const JOIN = '[ -z "$0" ] || echo 0 >"$0/cgroup.procs"; exec "$@"';
/** Tells on descriptor 3 under which pid it leads its session, then becomes the script. */
const LEAD = 'echo $$ >&3; exec 3>&-; cd "$0" || exit 1; unset OLDPWD; exec sh -c "$1"';

/**
 * An instance in PID, mount, UTS and IPC namespaces of its own (and a user namespace when we are not root), where
 * possible also in a network of its own: V8's inspector always opens the same port of 127.0.0.1.
 *
 * `perf record -a` inside it sees all CPUs of the machine, but the kernel numbers tasks for the namespace of the
 * recorder: own processes carry the pids of the instance, those of all others pid 0, like the idle task.
 */
export class Namespaces implements Isolation {
  readonly kind = 'namespaces';
  private readonly options: IsolationOptions;
  private child: ChildProcess | undefined;
  private pidNamespace = '';

  constructor(options: IsolationOptions) {
    this.options = options;
  }

  async boot(): Promise<ChildProcess> {
    const { hostname, stateFolder, cgroup, nodeFlags } = this.options;
    const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const kinds = [...user, ...this.network(), '--pid', '--mount', '--uts', '--ipc'];
    const separate = [...kinds, '--fork', '--propagation', 'private'];
    const network = this.options.ownNetwork ? 'own' : 'shared';
    const boot = ['sh', join(import.meta.dirname, 'boot-instance.sh'), stateFolder, hostname, cgroup ?? '', network];
    const service = [process.execPath, SERVICE_FOLDER, modulesFolder(), ...nodeFlags];
    // Its standard input is the thread on which its life hangs; a session of its own keeps Ctrl-C from it.
    this.child = spawn('unshare', [...separate, '--kill-child=SIGKILL', ...boot, ...service], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: AGENT_PATH },
    });
    await booted(this.child);
    this.pidNamespace = readlinkSync(`${this.namespace('pid_for_children')}`);
    return this.child;
  }

  outside(path: string): string {
    return `/proc/${this.pid}/root${path}`;
  }

  inside(path: string): string {
    return path;
  }

  script(path: string, workingDirectory: string, environment: Readonly<Record<string, string>>): IsolatedScript {
    const enter = [...this.enter(), 'setsid', 'sh', '-c', LEAD, workingDirectory, path];
    const child = spawn('sh', ['-c', JOIN, this.options.cgroup ?? '', ...enter], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: environment,
    });
    let leader = '';
    let killed = false;
    const kill = () => {
      killed = true;
      if (leader.endsWith('\n')) this.killGroup(leader.trim());
    };
    child.stdio[3]?.on('data', (part: Buffer) => {
      leader += part.toString('latin1');
      if (killed) kill();
    });
    return { child, kill };
  }

  async openWayOut(port: number): Promise<WayOut | null> {
    if (!this.options.ownNetwork) return null;
    return openWayOut(['nsenter', '--target', String(this.pid), ...this.user(), '--net'], port);
  }

  owns(pid: number): boolean {
    try {
      return readlinkSync(`/proc/${pid}/ns/pid`) === this.pidNamespace;
    } catch {
      return false;
    }
  }

  kill(): void {
    this.child?.kill('SIGKILL');
  }

  private get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error(`${this.options.instanceId} has not been booted`);
    return pid;
  }

  /** The process of `unshare` stays outside the PID namespace that it has made for its children. */
  private namespace(kind: string): string {
    return `/proc/${this.pid}/ns/${kind}`;
  }

  private network(): string[] {
    return this.options.ownNetwork ? ['--net'] : [];
  }

  /** Of nsenter: whoever made the namespaces without being root is root inside. */
  private user(): string[] {
    return process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
  }

  private enter(): string[] {
    const pid = `--pid=${this.namespace('pid_for_children')}`;
    return [
      'nsenter',
      '--target',
      String(this.pid),
      ...this.user(),
      ...this.network(),
      '--mount',
      '--uts',
      '--ipc',
      pid,
    ];
  }

  /** From the inside: the leader may be gone, and its number is known in there only. */
  private killGroup(leader: string): void {
    const [command = '', ...args] = [...this.enter(), 'sh', '-c', 'kill -s KILL -- "-$0"', leader];
    spawn(command, args, { stdio: 'ignore', env: { PATH: AGENT_PATH } }).on('error', () => undefined);
  }
}

function booted(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let errors = '';
    const fail = (why: string) => reject(new Error(`the instance did not boot: ${why} ${errors.trim()}`.trim()));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('it took too long');
    }, BOOT_TIMEOUT_MS);
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => fail(`status ${code}`));
    child.stderr?.on('data', (part: Buffer) => {
      errors = (errors + part.toString('utf8')).slice(-2000);
    });
    child.stdout?.once('data', (part: Buffer) => {
      clearTimeout(timer);
      if (part.toString('latin1').startsWith('booted\n')) resolve();
      else fail(`it said ${JSON.stringify(part.toString('latin1'))}`);
      if (part.length > 'booted\n'.length) child.stdout?.unshift(part.subarray('booted\n'.length));
    });
    child.once('close', () => clearTimeout(timer));
  });
}
