/** What a JavaScript source path says: whose code it is, and where it lies whatever the release. */
import { alternatives } from '../../shared/text/alternatives.ts';

/** A piece of a path that changes with each release, and what stands for it. */
export interface ReleaseRule {
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** Layouts known by default; first to last, all applied. */
export const RELEASE_RULES: readonly ReleaseRule[] = [
  // Container layers seen from the host: Docker overlay2 and aufs, podman, containerd, and /proc/PID/root.
  { pattern: /^\/proc\/\d+\/root(?=\/)/, replacement: '' },
  {
    pattern: /^.*\/(?:overlay2?|aufs\/mnt|fuse-overlayfs)\/[0-9a-f]{12,64}(?:\/(?:merged|diff))?(?=\/)/,
    replacement: '',
  },
  { pattern: /^.*\/io\.containerd\.snapshotter\.v1\.\w+\/snapshots\/\d+\/fs(?=\/)/, replacement: '' },
  { pattern: /^.*\/io\.containerd\.runtime\.v[12]\.\w+\/[^/]+\/[^/]+\/rootfs(?=\/)/, replacement: '' },
  // Elastic Beanstalk builds in staging and moves to current.
  { pattern: /^\/var\/app\/staging(?=\/)/, replacement: '/var/app/current' },
  // AWS CodeDeploy: deployment-root/GROUP/d-ABC123/deployment-archive.
  { pattern: /\/deployment-root\/[^/]+\/d-[A-Z0-9]+\/deployment-archive(?=\/)/, replacement: '/current' },
  // Capistrano, Deployer, Shipit, Mina: releases/20240131120000 with a link named current.
  { pattern: /\/(?:releases|deploys|builds|deployments)\/[^/]+(?=\/)/, replacement: '/current' },
  // A directory that is a version, a commit or a time: /opt/app/1.4.2, /srv/<40 hex digits>, /srv/app/20240131120000.
  {
    pattern: /\/(?:v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?|[0-9a-f]{40}|[0-9a-f]{64}|20\d{6}[-_T]?\d{4,6}Z?)(?=\/)/,
    replacement: '/current',
  },
];

/** A directory of this name stands for any release; `*` is any piece of a name: `gen-*`. */
export function releaseDirectory(name: string): ReleaseRule {
  const pattern = name.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replace(/\*+/g, '[^/]*');
  return { pattern: new RegExp(`/${pattern}(?=/)`), replacement: '/current' };
}

/**
 * Folds what differs between two releases of the same program: `/srv/app/releases/42/x.js` → `/srv/app/current/x.js`.
 */
export function foldRelease(path: string, rules: readonly ReleaseRule[] = RELEASE_RULES): string {
  // Below node_modules a version is part of a package's identity, not of the release.
  const modules = path.indexOf('/node_modules/');
  let head = modules < 0 ? path : path.slice(0, modules + 1);
  for (const rule of rules) head = head.replace(rule.pattern, rule.replacement);
  return modules < 0 ? head : head + path.slice(modules + 1);
}

export interface PackagePlace {
  readonly name: string;
  /** Null where the path does not carry it. */
  readonly version: string | null;
  /** Path within the package. */
  readonly inside: string;
}

const PACKAGE = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/s;

/** pnpm, bun and npm's linked layout name the version in the store directory: `.pnpm/@babel+core@7.1.0_peer/`. */
const STORE = /\/\.(?:pnpm|bun|store)\/((?:@[^/+@]+[+/])?[^/@]+)@([^/_(]+)[^/]*\/node_modules\/(?!.*\/node_modules\/)/s;

/**
 * Yarn's cache and unplugged folders: `.yarn/cache/@babel-core-npm-7.1.0-1a2b3c4d5e-….zip/node_modules/@babel/core/`.
 */
const YARN = /\/[^/]*-npm-(\d[^/]*?)-[0-9a-f]{8,10}(?:-[^/]*)?(?:\.zip)?\/node_modules\/(?!.*\/node_modules\/)/s;

/** The npm package that a path lies in; undefined outside node_modules. */
export function packageOf(path: string): PackagePlace | undefined {
  const at = path.lastIndexOf('node_modules/');
  if (at < 0 || (at > 0 && path[at - 1] !== '/')) return undefined;
  const match = PACKAGE.exec(path.slice(at + 'node_modules/'.length));
  if (match === null) return undefined;
  const name = match[1] as string;
  const store = STORE.exec(path);
  const inStore = store !== null && (store[1] as string).replace('+', '/') === name ? (store[2] as string) : null;
  return { name, version: inStore ?? YARN.exec(path)?.[1] ?? null, inside: match[2] ?? '' };
}

/**
 * Yarn gives a package a path for each set of its peers: `a/b/__virtual__/<hash>/<n>/c.js` is `c.js` in the directory n
 * levels above `a/b`.
 */
const VIRTUAL = /^(.*)\/(?:__virtual__|\$\$virtual)\/[^/]+\/(\d)\/(.*)$/s;

function realPath(path: string): string {
  const virtual = path.includes('virtual') ? VIRTUAL.exec(path) : null;
  if (virtual === null) return path;
  const [, above = '', levels, inside] = virtual;
  const parts = above.split('/');
  return [...parts.slice(0, Math.max(1, parts.length - Number(levels))), inside].join('/');
}

/** `file:///srv/my%20app/x.mjs` → `/srv/my app/x.mjs`; query strings of ES module loaders go. */
export function plainPath(resource: string): string {
  if (!resource.startsWith('file://')) return realPath(resource);
  const path = resource.slice('file://'.length).replace(/[?#].*$/s, '');
  try {
    return realPath(decodeURIComponent(path));
  } catch {
    return realPath(path);
  }
}

const CORE_NAMES = alternatives(
  /assert|async_hooks|buffer|child_process|cluster|console|constants|crypto|dgram|dns|domain|events/,
  /freelist|fs|http|http2|https|http_agent|http_client|http_common|http_incoming|http_outgoing|http_server/,
  /inspector|linklist|module|net|os|path|perf_hooks|process|punycode|querystring|readline|repl|stream/,
  /stream_duplex|stream_passthrough|stream_readable|stream_transform|stream_wrap|stream_writable/,
  /string_decoder|sys|timers|tls|tls_common|tls_wrap|trace_events|tty|url|util|v8|vm|wasi|worker_threads/,
  /zlib/,
);
/** Node's own modules as Node ≤ 14 prints them, without `node:` and with `.js`. */
const OLD_CORE = new RegExp(`^(?:internal/.+|node|_?(?:${CORE_NAMES}))\\.js$`);

/** `node:events` for Node's own modules in any version's spelling; undefined for all else. */
export function coreModule(resource: string, hasColumn: boolean): string | undefined {
  if (resource.startsWith('node:')) return resource;
  // Node ≤ 14 printed no columns: a bare `events.js:5:63` of a newer Node is a file of the service.
  if (!hasColumn && OLD_CORE.test(resource)) return `node:${resource.slice(0, -3)}`;
  return undefined;
}
