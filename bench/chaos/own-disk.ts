import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mounts a file system in memory of so many MB; gives back what takes it away again. Needs root. */
export function mountDisk(folder: string, megabytes: number): () => void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  return () => void execFileSync('umount', ['--lazy', folder]);
}

export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'smokejumper-mount-'));
  try {
    mountDisk(folder, 1)();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
