/** The bytes in separate memory: the `slice` of a Buffer would share the Buffer's, which may be written again. */
export function copyBytes(bytes: Uint8Array, from = 0, to: number = bytes.length): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, from, to);
}
