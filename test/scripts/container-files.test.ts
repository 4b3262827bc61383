/** What is read of the files of container runtimes, and what is not: without a recording. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { containerId, noContainers } from '../support/scripts/container.ts';
import { AWKS, awkFile, folder, PARTS, wrapper } from '../support/scripts/remote-script.ts';

const [A, B, C] = [containerId('a'), containerId('b'), containerId('c')];
const USER = 54_321;
const HOME = '/home/smokejumper-test';

interface Files {
  /** By path on the host; `-> PATH` is a link. */
  readonly [path: string]: string;
}

/** What is told of the containers whose cgroups are given, with these files on the machine. */
function told(
  t: TestContext,
  cgroups: readonly string[],
  files: Files,
  {
    awk = ['awk'],
    prepare = (_dir: string): void => undefined,
  }: { awk?: readonly string[]; prepare?(dir: string): void } = {},
): unknown[] {
  const dir = folder(t);
  chmodSync(dir, 0o755);
  const tops = ['/var/lib', '/run', '/etc', '/home'];
  for (const top of tops) mkdirSync(join(dir, top), { recursive: true });
  for (const [path, text] of Object.entries({ '/etc/docker/daemon.json': '{}', ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(dir, path));
    else writeFileSync(join(dir, path), text);
  }
  const work = join(dir, 'work');
  mkdirSync(work, { mode: 0o700 });
  writeFileSync(join(work, 'programs.facts'), '');
  const described = cgroups.map((path) => `7 container ${/[0-9a-f]{64}/.exec(path)?.[0]} 0::/${path}\n`);
  writeFileSync(join(work, 'described'), described.join(''));
  prepare(dir);
  const mounts = tops.map((top) => `mount -t overlay -o lowerdir=${dir}${top}:${top} overlay ${top}`);
  const run = [
    `. ${join(PARTS, 'run/containers.sh')}`,
    `container_awk=$(cat ${awkFile('container')})`,
    'find_containers',
  ];
  const env = { PATH: process.env.PATH, LC_ALL: 'C', work, awk: wrapper(dir, 'awk', awk) };
  const { stderr } = spawnSync('unshare', ['--mount', 'sh', '-euc', [...mounts, ...run].join('\n')], {
    env,
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return JSON.parse(`[${readFileSync(join(work, 'told.json'), 'utf8')}]`);
}

const docker = (name: string): string =>
  JSON.stringify({ Config: { Image: `shop/${name}:1`, Labels: {} }, Name: `/${name}` });
const podman = (id: string, name: string): string =>
  JSON.stringify([{ id, names: [name], metadata: JSON.stringify({ 'image-name': `quay.io/${name}:1` }) }]);
const short = (id: string): string => id.slice(0, 12);
const skip = noContainers() ?? false;

describe('the files of container runtimes', { skip, timeout: 60_000 }, () => {
  for (const awk of AWKS) {
    test(`${awk.join(' ')}: Docker, containerd, CRI-O and Podman are read, whatever the labels hold`, (t) => {
      const crio = {
        annotations: {
          'io.kubernetes.container.name': 'web\u0007"\\',
          'io.kubernetes.pod.name': 'web-1',
          'io.kubernetes.pod.namespace': 'shop',
          'io.kubernetes.cri-o.ImageName': 'quay.io/shop/web:7',
          note: '"annotations":{"io.kubernetes.pod.name":"evil"}',
        },
      };
      const compose = {
        Config: { Image: 'web', Labels: { 'com.docker.compose.service': 'web' } },
        Name: '/shop-web-1',
      };
      const storage = '/storage/overlay-containers';
      const files = {
        [`/var/lib/docker/containers/${A}/config.v2.json`]: JSON.stringify(compose, undefined, 2),
        [`/run/containers${storage}/${B}/userdata/config.json`]: JSON.stringify(crio),
        [`/var/lib/containers${storage}/containers.json`]: podman(C, 'lean'),
      };
      const cgroups = [
        `docker/${A}`,
        `kubepods.slice/kubepods-pod0_1.slice/crio-${B}.scope`,
        `machine.slice/libpod-${C}.scope`,
      ];
      assert.deepEqual(told(t, cgroups, files, { awk }), [
        { id: short(A), name: 'shop-web-1', image: 'web', service: 'web' },
        { id: short(B), name: 'web?0007??', image: 'quay.io/shop/web:7', pod: 'web-1', namespace: 'shop' },
        { id: short(C), name: 'lean', image: 'quay.io/lean:1' },
      ]);
    });
  }

  test('without such files the cgroup tells the pod or the task, in all its shapes', (t) => {
    const uid = '01234567-89ab-cdef-0123-456789abcdef';
    const shapes = [
      `kubepods/burstable/pod${uid}/${A}`,
      `kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${A}.scope`,
      `../../kubepods/pod${uid}/${A}`,
      `ecs/${uid}/${A}`,
      `ecs/0123abcd/${A}/init.scope`,
      `ecstasks.slice/ecstasks-0123abcd.slice/docker-${A}.scope`,
      `system.slice/docker-${A}.scope`,
      `docker/${B}/docker/${A}`,
    ];
    assert.deepEqual(
      shapes.map((path) => told(t, [path.replace(B, 'b'.repeat(63))], {})[0]),
      [
        ...[1, 2, 3].map(() => ({ id: short(A), podUid: uid })),
        { id: short(A), task: uid },
        { id: short(A), task: '0123abcd' },
        { id: short(A), task: '0123abcd' },
        { id: short(A) },
        { id: short(A) },
      ],
    );
  });

  test('links, files of other users, huge ones and broken ones tell nothing', (t) => {
    const files = {
      '/etc/secret': docker('secret'),
      [`/var/lib/docker/containers/${A}/config.v2.json`]: '-> /etc/secret',
      [`/var/lib/docker/containers/${B}/config.v2.json`]: docker('forged'),
      [`/var/lib/docker/containers/${C}/config.v2.json`]: docker('huge'),
      '/var/lib/containers/storage/overlay-containers/containers.json': '[[[{"id":"x","names":["',
    };
    const prepare = (dir: string): void => {
      chownSync(join(dir, `/var/lib/docker/containers/${B}/config.v2.json`), USER, USER);
      truncateSync(join(dir, `/var/lib/docker/containers/${C}/config.v2.json`), 2_000_000);
    };
    const cgroups = [A, B, C].map((id) => `docker/${id}`);
    assert.deepEqual(told(t, cgroups, files, { prepare }), [{ id: short(A) }, { id: short(B) }, { id: short(C) }]);
  });

  test('a container without root is told of by what its user may read, and only that', (t) => {
    const share = `${HOME}/.local/share`;
    const slice = `user.slice/user-${USER}.slice/user@${USER}.service/user.slice`;
    const files = {
      '/etc/passwd': `root:x:0:0::/root:/bin/sh\nsmokejumper:x:${USER}:${USER}::${HOME}:/bin/sh\n`,
      '/etc/secret': docker('secret'),
      [`${share}/docker/containers/${A}/config.v2.json`]: docker('web'),
      [`${share}/docker/containers/${B}/config.v2.json`]: '-> /etc/secret',
      [`${share}/containers/storage/overlay-containers/containers.json`]: podman(C, 'lean'),
      // Root's container of that id is another one.
      [`/var/lib/docker/containers/${B}/config.v2.json`]: docker('of-root'),
    };
    const prepare = (dir: string): void => chmodSync(join(dir, '/etc/secret'), 0o600);
    const cgroups = [A, B].map((id) => `${slice}/docker-${id}.scope`);
    assert.deepEqual(told(t, [...cgroups, `${slice}/libpod-${C}.scope/container`], files, { prepare }), [
      { id: short(A), name: 'web', image: 'shop/web:1' },
      { id: short(B) },
      { id: short(C), name: 'lean', image: 'quay.io/lean:1' },
    ]);
  });
});
