import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
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
