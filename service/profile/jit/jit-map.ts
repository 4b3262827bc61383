/**
 * A perf map (`/tmp/perf-PID.map`): lines `hexaddress hexsize symbol`, appended by the JIT for ever. V8 reuses the
 * addresses of dead code, so several entries may cover one address and only the newest that existed when the sample was
 * taken is right; perf itself shows the oldest (docs/formats.md, "The repair rule").
 *
 * Made for 2 million entries: columns of numbers, the text of a symbol is decoded only on request.
 */

import { widened } from '../columns.ts';

export interface JitEntry {
  /** First address of the code. */
  readonly start: number;
  /** Bytes of code. */
  readonly size: number;
  /** Byte offset of the entry's line in the map: the entry exists as soon as the map is longer than this. */
  readonly offset: number;
  /** As the JIT wrote it: `JS:*parseHTML /srv/app.js:5:63`. Untrusted text. */
  readonly symbol: string;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
/** No single piece of JIT code is larger (V8's whole code range is 128 MiB to 2 GiB); also keeps sizes in 32 bits. */
const MAX_SIZE = 0x7fff_ffff;
/** User space ends at 2^47 (x86-64) or 2^48 (arm64), 2^52 with large addresses: exact in a double. */
const MAX_ADDRESS = 2 ** 52;
/**
 * Entries looked at for one address. Real maps cover an address some tens of times; only a forged one reaches this, and
 * who forges the map chooses the names anyway. It bounds the time of a hostile map to about 1 ms an address.
 */
const MAX_VISITS = 100_000;
/** Entries for which one maximal end is kept. */
const BLOCK = 32;

/** Value of a hexadecimal digit, −1 for every other byte. */
const HEX = new Int8Array(256).fill(-1);
for (let i = 0; i < 22; i++) HEX['0123456789abcdefABCDEF'.charCodeAt(i)] = i < 16 ? i : i - 6;

/** Numbers of the entries in file order. */
class EntryColumns {
  length = 0;
  start = new Float64Array(1024);
  size = new Uint32Array(1024);
  /** 32 bits: whoever reads maps takes none that is longer (512 MiB). */
  offset = new Uint32Array(1024);

  push(start: number, size: number, offset: number): void {
    if (this.length === this.start.length) this.grow();
    this.start[this.length] = start;
    this.size[this.length] = size;
    this.offset[this.length++] = offset;
  }

  private grow(): void {
    this.start = widened(this.start, this.length * 2);
    this.size = widened(this.size, this.length * 2);
    this.offset = widened(this.offset, this.length * 2);
  }
}

/** Reads hexadecimal numbers; a class, because one that returns number and place would make an object for each. */
class HexReader {
  /** Behind the last digit read. */
  at = 0;
  /** Of the number read, 0 where no digit stands. */
  value = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Whether a number stands at `from`, with a blank behind it. */
  read(from: number): boolean {
    const { bytes } = this;
    let at = from;
    let value = 0;
    if (bytes[at] === 0x30 && ((bytes[at + 1] ?? 0) | 0x20) === 0x78) at += 2; // "0x", as some JITs write
    const first = at;
    for (; at < bytes.length; at++) {
      const digit = HEX[bytes[at] as number] as number;
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    this.at = at;
    this.value = value;
    return at > first && bytes[at] === SPACE;
  }
}

/** One pass over the bytes; a line that is not an entry, and a last line without its newline (torn), is skipped. */
function readEntries(bytes: Uint8Array): { entries: EntryColumns; skipped: number } {
  const entries = new EntryColumns();
  const hex = new HexReader(bytes);
  let skipped = 0;
  for (let line = 0; line < bytes.length; ) {
    const addressOk = hex.read(line) && hex.value < MAX_ADDRESS;
    const start = hex.value;
    const sizeOk = addressOk && hex.read(hex.at + 1) && hex.value > 0 && hex.value <= MAX_SIZE;
    const newline = bytes.indexOf(NEWLINE, hex.at);
    if (newline < 0) return { entries, skipped: skipped + 1 };
    if (sizeOk) entries.push(start, hex.value, line);
    else skipped++;
    line = newline + 1;
  }
  return { entries, skipped };
}

/**
 * Entry numbers sorted by start address, file order among equals: radix sort, 11 bits a pass, constant digits skipped.
 */
function sortByStart({ start, length }: EntryColumns): Uint32Array {
  let order = new Uint32Array(length);
  let spare = new Uint32Array(length);
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (let i = 0; i < length; i++) {
    const value = start[i] as number;
    order[i] = i;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const counts = new Uint32Array(2048);
  for (let unit = 1; highest - lowest >= unit; unit *= 2048) {
    counts.fill(0);
    for (let i = 0; i < length; i++) {
      const digit = Math.floor(((start[i] as number) - lowest) / unit) % 2048;
      counts[digit] = (counts[digit] as number) + 1;
    }
    for (let digit = 0, sum = 0; digit < 2048; digit++) {
      const count = counts[digit] as number;
      counts[digit] = sum;
      sum += count;
    }
    for (let i = 0; i < length; i++) {
      const entry = order[i] as number;
      const digit = Math.floor(((start[entry] as number) - lowest) / unit) % 2048;
      const slot = counts[digit] as number;
      counts[digit] = slot + 1;
      spare[slot] = entry;
    }
    [order, spare] = [spare, order];
  }
  return order;
}

/** For each level the largest end of `BLOCK` slots below; level 0 stands over the entries in start order. */
function endLevels({ start, size }: EntryColumns, order: Uint32Array): Float64Array[] {
  const levels: Float64Array[] = [];
  let below = order.length;
  do {
    const under = levels.at(-1);
    const level = new Float64Array(Math.ceil(below / BLOCK));
    for (let i = 0; i < below; i++) {
      const entry = order[i] as number;
      const reach = under === undefined ? (start[entry] as number) + (size[entry] as number) : (under[i] as number);
      const block = Math.floor(i / BLOCK);
      if (reach > (level[block] as number)) level[block] = reach;
    }
    levels.push(level);
    below = level.length;
  } while (below > 1);
  return levels;
}

export class JitMap {
  private readonly bytes: Uint8Array;
  private readonly entries: EntryColumns;
  /** Lines that are not entries, the torn last line included. */
  readonly skipped: number;
  private order: Uint32Array | undefined;
  private levels: Float64Array[] = [];

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const { entries, skipped } = readEntries(bytes);
    this.entries = entries;
    this.skipped = skipped;
  }

  /**
   * Reads a map; keeps (does not copy) `bytes`, less than 4 GiB of them. Any bytes are accepted: lines that are not
   * entries are counted in `skipped`.
   */
  static parse(bytes: Uint8Array): JitMap {
    return new JitMap(bytes);
  }

  get length(): number {
    return this.entries.length;
  }

  /**
   * The newest entry, in file order, that covers `address` among those that existed when the map was `limitBytes` long
   * (default: the whole map). Undefined when none does.
   */
  resolve(address: number, limitBytes = Number.POSITIVE_INFINITY): JitEntry | undefined {
    let newest = -1;
    this.eachCovering(address, (entry) => {
      if (entry > newest && (this.entries.offset[entry] as number) < limitBytes) newest = entry;
    });
    return newest < 0 ? undefined : this.entry(newest);
  }

  /** The oldest entry that covers `address`: what perf shows. */
  oldest(address: number): JitEntry | undefined {
    let oldest = -1;
    this.eachCovering(address, (entry) => {
      if (oldest < 0 || entry < oldest) oldest = entry;
    });
    return oldest < 0 ? undefined : this.entry(oldest);
  }

  private entry(index: number): JitEntry {
    const offset = this.entries.offset[index] as number;
    let from = offset;
    for (let spaces = 0; spaces < 2; from++) if (this.bytes[from] === SPACE) spaces++;
    const symbol = new TextDecoder().decode(this.bytes.subarray(from, this.bytes.indexOf(NEWLINE, from)));
    return { start: this.entries.start[index] as number, size: this.entries.size[index] as number, offset, symbol };
  }

  /** Walks the entries that begin at or before the address from the nearest down, over blocks that end before it. */
  private eachCovering(address: number, visit: (entry: number) => void): void {
    const order = this.index();
    const { start, size } = this.entries;
    let visits = 0;
    for (let i = this.lastStartingAtOrBefore(address); i >= 0 && visits < MAX_VISITS; ) {
      const skip = this.blockEndingBefore(i, address);
      if (skip > 0) {
        i -= skip;
        continue;
      }
      const entry = order[i--] as number;
      visits++;
      if ((start[entry] as number) + (size[entry] as number) > address) visit(entry);
    }
  }

  /** How many slots, `i` the last of them, form whole blocks in which nothing reaches the address. */
  private blockEndingBefore(i: number, address: number): number {
    let skip = 0;
    let width = BLOCK;
    for (const level of this.levels) {
      const block = Math.floor(i / width);
      if ((level[block] as number) > address) break;
      skip = i - block * width + 1;
      width *= BLOCK;
    }
    return skip;
  }

  private lastStartingAtOrBefore(address: number): number {
    const order = this.index();
    const { start } = this.entries;
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((start[order[middle] as number] as number) <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private index(): Uint32Array {
    if (this.order === undefined) {
      this.order = sortByStart(this.entries);
      this.levels = endLevels(this.entries, this.order);
    }
    return this.order;
  }
}
