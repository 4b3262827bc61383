/** Capitals and what they are folded to, by code. */
const FOLDED = Uint8Array.from({ length: 128 }, (_, code) => (code > 64 && code < 91 ? code + 32 : code));

/** Lawyers write Lessee and LESSEE for the same, and The lessee at the start of a sentence. */
export function isSamePhrase(one, other) {
  const length = Math.max(one.length, other.length);
  for (let i = 0; i < length; i++) {
    if (FOLDED[one.charCodeAt(i)] !== FOLDED[other.charCodeAt(i)]) return false;
  }
  return true;
}
