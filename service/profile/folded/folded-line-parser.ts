/**
 * Stacks of folded text, read from bytes. Folded text is sorted, so that a line has 38 of its 41 frames in common with
 * the line before: those are compared, 4 bytes a step, and neither cut, decoded nor looked up again.
 */
import { LineCache } from '../perf-script/line-cache.ts';

const SEMICOLON = 0x3b;

/** What the owner makes of frames. Called once for each distinct text. */
export interface FrameOwner {
  /** Id of a frame. */
  frame(text: string): number;
  /** Thread of stacks that begin with this text; `isProcess`: it is the name of a process, no frame. */
  root(text: string): { readonly thread: number; readonly isProcess: boolean };
  /** The node below `node` for a frame. */
  child(node: number, frame: number): number;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class FoldedLineParser {
  private readonly owner: FrameOwner;
  private readonly known = new LineCache();
  private bytes = new Uint8Array(1 << 12);
  private view = new DataView(this.bytes.buffer);
  /** Of the stack before: its length, where each of its frames ends, and the node of each. */
  private length = 0;
  private readonly ends: number[] = [];
  private readonly nodes: number[] = [];
  private thread = -1;

  constructor(owner: FrameOwner) {
    this.owner = owner;
  }

  /** Node of the stack in `view` from `from` to `to`, frames with `;` between; `lastThread` is then its thread. */
  node(text: Uint8Array, view: DataView, from: number, to: number): number {
    const { ends, nodes } = this;
    const common = this.common(view, from, to);
    let depth = ends.length;
    // A frame counts as common when it ends at the same place in both.
    while (depth > 0) {
      const end = ends[depth - 1] as number;
      if (end < common || (end === common && (from + end === to || text[from + end] === SEMICOLON))) break;
      depth--;
    }
    this.keep(text, from, to);
    ends.length = depth;
    nodes.length = depth;
    let node = depth === 0 ? 0 : (nodes[depth - 1] as number);
    for (let at = depth === 0 ? from : from + (ends[depth - 1] as number) + 1; at <= to; ) {
      let end = at;
      while (end < to && text[end] !== SEMICOLON) end++;
      if (ends.length > 0 || !this.takesRoot(text, at, end))
        node = this.owner.child(node, this.frame(text, view, at, end));
      ends.push(end - from);
      nodes.push(node);
      at = end + 1;
    }
    return node;
  }

  get lastThread(): number {
    return this.thread;
  }

  /** Length of what this stack and the one before begin with. */
  private common(view: DataView, from: number, to: number): number {
    const most = Math.min(this.length, to - from);
    let at = 0;
    while (at + 4 <= most && this.view.getInt32(at) === view.getInt32(from + at)) at += 4;
    while (at < most && this.bytes[at] === view.getUint8(from + at)) at++;
    return at;
  }

  private keep(text: Uint8Array, from: number, to: number): void {
    this.length = to - from;
    if (this.length > this.bytes.length) {
      this.bytes = new Uint8Array(this.length * 2);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(text.subarray(from, to));
  }

  /** Whether the first frame is a process; its thread is noted either way. */
  private takesRoot(text: Uint8Array, from: number, to: number): boolean {
    const { thread, isProcess } = this.owner.root(decoder.decode(text.subarray(from, to)));
    this.thread = thread;
    return isProcess;
  }

  private frame(text: Uint8Array, view: DataView, from: number, to: number): number {
    const { known } = this;
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (text[i] as number), 0x01000193);
    let id = known.find(view, from, to - from, hash);
    if (id === 0) {
      id = known.add(view, from, to - from, hash);
      known.value[id] = this.owner.frame(decoder.decode(text.subarray(from, to)));
    }
    return known.value[id] as number;
  }
}

/** A line `stack COUNT` in its plain form. */
export interface PlainLine {
  /** End of the stack. */
  readonly stackEnd: number;
  readonly value: number;
}

/**
 * Reads a line of the plain form, `stack`, blanks, up to 15 digits, perhaps a carriage return; undefined for every
 * other, which wants a closer look.
 */
export function plainLine(text: Uint8Array, from: number, to: number): PlainLine | undefined {
  let at = to;
  if (at > from && text[at - 1] === 0x0d) at--;
  const digitsEnd = at;
  let value = 0;
  for (let place = 1; at > from; at--, place *= 10) {
    const digit = (text[at - 1] as number) - 0x30;
    if (digit < 0 || digit > 9) break;
    value += digit * place;
  }
  const digits = digitsEnd - at;
  const blanksEnd = at;
  while (at > from && (text[at - 1] === 0x20 || text[at - 1] === 0x09)) at--;
  // Before the blanks: a letter of ASCII, so that no other kind of blank is taken for a name's end.
  const last = at > from ? (text[at - 1] as number) : 0;
  if (digits === 0 || digits > 15 || at === blanksEnd || last <= 0x20 || last >= 0x7f) return undefined;
  return { stackEnd: at, value };
}
