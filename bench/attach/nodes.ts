/** Node binaries of other versions, from the package registry, kept in node_modules/.cache. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/nodes');

/** `version` is a major or a full one. */
export function nodeBinary(version: string): string {
  const kept = join(CACHE, version, 'bin/node');
  if (existsSync(kept)) return kept;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'work-'));
  try {
    const name = `node-${process.platform}-${process.arch}@${version}`;
    const packed = execFileSync('npm', ['pack', '--silent', name], { cwd: work, encoding: 'utf8' }).trim();
    execFileSync('tar', ['xzf', packed, 'package/bin/node'], { cwd: work });
    renameSync(join(work, 'package'), join(CACHE, version));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return kept;
}
