/** Processes in real namespaces with a root of their own in which there is nothing but Node.js: no shell, no tool. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { folder } from './remote-script.ts';

/** Where control groups can be made: one hierarchy is enough. */
const CGROUPS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find((path) =>
  existsSync(join(path, 'cgroup.procs')),
);

/** Why no containers can be made here; undefined when they can. */
export function noContainers(): string | undefined {
  if (process.getuid?.() !== 0) return 'namespaces need root';
  if (CGROUPS === undefined) return 'there are no control groups here';
  const trial = spawnSync('unshare', ['--mount', '--pid', '--net', '--fork', 'sh', '-c', 'ip link set lo up']);
  return trial.status === 0 ? undefined : 'no namespaces can be made here';
}

/** 64 digits, as the ids of containers are. */
export function containerId(digit: string): string {
  return digit.repeat(64);
}

/** Puts a process into a control group, which is made where it is missing; what that takes is undone by the answer. */
function intoCgroup(path: string, pid: number): () => void {
  const parts = path.split('/');
  const steps = parts.map((_, end) => join(CGROUPS ?? '', ...parts.slice(0, end + 1)));
  const made = steps.filter((step) => !existsSync(step));
  mkdirSync(steps.at(-1) ?? '', { recursive: true });
  writeFileSync(join(steps.at(-1) ?? '', 'cgroup.procs'), `${pid}`);
  return () => {
    for (const step of made.toReversed()) rmdirSync(step);
  };
}

/** A folder with Node.js and what it is linked with, and one file of source, all world-readable. */
function distroless(t: TestContext, source: string): string {
  const root = folder(t);
  chmodSync(root, 0o755);
  const libraries = [...execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)];
  const files = [['/usr/bin/node', process.execPath], ...libraries.map(([, path = '']) => [path, path])] as const;
  for (const [inside = '', outside = ''] of files) {
    mkdirSync(dirname(join(root, inside)), { recursive: true });
    try {
      linkSync(realpathSync(outside), join(root, inside));
    } catch {
      copyFileSync(outside, join(root, inside));
    }
  }
  for (const name of ['app', 'proc', 'tmp', 'dev']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'app/server.js'), source);
  return root;
}

export interface Container {
  /** Of the node in it, on the host. */
  readonly pid: number;
  readonly root: string;
}

export interface ContainerOptions {
  readonly source: string;
  readonly flags?: readonly string[];
  /** Of the cgroup, without a slash before it; none: it stays where it is. */
  readonly cgroup?: string;
  /** The root user of the container, on the host; its user namespace has so many users. */
  readonly users?: { readonly from: number; readonly count: number };
  /** The whole root is read-only and has no /tmp to write to. */
  readonly readOnly?: boolean;
}

/** Started when it has printed something. It ends with the test. */
export async function startContainer(t: TestContext, options: ContainerOptions): Promise<Container> {
  // In reverse order: a cgroup can be removed when nobody is in it.
  const undo: (() => unknown)[] = [];
  t.after(async () => {
    for (const step of undo.toReversed()) await step();
  });
  const root = distroless(t, options.source);
  const { users, readOnly } = options;
  const user = users === undefined ? [] : userNamespace(users, undo);
  const prepare = [
    'mount --bind "$root" "$root"',
    'mount -t proc proc "$root/proc"',
    'mount --rbind /dev "$root/dev"',
    readOnly ? 'mount -o remount,ro,bind "$root"' : 'mount -t tmpfs -o mode=1777 tmp "$root/tmp"',
    'ip link set lo up',
    'exec chroot "$root" /usr/bin/node "$@" /app/server.js',
  ];
  const space = [...user, 'unshare', '--mount', '--pid', '--net', '--fork', '--kill-child'];
  const flags = options.flags ?? ['--perf-basic-prof-only-functions', '--interpreted-frames-native-stack'];
  const [program = '', ...args] = [...space, 'sh', '-c', prepare.join(' && '), 'sh', ...flags];
  const child = spawn(program, args, { env: { PATH: process.env.PATH, root }, stdio: ['ignore', 'pipe', 'ignore'] });
  undo.push(() => stop(child));
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim());
  if (options.cgroup !== undefined) undo.unshift(intoCgroup(options.cgroup, pid));
  return { pid, root };
}

/** Words before a command that give it a user namespace, as a runtime without root makes it. */
function userNamespace(
  { from, count }: { readonly from: number; readonly count: number },
  undo: (() => unknown)[],
): string[] {
  const holder = spawn('unshare', ['--user', 'sleep', '1000'], { stdio: 'ignore' });
  undo.push(() => holder.kill('SIGKILL'));
  const own = readlinkSync('/proc/self/ns/user');
  while (readlinkSync(`/proc/${holder.pid}/ns/user`) === own) spawnSync('true');
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${holder.pid}/${map}`, `0 ${from} ${count}`);
  return ['nsenter', `--target=${holder.pid}`, '--user', '--setuid=0', '--setgid=0'];
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const pids = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  await once(child, 'close');
}
