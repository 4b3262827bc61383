/** What a person searches for, as the index of parts of words (FTS5, trigrams) takes it. */
export interface Search {
  /** Expression of FTS5; null where no word is long enough for the index. */
  readonly match: string | null;
  /** All words, in lower case. */
  readonly words: readonly string[];
  /** The index does not hold all of it: the rows that it finds have to be looked at. */
  readonly isLooked: boolean;
}

/** The index holds each three letters in a row; what is shorter is not in it. */
const TRIGRAM = 3;
/**
 * In all words together. Each costs up to 2 ms with 100,000 incidents, when all of them have it; 24 are a function's
 * name and a package, and the rows that have these are few.
 */
const MAX_TRIGRAMS = 24;

/**
 * Each word is a phrase in quotes: nothing in it is an operator. `group` narrows the search where the index can, and
 * has to be compared afterwards.
 */
export function readSearch(text: string, group: string | undefined): Search {
  // NUL would end the expression.
  const words = text
    .toWellFormed()
    .split(/[\s\0]+/)
    .filter((word) => word !== '');
  const phrases: string[] = [];
  let left = MAX_TRIGRAMS;
  let isLooked = false;
  for (const word of words) {
    const letters = [...word];
    const taken = letters.slice(0, left + TRIGRAM - 1);
    if (taken.length < letters.length || letters.length < TRIGRAM) isLooked = true;
    if (taken.length < TRIGRAM) continue;
    left -= taken.length - TRIGRAM + 1;
    phrases.push(taken.join(''));
  }
  const isFound = phrases.length > 0;
  if (isFound && group !== undefined && [...group].length >= TRIGRAM && !group.includes('\0')) phrases.push(group);
  return {
    match: isFound ? phrases.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ') : null,
    words: words.map((word) => word.toLowerCase()),
    isLooked,
  };
}
