/** Typing slips of one word: more than this is another word. */
function mostSlips(word: string): number {
  return word.length < 4 ? 1 : word.length < 8 ? 2 : 3;
}

/** Letters to add, take away, change, or swap with their neighbour: the distance of Damerau and Levenshtein. */
function slips(a: string, b: string): number {
  const row = (length: number) => Array.from({ length }, () => 0);
  let before = row(b.length + 1);
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const now = row(b.length + 1);
    now[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      now[j] = Math.min((last[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) now[j] = Math.min(now[j] ?? 0, (before[j - 2] ?? 0) + 1);
    }
    [before, last] = [last, now];
  }
  return last[b.length] ?? 0;
}

/** Longer than any name of ours: nobody meant one of them, and comparing costs the square of it. */
const MAX_LENGTH = 40;

/** The name that a person meant; undefined where none is near. A beginning is near: `flame` means `flamegraph`. */
export function meant(word: string, names: readonly string[]): string | undefined {
  if (word === '' || word.length > MAX_LENGTH) return undefined;
  const lower = word.toLowerCase();
  const begun = lower.length > 2 ? names.filter((name) => name.startsWith(lower)) : [];
  if (begun.length === 1) return begun[0];
  let nearest: string | undefined;
  let fewest = mostSlips(lower) + 1;
  for (const name of names) {
    const count = slips(lower, name);
    if (count < fewest) [nearest, fewest] = [name, count];
  }
  return nearest;
}
