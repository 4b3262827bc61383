import { createHash, randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../shared/errors.ts';

/** Content-addressed files: `<folder>/ab/abcd…`. Equal content is stored once; a file is whole or absent. */
export class ArtifactFolder {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Writes to a temporary name, syncs, renames. Returns the sha256 in hex. */
  put(content: Uint8Array): string {
    const hash = createHash('sha256').update(content).digest('hex');
    const path = this.pathOf(hash);
    if (existsSync(path)) return hash;
    mkdirSync(join(this.folder, hash.slice(0, 2)), { recursive: true });
    const temporary = `${path}.${randomUUID()}.tmp`;
    const file = openSync(temporary, 'wx', 0o600);
    try {
      for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
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
