/**
 * Numbers and trees as short printable text that gzip shrinks well. Encoders run on the server, decoders (their names
 * begin with `unpack`) in the browser.
 *
 * A number below 64 is one character of `FINAL`; a larger one is preceded by base-24 digits from `CARRY`, lowest first.
 * None of the characters needs an escape in JSON, XML or HTML.
 */
import { CALLED, INLINED } from '../../profile/call-kinds.ts';
import type { FlameTree } from './flame-tree.ts';

const FINAL = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const CARRY = '!#$%()*+,./:;=?@[]^`{|}~';

/** Children of one function that the tree's coder remembers: beyond, a repeated pair is spelt out. */
const MEMORY = 64;

/** A tree in preorder. `up`: levels to climb from the frame before; `pick`, `fresh`: see `packTree`. */
export interface PackedTree {
  readonly length: number;
  readonly up: string;
  readonly pick: string;
  readonly fresh: string;
}

/** Collects whole numbers from 0 to 2^53 as text. */
export class Packer {
  private readonly parts: string[] = [];
  private text = '';

  add(value: number): void {
    let rest = value;
    while (rest >= 64) {
      this.text += CARRY[rest % 24];
      rest = Math.floor(rest / 24);
    }
    this.text += FINAL[rest];
    // A string that grows by single characters for ever is slow to flatten.
    if (this.text.length > 8192) {
      this.parts.push(this.text);
      this.text = '';
    }
  }

  toString(): string {
    return this.parts.join('') + this.text;
  }
}

export function packNumbers(values: Iterable<number>): string {
  const packer = new Packer();
  for (const value of values) packer.add(value);
  return packer.toString();
}

/**
 * Functions are numbered by first appearance. A frame is told by its place in the list of functions that its parent's
 * function was last seen to call (`pick`, 1 = the latest); 0 is a pair never seen, and then `fresh` says which
 * function: 0 = the next new one, n = the n-th last of the known ones. Call trees repeat themselves, so most numbers
 * are small. `order` gives the functions by number.
 */
export function packTree(tree: FlameTree): { readonly packed: PackedTree; readonly order: readonly number[] } {
  const up = new Packer();
  const pick = new Packer();
  const fresh = new Packer();
  const number = new Map<number, number>();
  const recent = new Map<number, number[]>();
  for (let node = 1; node < tree.length; node++) {
    const fn = tree.fn[node] as number;
    const caller = tree.fn[tree.parent[node] as number] as number;
    up.add((tree.depth[node - 1] as number) + 1 - (tree.depth[node] as number));
    let list = recent.get(caller);
    if (list === undefined) {
      list = [];
      recent.set(caller, list);
    }
    const at = list.indexOf(fn);
    pick.add(at + 1);
    if (at >= 0) list.splice(at, 1);
    else {
      const known = number.get(fn);
      fresh.add(known === undefined ? 0 : number.size - known);
      if (known === undefined) number.set(fn, number.size);
      if (list.length === MEMORY) list.pop();
    }
    list.unshift(fn);
  }
  const packed = { length: tree.length, up: `${up}`, pick: `${pick}`, fresh: `${fresh}` };
  return { packed, order: [...number.keys()] };
}

/**
 * Nodes that were inlined, as steps from one to the next × 2, + 1 for one that was called as well (`call-kinds.ts`):
 * they are few.
 */
export function packInlined(kinds: Uint8Array): string {
  const packer = new Packer();
  let last = 0;
  kinds.forEach((kind, node) => {
    if ((kind & INLINED) === 0) return;
    packer.add((node - last) * 2 + (kind & CALLED));
    last = node;
  });
  return `${packer}`;
}

/** The kind of each node of a tree. */
export function unpackInlined(text: string, length: number): Uint8Array {
  const kinds = new Uint8Array(length).fill(CALLED);
  let node = 0;
  for (const step of unpackNumbers(text)) {
    node += Math.floor(step / 2);
    kinds[node] = INLINED | (step % 2);
  }
  return kinds;
}

/** The numbers of a packed text, in order. */
export function unpackNumbers(text: string): Float64Array {
  const digit = new Int8Array(128);
  for (let i = 0; i < 24; i++) digit[CARRY.charCodeAt(i)] = -1 - i;
  for (let i = 0; i < 64; i++) digit[FINAL.charCodeAt(i)] = i;
  const numbers = new Float64Array(text.length);
  let length = 0;
  let value = 0;
  let place = 1;
  for (let i = 0; i < text.length; i++) {
    const d = digit[text.charCodeAt(i)] as number;
    if (d < 0) {
      value += (-1 - d) * place;
      place *= 24;
    } else {
      numbers[length++] = value + d * place;
      value = 0;
      place = 1;
    }
  }
  return numbers.subarray(0, length);
}

/** Parent and function of each node in preorder; node 0 is the root (−1, −1). */
export function unpackTree(packed: PackedTree): { readonly parent: Int32Array; readonly fn: Int32Array } {
  const up = unpackNumbers(packed.up);
  const pick = unpackNumbers(packed.pick);
  const fresh = unpackNumbers(packed.fresh);
  const parent = new Int32Array(packed.length);
  const fn = new Int32Array(packed.length);
  parent[0] = -1;
  fn[0] = -1;
  /** By caller + 1: the functions it was last seen to call. */
  const recent: number[][] = [];
  let known = 0;
  let novel = 0;
  for (let node = 1; node < packed.length; node++) {
    let above = node - 1;
    for (let climb = up[node - 1] as number; climb > 0; climb--) above = parent[above] as number;
    parent[node] = above;
    const caller = (fn[above] as number) + 1;
    let list = recent[caller];
    if (list === undefined) {
      list = [];
      recent[caller] = list;
    }
    let at = (pick[node - 1] as number) - 1;
    let callee: number;
    if (at >= 0) callee = list[at] as number;
    else {
      const back = fresh[novel++] as number;
      callee = back === 0 ? known++ : known - back;
      at = list.length < MEMORY ? list.length : MEMORY - 1;
    }
    // By hand: `splice` and `unshift` take twice as long, and this is most of what opening a large graph takes.
    for (; at > 0; at--) list[at] = list[at - 1] as number;
    list[0] = callee;
    fn[node] = callee;
  }
  return { parent, fn };
}
