/**
 * Other versions of Node.js, Bun and Deno, from the package registry, kept in node_modules/.cache: the tests and the
 * benchmarks visit their processes. Run by itself, it fetches those that the tests use and says what could not be had.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CACHE = join(import.meta.dirname, '../node_modules/.cache');
const LIBC = process.platform === 'linux' ? '-glibc' : '';
const HOST = `${process.platform}-${process.arch}`;

/** Beside that of the project itself. */
const NODES = ['16', '18', '20', '22', '26'];
const OTHERS = {
  bun: { package: `@oven/bun-${HOST}`, file: 'bin/bun' },
  deno: { package: `@deno/${HOST}${LIBC}`, file: 'deno' },
} as const;

export type OtherRuntime = keyof typeof OTHERS;

/** `version` is a major or a full one. */
export function nodePath(version: string): string {
  return join(CACHE, 'nodes', version, 'bin/node');
}

export function otherPath(runtime: OtherRuntime): string {
  return join(CACHE, 'runtimes', runtime);
}

/** One file of a package's newest release that `wanted` allows. Throws when the registry does not give it. */
function fetchFile(wanted: string, file: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const work = mkdtempSync(`${path}-`);
  try {
    execFileSync('npm', ['pack', '--silent', wanted], { cwd: work, stdio: ['ignore', 'ignore', 'pipe'] });
    const [packed = ''] = readdirSync(work);
    execFileSync('tar', ['xzf', packed, `package/${file}`], { cwd: work });
    chmodSync(join(work, 'package', file), 0o755);
    renameSync(join(work, 'package', file), path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The binary of a version, fetched when it is not here. */
export function nodeBinary(version: string): string {
  const path = nodePath(version);
  if (!existsSync(path)) fetchFile(`node-${HOST}@${version}`, 'bin/node', path);
  return path;
}

function fetchAll(): void {
  const others = Object.entries(OTHERS).map(([name, { package: wanted, file }]) => {
    return { name, wanted, file, path: otherPath(name as OtherRuntime) };
  });
  const nodes = NODES.map((version) => {
    return { name: `Node ${version}`, wanted: `node-${HOST}@${version}`, file: 'bin/node', path: nodePath(version) };
  });
  const missing = [...nodes, ...others].filter(({ path }) => !existsSync(path));
  if (missing.length > 0) console.error(`smokejumper: fetching ${missing.map(({ name }) => name).join(', ')} …`);
  for (const { name, wanted, file, path } of missing) {
    try {
      fetchFile(wanted, file, path);
    } catch {
      console.error(`smokejumper: ${wanted} could not be had; the tests of ${name} are skipped.`);
    }
  }
}

if (import.meta.main) fetchAll();
