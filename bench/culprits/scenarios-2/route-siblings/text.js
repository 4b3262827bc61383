const lower = (code) => (code >= 65 && code <= 90 ? code + 32 : code);

/** Addresses are typed by people: case does not matter. */
export function sameSegment(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (lower(a.charCodeAt(i)) !== lower(b.charCodeAt(i))) return false;
  }
  return true;
}
