import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../shared/errors.ts';

/** Content-addressed files: `<folder>/ab/abcd…`. Equal content is stored once; a file is whole or absent. */
export class ArtifactFolder {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Writes to a temporary name, syncs, renames. Returns the sha256 in hex. Throws `ARTIFACT_UNWRITABLE`. */
  put(content: Uint8Array): string {
    const hash = createHash('sha256').update(content).digest('hex');
    const path = this.pathOf(hash);
    if (existsSync(path)) return hash;
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      mkdirSync(join(this.folder, hash.slice(0, 2)), { recursive: true });
      writeSynced(temporary, content);
      renameSync(temporary, path);
    } catch (cause) {
      discard(temporary);
      const { code } = cause as NodeJS.ErrnoException;
      const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : String(code ?? cause);
      throw new AppError('ARTIFACT_UNWRITABLE', `Could not write to the artifact folder: ${why}.`, {
        cause,
        retry: 'later',
        hint: 'Check the disk space and the permissions of DATA_DIR.',
      });
    }
    return hash;
  }

  /** Throws `ARTIFACT_MISSING` when the file is gone. */
  get(hash: string): Uint8Array {
    try {
      return readFileSync(this.pathOf(hash));
    } catch (cause) {
      throw new AppError('ARTIFACT_MISSING', `The artifact ${hash} is not in the artifact folder.`, {
        cause,
        hint: 'Restore the artifact folder together with the database.',
      });
    }
  }

  has(hash: string): boolean {
    return existsSync(this.pathOf(hash));
  }

  size(hash: string): number | undefined {
    return statSync(this.pathOf(hash), { throwIfNoEntry: false })?.size;
  }

  /** The size of what is gone now; undefined when there was nothing. */
  remove(hash: string): number | undefined {
    const size = this.size(hash);
    if (size !== undefined) rmSync(this.pathOf(hash), { force: true });
    return size;
  }

  /** Files in one of the 256 folders by the first byte of the hash; also those that a kill left half-written. */
  listFolder(byte: number): { readonly name: string; readonly modifiedAtMs: number }[] {
    const name = byte.toString(16).padStart(2, '0');
    const folder = join(this.folder, name);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((file) => file.startsWith(name))
      .map((file) => ({ name: file, modifiedAtMs: statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs }))
      .filter((file): file is { name: string; modifiedAtMs: number } => file.modifiedAtMs !== undefined);
  }

  private pathOf(hash: string): string {
    return join(this.folder, hash.slice(0, 2), hash);
  }
}

/** As far as it goes: the fault that led here is the one to tell. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

function writeSynced(path: string, content: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
