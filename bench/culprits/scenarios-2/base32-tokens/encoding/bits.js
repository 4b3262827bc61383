/** Five bits of a buffer, the first of them at five times `index`; beyond its end they are zero. */
export function quintet(bytes, index) {
  let value = 0;
  for (let bit = index * 5; bit < index * 5 + 5; bit++) {
    const byte = bit >> 3 < bytes.length ? bytes[bit >> 3] : 0;
    value = (value << 1) | ((byte >> (7 - (bit & 7))) & 1);
  }
  return value;
}
