/**
 * Whether `text` matches `pattern` as a whole: `*` any run, `?` any one character, everything else itself. Works from
 * left to right and only ever goes back to the last star, so no pattern can make it slow (length × length at worst).
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = at;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[at])) {
      p++;
      at++;
    } else if (star >= 0) {
      p = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
