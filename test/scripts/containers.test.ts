/** Containers in real namespaces, with nothing in them but Node.js: what a capture tells of them and finds in them. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readCapture } from '../../service/profile/capture-form/capture-form.ts';
import { type Container, containerId, noContainers, startContainer } from '../support/scripts/container.ts';
import { folder, noPerf, type Ran, run } from '../support/scripts/remote-script.ts';

/** Many timers, lest V8 inlines the function into the code that calls it; warm when it says so. */
const source = (name: string, pause = 15): string => `
function weigh(n) { let x = 0; for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003; return x; }
function ${name}() {
  const end = performance.now() + 5; let x = 0;
  while (performance.now() < end) x += weigh(2000);
  return x;
}
for (let i = 0; i < 60; i++) ${name}();
for (let i = 0; i < 9; i++) setInterval(new Function(''), 9);
console.log('ready');
setInterval(${name}, ${pause});
`;
const [WEB, WORKER, LEAN] = [containerId('a'), containerId('b'), containerId('c')];

const DOCKER = JSON.stringify({
  State: { Error: 'he said "Image": {"Config":{"Image":"evil"}} \\' },
  ID: WEB,
  Args: ['}', '"Labels"'],
  Config: {
    Env: ['A={"Name":"evil"}'],
    Image: '1.dkr.ecr.eu-west-1.amazonaws.com/shop/web:41',
    Labels: {
      'com.amazonaws.ecs.cluster': 'prod',
      'com.amazonaws.ecs.container-name': 'web',
      'com.amazonaws.ecs.task-arn': 'arn:aws:ecs:eu-west-1:1:task/prod/0123',
      'com.amazonaws.ecs.task-definition-family': 'shop "x\\',
    },
  },
  Image: 'sha256:ffff',
  Name: '/ecs-shop-1-web-abc',
});
const OCI = JSON.stringify({
  ociVersion: '1.1.0',
  process: { args: ['"annotations":{'] },
  annotations: {
    'io.kubernetes.cri.container-name': 'worker',
    'io.kubernetes.cri.image-name': 'quay.io/shop/worker:7',
    'io.kubernetes.cri.sandbox-name': 'worker-7f9c',
    'io.kubernetes.cri.sandbox-namespace': 'shop',
  },
});
const PODMAN = JSON.stringify([
  { id: 'd'.repeat(64), names: ['other'], metadata: '{"image-name":"other"}' },
  { id: LEAN, names: ['lean', 'alias'], image: 'ffff', metadata: '{"image-name":"quay.io/lean:1","name":"lean"}' },
]);

/** Words of a shell in which the files of the runtimes are these, by path. */
function withFiles(t: TestContext, files: Readonly<Record<string, string>>): string[] {
  const dir = folder(t);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const over = ['/var/lib', '/run', '/etc'].filter((top) => Object.keys(files).some((path) => path.startsWith(top)));
  const mounts = over.map((top) => `mount -t overlay -o lowerdir=${dir}${top}:${top} overlay ${top}`);
  return ['unshare', '--mount', 'sh', '-c', [...mounts, 'exec sh "$@"'].join(' && '), 'sh'];
}

interface Process {
  readonly pid: number;
  readonly perfMap: string | null;
  readonly container: string | null;
}

interface Recorded {
  readonly ran: Ran;
  readonly text: string;
  readonly processes: readonly Process[];
  readonly containers: readonly Readonly<Record<string, string>>[];
}

async function record(t: TestContext, shell: readonly string[], pids: readonly number[]): Promise<Recorded> {
  const dir = folder(t);
  const out = join(dir, 'out.gz');
  const args = ['run', '--id', 'c', '--seconds', '3', '--pid', pids.join(), '--v8', 'fallback', '--out', out];
  const ran = await run(args, { dir, shell, env: { SMOKEJUMPER_V8_MIN_AGE: '0' } });
  assert.equal(ran.code, 0, `${ran.stderr}${ran.stdout}`);
  const text = gunzipSync(readFileSync(out)).toString('latin1');

  const { processes, containers } = JSON.parse(text.split('\n')[1] ?? '');
  return { ran, text, processes, containers };
}

/** Functions of a file that have samples in the process. */
function sampled(text: string, pid: number): Set<string> {
  const { samples, tree, threads, processes, frames, functions } = readCapture(text);
  const names = new Set<string>();
  for (let row = 0; row < samples.length; row++) {
    if (processes[threads[samples.thread[row] as number]?.process ?? -1]?.pid !== pid) continue;
    for (let node = samples.node[row] as number; node > 0; node = tree.parent[node] as number) {
      const fn = functions[frames.functionOf[tree.frame[node] as number] as number];
      if (fn?.file === '/app/server.js') names.add(fn.name);
    }
  }
  return names;
}

const skip = noContainers() ?? noPerf() ?? false;

describe('containers', { skip, timeout: 400_000 }, () => {
  test('of ECS, Kubernetes and Podman, with one inner pid and no shell: named, told apart, looked into', async (t) => {
    const task = `ecs/0123abcd/${WEB}`;
    const pod = `kubepods.slice/kubepods-pod0123_4567.slice/cri-containerd-${WORKER}.scope`;
    const web = await startContainer(t, { source: source('handleWeb'), cgroup: task });
    const users = { from: 100_000, count: 65_536 };
    const worker = await startContainer(t, { source: source('handleJob'), cgroup: pod, users });
    // Nothing can be written there, and there is one user only: V8's profiler must name its functions.
    const lean = await startContainer(t, {
      source: source('handleLean', 1),
      cgroup: `machine.slice/libpod-${LEAN}.scope`,
      users: { from: 200_000, count: 1 },
      flags: [],
      readOnly: true,
    });
    // A service of systemd with PrivateTmp is in no container.
    const bare = await startContainer(t, { source: source('handleBare') });
    const shell = withFiles(t, {
      '/var/lib/docker/x/readme': '',
      '/etc/docker/daemon.json': '{\n  "data-root": "/var/lib/elsewhere"\n}\n',
      [`/var/lib/elsewhere/containers/${WEB}/config.v2.json`]: DOCKER,
      [`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${WORKER}/config.json`]: OCI,
      '/var/lib/containers/storage/overlay-containers/volatile-containers.json': PODMAN,
    });
    const all: readonly Container[] = [web, worker, lean, bare];
    const { ran, text, processes, containers } = await record(
      t,
      shell,
      all.map(({ pid }) => pid),
    );
    assert.deepEqual(
      all.map(({ pid }) => processes.find((one) => one.pid === pid)).map((one) => [one?.container, one?.perfMap]),
      [
        ['a'.repeat(12), 'ok'],
        ['b'.repeat(12), 'ok'],
        ['c'.repeat(12), 'none'],
        [null, 'ok'],
      ],
    );
    assert.deepEqual(containers, [
      {
        id: 'a'.repeat(12),
        name: 'web',
        image: '1.dkr.ecr.eu-west-1.amazonaws.com/shop/web:41',
        cluster: 'prod',
        family: 'shop ?x?',
        task: 'arn:aws:ecs:eu-west-1:1:task/prod/0123',
      },
      { id: 'b'.repeat(12), name: 'worker', image: 'quay.io/shop/worker:7', pod: 'worker-7f9c', namespace: 'shop' },
      { id: 'c'.repeat(12), name: 'lean', image: 'quay.io/lean:1' },
    ]);
    const visits = text.split('\n').filter((line) => line.startsWith('{"pid"'));
    for (const [at, name] of ['handleWeb', 'handleJob', 'handleLean', 'handleBare'].entries()) {
      const names = sampled(text, all[at]?.pid ?? 0);
      assert.ok(names.has(name), `${name} among ${[...names]}; ${ran.stderr}${visits.join()}`);
      assert.ok(
        [...names].every((one) => !one.startsWith('handle') || one === name),
        [...names].join(),
      );
    }
    const code = text.split('\n').filter((line) => /^\d+ \{"/.test(line));
    // On a crowded machine only the busiest are looked at.
    assert.ok(code.length >= 2, `${code.length} processes were looked at: ${ran.stderr}`);
    const warned = (JSON.parse(text.split('\n')[1] ?? '') as { warnings: string[] }).warnings;
    assert.match(warned.join('\n'), new RegExp(`No perf map can be written in /tmp of ${lean.pid}`));
  });
});
