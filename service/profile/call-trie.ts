/** The call tree while it grows: integer arrays and one open-addressing hash table over (parent, frame). */
import { checkLength, widened } from './columns.ts';
import type { CallTree } from './profile.ts';

/** Spreads (node, frame) over 32 bits: two odd multipliers, the golden ratio's and murmur3's. */
function mix(node: number, frame: number): number {
  const h = Math.imul(node, 0x9e3779b1) ^ Math.imul(frame + 0x7f4a7c15, 0x85ebca6b);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Of large recordings 100,000. 32 million take 1 GB. */
const MOST_NODES = 1 << 25;

const FEW_NODES = 1 << 10;
/** What a recording of a minute has. The system gives memory only for what is used. */
export const MANY_NODES: number = 1 << 16;

/** Node 0 is the root, its parent and frame are −1. Parents come before children. */
export class CallTrie {
  length = 1;
  parent: Int32Array;
  frame: Int32Array;
  /** The child last requested, which is often requested again: 9 of 10 steps end here, without hashing. */
  private recent: Int32Array;
  /** Node ids; 0 is an empty slot, as the root is nobody's child. */
  private table: Int32Array;
  private mask: number;

  /** `expected` nodes, a power of two: to grow to them would take longer. More may come. */
  constructor(expected = FEW_NODES) {
    this.parent = new Int32Array(expected);
    this.frame = new Int32Array(expected);
    this.recent = new Int32Array(expected);
    this.table = new Int32Array(expected * 2);
    this.mask = this.table.length - 1;
    this.parent[0] = -1;
    this.frame[0] = -1;
  }

  /** The child of `node` for `frame`, made when new. */
  child(node: number, frame: number): number {
    const recent = this.recent[node] as number;
    if (recent !== 0 && this.frame[recent] === frame) return recent;
    return this.find(node, frame);
  }

  /** The used part: no copy. */
  view(): CallTree {
    const { length } = this;
    return { length, parent: this.parent.subarray(0, length), frame: this.frame.subarray(0, length) };
  }

  private find(node: number, frame: number): number {
    const { table, mask } = this;
    let slot = mix(node, frame) & mask;
    for (let id = table[slot] as number; id !== 0; id = table[slot] as number) {
      if (this.parent[id] === node && this.frame[id] === frame) {
        this.recent[node] = id;
        return id;
      }
      slot = (slot + 1) & mask;
    }
    return this.add(node, frame, slot);
  }

  private add(node: number, frame: number, slot: number): number {
    const id = this.length;
    if (id === this.parent.length) {
      checkLength(id, MOST_NODES, 'calls');
      this.parent = widened(this.parent, id * 2);
      this.frame = widened(this.frame, id * 2);
      this.recent = widened(this.recent, id * 2);
    }
    this.length = id + 1;
    this.parent[id] = node;
    this.frame[id] = frame;
    this.recent[node] = id;
    this.table[slot] = id;
    if (id * 2 > this.mask) this.rehash();
    return id;
  }

  private rehash(): void {
    const mask = this.mask * 2 + 1;
    const table = new Int32Array(mask + 1);
    for (let id = 1; id < this.length; id++) {
      let slot = mix(this.parent[id] as number, this.frame[id] as number) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id;
    }
    this.table = table;
    this.mask = mask;
  }
}
