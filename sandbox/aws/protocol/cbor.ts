import { AwsFault } from '../aws-fault.ts';
import type { Output, Value } from '../operation.ts';
import { isList } from './xml.ts';

/** RFC 8949, as far as Smithy RPC v2 CBOR uses it. */
const MAX_DEPTH = 32;
const INDEFINITE = 31;
const BREAK = Symbol('break');

const malformed = () => new AwsFault('SerializationException', 'The request body is not valid CBOR.');

/**
 * Reads one CBOR item: maps become structures, tag 1 a `Date`, byte strings a `Uint8Array`. Throws
 * `SerializationException`.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {};
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (value === BREAK || !reader.atEnd()) throw malformed();
  return value;
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw malformed();
    const first = this.view.getUint8(this.take(1));
    const major = first >> 5;
    const info = first & 31;
    if (major === 7) return this.simple(info);
    const length = info === INDEFINITE ? undefined : this.argument(info);
    if (major === 2 || major === 3) return this.string(major, length, depth);
    if (major === 4) return this.array(length, depth);
    if (major === 5) return this.map(length, depth);
    if (length === undefined) throw malformed();
    if (major === 0) return length;
    if (major === 1) return -1 - length;
    const tagged = this.item(depth + 1);
    return length === 1 && typeof tagged === 'number' ? new Date(tagged * 1000) : tagged;
  }

  private take(count: number): number {
    const at = this.at;
    if (count > this.bytes.length - at) throw malformed();
    this.at = at + count;
    return at;
  }

  private argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.view.getUint8(this.take(1));
    if (info === 25) return this.view.getUint16(this.take(2));
    if (info === 26) return this.view.getUint32(this.take(4));
    if (info === 27) return Number(this.view.getBigUint64(this.take(8)));
    throw malformed();
  }

  private simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return halfFloat(this.view.getUint16(this.take(2)));
    if (info === 26) return this.view.getFloat32(this.take(4));
    if (info === 27) return this.view.getFloat64(this.take(8));
    if (info === INDEFINITE) return BREAK;
    throw malformed();
  }

  private string(major: number, length: number | undefined, depth: number): string | Uint8Array {
    if (length !== undefined) {
      const at = this.take(length);
      const bytes = this.bytes.subarray(at, at + length);
      return major === 3 ? Buffer.from(bytes).toString('utf8') : bytes;
    }
    const parts = this.array(undefined, depth);
    if (major === 3) return parts.map((part) => (typeof part === 'string' ? part : '')).join('');
    return Buffer.concat(parts.filter((part) => part instanceof Uint8Array));
  }

  private array(length: number | undefined, depth: number): unknown[] {
    const items: unknown[] = [];
    while (length === undefined || items.length < length) {
      const item = this.item(depth + 1);
      if (item === BREAK) {
        if (length !== undefined) throw malformed();
        break;
      }
      items.push(item);
    }
    return items;
  }

  private map(length: number | undefined, depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = Object.create(null);
    for (let count = 0; length === undefined || count < length; count++) {
      const key = this.item(depth + 1);
      if (key === BREAK && length === undefined) break;
      if (typeof key !== 'string') throw malformed();
      const value = this.item(depth + 1);
      if (value === BREAK) throw malformed();
      members[key] = value;
    }
    return members;
  }
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Writes a structure: timestamps as tag 1, whole numbers as integers, absent members left out. */
export function encodeCbor(output: Output): Buffer {
  const parts: Buffer[] = [];
  write(output, parts);
  return Buffer.concat(parts);
}

function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 0x100) return Buffer.from([type | 24, argument]);
  if (argument < 0x10000) return Buffer.from([type | 25, argument >> 8, argument & 0xff]);
  const bytes = Buffer.alloc(argument < 0x1_0000_0000 ? 5 : 9);
  bytes[0] = type | (bytes.length === 5 ? 26 : 27);
  if (bytes.length === 5) bytes.writeUInt32BE(argument, 1);
  else bytes.writeBigUInt64BE(BigInt(argument), 1);
  return bytes;
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xfb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function write(value: Value, parts: Buffer[]): void {
  if (value === undefined || value === null) parts.push(Buffer.from([0xf6]));
  else if (typeof value === 'boolean') parts.push(Buffer.from([value ? 0xf5 : 0xf4]));
  else if (typeof value === 'number') parts.push(number(value));
  else if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    parts.push(head(3, bytes.length), bytes);
  } else if (value instanceof Date) parts.push(head(6, 1), float(value.getTime() / 1000));
  else if (isList(value)) {
    parts.push(head(4, value.length));
    for (const item of value) write(item, parts);
  } else {
    const entries = value instanceof Map ? [...(value as ReadonlyMap<string, Value>)] : Object.entries(value);
    const present = entries.filter(([, held]) => held !== undefined);
    parts.push(head(5, present.length));
    for (const [key, held] of present) {
      write(key, parts);
      write(held as Value, parts);
    }
  }
}

function number(value: number): Buffer {
  if (!Number.isSafeInteger(value)) return float(value);
  return value >= 0 ? head(0, value) : head(1, -1 - value);
}
