/** Which memory may change its owner instead of being copied. */

/** Bytes in memory of their own: a small `Buffer` shares its memory with others, which would lose theirs. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  const alone = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return alone && bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
}

/** The memory of all bytes within plain data, each once; for data whose bytes are all `ownBytes`. */
export function buffersIn(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (value instanceof Uint8Array) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (Array.isArray(value)) {
    for (const part of value) buffersIn(part, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) buffersIn(part, found);
  }
  return found;
}
