import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Delivery } from '../../incidents/store-port.ts';
import { readReceipts, receiptLine, type SentReceipt } from '../../shared/receipt.ts';
import type { StoreCall } from '../store-calls.ts';

/** Lines that the database has, too, are not worth more than this. */
const MAX_BYTES = 64 * 1024;

/**
 * Which deliveries were taken, one line each, until the database says so. A line is written at once, by the thread that
 * heard the yes, and outlives a SIGKILL: the transaction waits for another thread, and there for the disk. Not synced:
 * after a power cut a mail may come twice. A disk that is full means no journal, and nothing else.
 */
export class SentJournal {
  private file: number | null;
  /** Deliveries that somebody of this process has claimed: for each, a line may be there or come, whoever writes it. */
  private readonly claimed = new Set<number>();
  /** Of the process before us. */
  readonly left: readonly SentReceipt[];

  constructor(path: string) {
    this.left = read(path);
    this.file = openForAppending(path);
  }

  /** A call is about to be made: one that says what was taken is written down first. */
  before(call: StoreCall): void {
    if (call[0] !== 'settleDelivery' || call[1].state !== 'sent' || this.file === null) return;
    try {
      writeSync(this.file, receiptLine(call[1]));
    } catch {
      // The database has its own way to say that the disk is full.
    }
  }

  /** A call was answered. */
  after(call: StoreCall, answer: unknown): void {
    if (call[0] === 'claimDelivery') {
      const delivery = answer as Delivery | undefined;
      if (delivery !== undefined) this.claimed.add(delivery.id);
    } else if ((call[0] === 'settleDelivery' || call[0] === 'postponeDelivery') && answer === true) {
      this.claimed.delete(call[1].id);
      if (this.claimed.size === 0) this.shrink();
    }
  }

  /** What was left is known to the database now. */
  clear(): void {
    if (this.file !== null) ftruncateSync(this.file);
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    // Its number may soon be that of another file.
    this.file = null;
  }

  private shrink(): void {
    if (this.file !== null && fstatSync(this.file).size > MAX_BYTES) this.clear();
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

function read(path: string): SentReceipt[] {
  try {
    return readReceipts(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}
