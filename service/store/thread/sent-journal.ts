import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Settlement } from '../../incidents/store-port.ts';

/** Lines that the database has, too, are not worth more than this. */
const MAX_BYTES = 64 * 1024;

/**
 * Which deliveries were taken, one line each, until the database says so. A line is written at once, in the thread that
 * heard the yes, and outlives a SIGKILL: the transaction waits for another thread, and there for the disk. Not synced:
 * after a power cut a mail may come twice. A disk that is full means no journal, and nothing else.
 */
export class SentJournal {
  private file: number | null;
  private bytes = 0;
  /** Of deliveries of which the database does not know yet. */
  private readonly open = new Set<number>();
  /** Of the process before us. */
  readonly left: readonly Settlement[];

  constructor(path: string) {
    this.left = read(path);
    this.file = openForAppending(path);
  }

  /** Gives back what is to be called when the database says so, too. */
  note(settlement: Settlement): () => void {
    if (this.file === null) return () => undefined;
    try {
      this.bytes += writeSync(this.file, `${JSON.stringify(settlement)}\n`);
    } catch {
      // The database has its own way to say that the disk is full.
    }
    this.open.add(settlement.id);
    return () => {
      this.open.delete(settlement.id);
      if (this.open.size === 0 && this.bytes > MAX_BYTES) this.clear();
    };
  }

  /** What was left is known to the database now. */
  clear(): void {
    if (this.file === null) return;
    ftruncateSync(this.file);
    this.bytes = 0;
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    // Its number may soon be that of another file.
    this.file = null;
  }
}

function openForAppending(path: string): number | null {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a', 0o600);
  } catch {
    return null;
  }
}

function read(path: string): Settlement[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      // Sound: only `note` writes here; what a full disk cut off is no JSON, and what was changed names no lease.
      return [JSON.parse(line) as Settlement];
    } catch {
      return [];
    }
  });
}
