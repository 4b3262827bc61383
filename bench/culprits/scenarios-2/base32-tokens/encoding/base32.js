import { quintet } from './bits.js';

const ALPHABET = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ');

/** Crockford's alphabet: people read these tokens aloud. */
export function encode(bytes) {
  const length = Math.ceil((bytes.length * 8) / 5);
  const text = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) text[i] = ALPHABET[quintet(bytes, i)];
  return text.toString('latin1');
}
