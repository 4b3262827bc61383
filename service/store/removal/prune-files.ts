import type { ArtifactFolder } from '../artifact-folder.ts';
import type { Db } from '../database.ts';

export interface PrunedFiles {
  readonly files: number;
  readonly fileBytes: number;
}

/** A file is written before the row that refers to it: a young one may be waiting for its row. */
const MIN_AGE_MS = 3_600_000;
/** Files unlinked while the lock on the database is held. */
const AT_ONCE = 64;

/** Deletes files that no row refers to any more. */
export class PruneFiles {
  private readonly db: Db;
  private readonly artifacts: ArtifactFolder;
  private readonly references: ReturnType<Db['prepare']>;

  constructor(db: Db, artifacts: ArtifactFolder) {
    this.db = db;
    this.artifacts = artifacts;
    const of = (table: string) => `(SELECT COUNT(*) FROM ${table} WHERE hash = :hash)`;
    this.references = db.prepare(`SELECT ${of('artifact')} + ${of('baseline')}`).pluck();
  }

  /**
   * The lock is held, although nothing is written: another process, `replay`, cannot refer to a file between the look
   * at its rows and its end.
   */
  remove(hashes: readonly string[]): PrunedFiles {
    let files = 0;
    let fileBytes = 0;
    const removeSome = this.db.transaction((some: readonly string[]) => {
      for (const hash of some) {
        if (this.count(hash) > 0) continue;
        const bytes = this.artifacts.remove(hash);
        if (bytes === undefined) continue;
        files++;
        fileBytes += bytes;
      }
    });
    const unique = [...new Set(hashes)];
    for (let from = 0; from < unique.length; from += AT_ONCE) removeSome.immediate(unique.slice(from, from + AT_ONCE));
    return { files, fileBytes };
  }

  /** What a kill or a replaced file left behind in one of the folders. */
  sweep(folder: number, nowMs: number): PrunedFiles {
    const old = this.artifacts.listFolder(folder).filter(({ modifiedAtMs }) => modifiedAtMs < nowMs - MIN_AGE_MS);
    return this.remove(old.map(({ name }) => name).filter((name) => this.count(name) === 0));
  }

  /** Which files would go if the rows that are counted went. */
  lastReferences(gone: ReadonlyMap<string, number>): PrunedFiles {
    const last = [...gone].filter(([hash, count]) => this.count(hash) === count).map(([hash]) => hash);
    const bytes = last.map((hash) => this.artifacts.size(hash)).filter((size) => size !== undefined);
    return { files: bytes.length, fileBytes: bytes.reduce((sum, size) => sum + size, 0) };
  }

  private count(hash: string): number {
    return this.references.get({ hash }) as number;
  }
}
