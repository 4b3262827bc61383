/**
 * Frame lines of perf's usual form, `\t    7fd0bd2af12b _int_free+0xb (/usr/lib/libc.so.6)`, read as bytes; known again
 * without address and offsets. perf prints a function anew for each address that was sampled in it: of 19,600 distinct
 * lines in 100 MB, 4,900 differ in more than that.
 */
import { LineCache } from './line-cache.ts';

const [TAB, SPACE, PLUS, OPEN, CLOSE] = [0x09, 0x20, 0x2b, 0x28, 0x29] as const;
const [ZERO, NINE, SMALL_A, SMALL_F, SMALL_X] = [0x30, 0x39, 0x61, 0x66, 0x78] as const;

/** A tab, the address padded to 16, a blank. */
const SYMBOL_AT = 18;
/** Longer lines are unusual. */
const MOST_BYTES = 1 << 12;

/** 1 for hexadecimal digits: a table, as a call for each byte is slow until it is compiled. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= ZERO && byte <= NINE) || (byte >= SMALL_A && byte <= SMALL_F) ? 1 : 0,
);

/** A blank, also one beyond ASCII, could be trimmed; digits could be those of a header. */
function isPlain(byte: number): boolean {
  return byte > SPACE && byte < 0x80;
}

/** Whether `\t    7fd0bd2af12b ` is at `from`. */
function hasAddress(text: Uint8Array, from: number): boolean {
  if (text[from] !== TAB || text[from + SYMBOL_AT - 1] !== SPACE) return false;
  let at = from + SYMBOL_AT - 2;
  while (at > from && HEX[text[at] as number] === 1) at--;
  if (at === from + SYMBOL_AT - 2) return false;
  while (at > from && text[at] === SPACE) at--;
  return at === from;
}

/** A service has some thousand functions. */
const FEW_LINES = 1 << 13;

export class SymbolLineCache {
  private readonly lines = new LineCache(FEW_LINES);
  private readonly key = new DataView(new ArrayBuffer(MOST_BYTES));
  private keySize = 0;
  private hash = 0;

  // Of the line that was read last: offsets, ` (` and `)` excluded.
  symbolStart = 0;
  symbolEnd = 0;
  fileStart = 0;
  fileEnd = 0;

  /** Reads the line at `from`, `size` bytes with newline. False when it has another form. */
  read(text: Uint8Array, from: number, size: number): boolean {
    const symbolStart = from + SYMBOL_AT;
    const end = from + size - 1;
    if (size <= SYMBOL_AT || size > MOST_BYTES || !hasAddress(text, from) || text[end - 1] !== CLOSE) return false;
    const first = text[symbolStart] as number;
    if (!isPlain(first) || (first >= ZERO && first <= NINE)) return false;
    let open = end - 2;
    while (open > symbolStart && text[open] !== OPEN) if (text[open--] === CLOSE) return false;
    const symbolLast = open - 2;
    if (symbolLast < symbolStart || text[open - 1] !== SPACE || !isPlain(text[symbolLast] as number)) return false;
    this.symbolStart = symbolStart;
    this.symbolEnd = withoutOffset(text, symbolStart, open - 1);
    this.fileStart = open + 1;
    this.fileEnd = withoutOffset(text, open + 1, end - 1);
    return true;
  }

  /** Id of the line without address that was read, for `value` and `mark`; 0 when it is not known. */
  find(text: DataView): number {
    this.keySize = 0;
    this.hash = 0x811c9dc5;
    this.append(text, this.symbolStart, this.symbolEnd);
    // From the parenthesis on, which ends the symbol.
    this.append(text, this.fileStart - 1, this.fileEnd);
    return this.lines.find(this.key, 0, this.keySize, this.hash);
  }

  /** What `add` was told of the line `id`. */
  value(id: number): number {
    return this.lines.value[id] as number;
  }

  mark(id: number): number {
    return this.lines.mark[id] as number;
  }

  /** Notes what the line is that `find` did not know; returns its id. */
  add(value: number, mark: number): number {
    const id = this.lines.add(this.key, 0, this.keySize, this.hash);
    this.lines.value[id] = value;
    this.lines.mark[id] = mark;
    return id;
  }

  private append(text: DataView, from: number, to: number): void {
    const { key } = this;
    let { hash, keySize } = this;
    let at = from;
    for (; at + 4 <= to; at += 4, keySize += 4) {
      const word = text.getInt32(at, true);
      key.setInt32(keySize, word, true);
      hash = Math.imul(hash ^ word, 0x01000193);
      hash ^= hash >>> 15;
    }
    for (; at < to; at++) {
      const byte = text.getUint8(at);
      key.setUint8(keySize++, byte);
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    this.hash = hash ^ (hash >>> 13);
    this.keySize = keySize;
  }
}

/** Where a symbol or a file ends that has `+0x1f` behind it up to `end`, or not. */
function withoutOffset(text: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && HEX[text[at - 1] as number] === 1) at--;
  const plus = at - 3;
  if (at === end || plus < from) return end;
  return text[at - 1] === SMALL_X && text[at - 2] === ZERO && text[plus] === PLUS ? plus : end;
}
