/** A tree over names as folded text: lines in the order of their bytes, without making or sorting lines. */
import type { FoldedTrie } from './folded-trie.ts';

const SEMICOLON = 0x3b;

const FEW_CHILDREN = 16;

/** Bytes are handed out in pieces of about this size, … */
const CHUNK = 1 << 18;
/** … with the last line, which is rarely longer than this. */
const LINE = 1 << 14;

/** Appends bytes to a buffer that grows. */
class ByteBuffer {
  data: Buffer = Buffer.allocUnsafeSlow(CHUNK + LINE);
  length = 0;

  append(bytes: Buffer, from: number, to: number): void {
    this.reserve(to - from);
    this.length += bytes.copy(this.data, this.length, from, to);
  }

  appendAscii(text: string): void {
    this.reserve(text.length);
    this.length += this.data.write(text, this.length, 'latin1');
  }

  /** What was appended, valid until more is; the buffer is empty again. */
  take(): Uint8Array {
    const taken = this.data.subarray(0, this.length);
    this.length = 0;
    return taken;
  }

  private reserve(length: number): void {
    if (this.length + length <= this.data.length) return;
    const wider = Buffer.allocUnsafeSlow((this.length + length) * 2);
    this.data.copy(wider, 0, 0, this.length);
    this.data = wider;
  }
}

/**
 * All names as UTF-8, each with a semicolon behind it, which no name holds: name n and that lie from `start[n]` to
 * `start[n + 1]`.
 */
class NameBytes {
  readonly bytes: Buffer;
  readonly start: Int32Array;

  constructor(names: readonly string[]) {
    const text = `${names.join(';')};`;
    this.bytes = Buffer.from(text);
    this.start = new Int32Array(names.length + 1);
    const isAscii = this.bytes.length === text.length;
    for (let name = 0, at = 0; name < names.length; name++) {
      at = isAscii ? at + (names[name] as string).length + 1 : this.bytes.indexOf(SEMICOLON, at) + 1;
      this.start[name + 1] = at;
    }
  }

  /** Below 0 when name `a` comes first. */
  compare(a: number, b: number): number {
    const { bytes, start } = this;
    const lengthA = (start[a + 1] as number) - (start[a] as number);
    const lengthB = (start[b + 1] as number) - (start[b] as number);
    const length = Math.min(lengthA, lengthB) - 1;
    for (let i = start[a] as number, j = start[b] as number, end = i + length; i < end; i++, j++) {
      if (bytes[i] !== bytes[j]) return (bytes[i] as number) - (bytes[j] as number);
    }
    return lengthA - lengthB;
  }

  /** Whether `name;` comes after name `next`, although `name` comes before it: `f;x` follows `f(int)`. */
  reachesBehind(name: number, next: number): boolean {
    const { bytes, start } = this;
    const length = (start[name + 1] as number) - (start[name] as number) - 1;
    const from = start[next] as number;
    if ((start[next + 1] as number) - from - 1 <= length) return false;
    for (let i = 0; i < length; i++) if (bytes[(start[name] as number) + i] !== bytes[from + i]) return false;
    return (bytes[from + length] as number) < SEMICOLON;
  }
}

/** A sum of periods is whole; weights of other sources are cut to thousandths, those below 1 to six digits. */
function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (Number.isInteger(value)) return BigInt(value).toString();
  if (Math.abs(value) >= 1) return String(Math.round(value * 1000) / 1000);
  // Digits and a point, which all tools read: `1.5e-5` they do not.
  const digits = Number(value.toPrecision(6)).toFixed(12);
  return digits.replace(/\.?0+$/, '');
}

class FoldedWriter {
  private readonly tree: FoldedTrie;
  private readonly names: NameBytes;
  /** The line so far, its last `;` included. */
  private readonly path = new ByteBuffer();
  private readonly out = new ByteBuffer();
  /**
   * What is still to write, last first: `2n` the line of node n, `2n + 1` those below it, `-1 - b`: cut the path to b
   * bytes.
   */
  private readonly todo: number[] = [];
  // Used by `pushChildren` only, again and again.
  private readonly children: number[] = [];
  private readonly open: number[] = [];
  private readonly keys: number[] = [];

  constructor(tree: FoldedTrie) {
    this.tree = tree;
    this.names = new NameBytes(tree.names);
  }

  *pieces(): Generator<Uint8Array> {
    const { out } = this;
    const ownText = this.valueOf(0);
    if (ownText !== 0) out.appendAscii(`[no stack] ${numberText(ownText)}\n`);
    this.pushChildren(0);
    while (this.fill()) yield out.take();
    if (out.length > 0) yield out.take();
  }

  /** Writes until a piece is full; false when all is written. Apart from the generator, which would run unoptimised. */
  private fill(): boolean {
    const { todo, path, out } = this;
    for (let key = todo.pop(); key !== undefined; key = todo.pop()) {
      if (key < 0) {
        path.length = -1 - key;
        continue;
      }
      const node = key >> 1;
      if ((key & 1) === 0) {
        this.line(node);
        if (out.length >= CHUNK) return true;
      } else {
        todo.push(-1 - path.length);
        this.descend(node);
      }
    }
    return false;
  }

  private line(node: number): void {
    const { out, path, names } = this;
    const name = this.tree.name[node] as number;
    out.append(path.data, 0, path.length);
    out.append(names.bytes, names.start[name] as number, (names.start[name + 1] as number) - 1);
    out.appendAscii(` ${numberText(this.valueOf(node))}\n`);
  }

  /** Puts `node` on the path, and what is below it as long as nothing has a sibling; writes the lines of these. */
  private descend(node: number): void {
    const { path, out, names } = this;
    const { firstChild, nextSibling, name: nameOf } = this.tree;
    for (let at = node; ; ) {
      const name = nameOf[at] as number;
      path.append(names.bytes, names.start[name] as number, names.start[name + 1] as number);
      const child = firstChild[at] as number;
      if (child === 0) return;
      const hasLine = this.valueOf(child) !== 0;
      if (nextSibling[child] !== 0 || (hasLine && out.length >= CHUNK)) {
        this.pushChildren(at);
        return;
      }
      if (hasLine) this.line(child);
      if (firstChild[child] === 0) return;
      at = child;
    }
  }

  private valueOf(node: number): number {
    return this.tree.value[node] as number;
  }

  /** The children of a node in the order of their names, put on `todo`. */
  private pushChildren(parent: number): void {
    const { names, todo } = this;
    const { firstChild, nextSibling, name: nameOf } = this.tree;
    const first = firstChild[parent] as number;
    if (first === 0) return;
    if (nextSibling[first] === 0) {
      if (firstChild[first] !== 0) todo.push(first * 2 + 1);
      if (this.valueOf(first) !== 0) todo.push(first * 2);
      return;
    }
    const { open } = this;
    // The lines below `f` begin with `f;`, which comes after siblings such as `f(int)` and `f.part`.
    for (const child of this.sorted(first)) {
      const name = nameOf[child] as number;
      while (open.length > 0 && !names.reachesBehind(nameOf[open[open.length - 1] as number] as number, name)) {
        this.close();
      }
      if (this.valueOf(child) !== 0) this.keys.push(child * 2);
      open.push(child);
    }
    while (open.length > 0) this.close();
    for (let key = this.keys.pop(); key !== undefined; key = this.keys.pop()) todo.push(key);
  }

  private close(): void {
    const node = this.open.pop() as number;
    if (this.tree.firstChild[node] !== 0) this.keys.push(node * 2 + 1);
  }

  /** `first` and its siblings in the order of their names. Most are few, and quicker to insert than to sort. */
  private sorted(first: number): readonly number[] {
    const { children, names } = this;
    const { nextSibling, name: nameOf } = this.tree;
    children.length = 0;
    let child = first;
    for (; child !== 0 && children.length < FEW_CHILDREN; child = nextSibling[child] as number) {
      const name = nameOf[child] as number;
      let at = children.length;
      for (; at > 0; at--) {
        const before = children[at - 1] as number;
        if (names.compare(nameOf[before] as number, name) < 0) break;
        children[at] = before;
      }
      children[at] = child;
    }
    if (child === 0) return children;
    for (; child !== 0; child = nextSibling[child] as number) children.push(child);
    return children.sort((a, b) => names.compare(nameOf[a] as number, nameOf[b] as number));
  }
}

/** UTF-8 in pieces, each valid until the next is requested. */
export function foldedText(tree: FoldedTrie): Generator<Uint8Array> {
  return new FoldedWriter(tree).pieces();
}
