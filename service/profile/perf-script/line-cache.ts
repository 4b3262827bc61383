/**
 * Distinct lines of a text, each kept once as bytes. Of the 6.1 million frame lines in 475 MB of `perf script` text
 * 80,000 are distinct, so whatever is known about a line is worked out once and found again by its bytes.
 *
 * `next` remembers which line followed a line the last time: comparing with that guess, 8 bytes a step, needs neither a
 * hash nor the end of the line and is right for 86 % of frames. A guess is compared in full, so it is never wrong.
 */

import { widened } from '../columns.ts';

/** Lines beyond this are forgotten and learned again, so that a text of distinct lines cannot fill the memory. */
const MAX_LINES = 1 << 20;
const MAX_BYTES = 1 << 27;
/** 100 MB of text have 20,000 lines; the system gives memory only for what is used. */
const MANY_LINES = 1 << 16;

export class LineCache {
  /** How often everything was forgotten: ids from before are void. */
  generation = 0;
  /** Id 0 is taken by a line of no bytes. */
  length = 1;
  /** All lines, newline included, each at a multiple of 8. */
  view: DataView;
  offset: Int32Array;
  /** Bytes of the line with its newline. */
  size: Int32Array;
  /** The line that followed last time; 0 is a line that never matches. */
  next: Int32Array;
  /** What the owner knows about the line. */
  value: Int32Array;
  /** A second note of the owner. */
  mark: Int32Array;
  private hashes: Int32Array;
  private table: Int32Array;
  private bytes: Uint8Array;
  private used = 0;

  /** `expected` lines, a power of two: to grow to them would take longer. More may come. */
  constructor(expected = MANY_LINES) {
    this.bytes = new Uint8Array(expected * 64);
    this.view = new DataView(this.bytes.buffer);
    this.offset = new Int32Array(expected);
    this.size = new Int32Array(expected);
    this.next = new Int32Array(expected);
    this.value = new Int32Array(expected);
    this.mark = new Int32Array(expected);
    this.hashes = new Int32Array(expected);
    this.table = new Int32Array(expected * 2);
  }

  /** Forgets every line. */
  clear(): void {
    this.generation++;
    this.used = 0;
    this.length = 1;
    this.table.fill(0);
  }

  /** Id of the line at `from`, `size` bytes with newline; 0 when unknown. */
  find(text: DataView, from: number, size: number, hash: number): number {
    const { table, hashes, view } = this;
    const mask = table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = table[slot] as number;
      if (id === 0) return 0;
      if (hashes[id] !== hash || this.size[id] !== size) continue;
      let at = this.offset[id] as number;
      let i = from;
      const end = from + size;
      for (; i + 4 <= end; i += 4, at += 4) if (view.getInt32(at, true) !== text.getInt32(i, true)) break;
      while (i < end && view.getUint8(at) === text.getUint8(i)) {
        i++;
        at++;
      }
      if (i === end) return id;
    }
  }

  /** Adds a line that `find` does not know; forgets all others first when there are too many. */
  add(text: DataView, from: number, size: number, hash: number): number {
    if (this.length >= MAX_LINES || this.used + size > MAX_BYTES) this.clear();
    if (this.length === this.offset.length) this.growColumns();
    while (this.used + size + 8 > this.bytes.length) this.growBytes();
    const id = this.length++;
    // Lines are short: `set` would need a view of each, which costs more than this loop.
    const { view } = this;
    const end = from + size;
    let at = from;
    let to = this.used;
    for (; at + 4 <= end; at += 4, to += 4) view.setInt32(to, text.getInt32(at, true), true);
    while (at < end) view.setUint8(to++, text.getUint8(at++));
    this.offset[id] = this.used;
    this.size[id] = size;
    this.next[id] = 0;
    this.value[id] = -1;
    this.mark[id] = 0;
    this.hashes[id] = hash;
    this.used = (this.used + size + 7) & ~7;
    if (id * 2 >= this.table.length) this.table = new Int32Array(this.table.length * 2);
    else {
      this.enter(id);
      return id;
    }
    for (let known = 1; known <= id; known++) this.enter(known);
    return id;
  }

  private enter(id: number): void {
    const mask = this.table.length - 1;
    let slot = (this.hashes[id] as number) & mask;
    while (this.table[slot] !== 0) slot = (slot + 1) & mask;
    this.table[slot] = id;
  }

  private growColumns(): void {
    for (const name of ['offset', 'size', 'next', 'value', 'mark', 'hashes'] as const) {
      this[name] = widened(this[name], this[name].length * 2);
    }
  }

  private growBytes(): void {
    const wider = new Uint8Array(this.bytes.length * 2);
    wider.set(this.bytes);
    this.bytes = wider;
    this.view = new DataView(wider.buffer);
  }
}
