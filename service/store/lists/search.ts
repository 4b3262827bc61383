/** What a person searches for, as the index of parts of words (FTS5, trigrams) takes it. */
export interface Search {
  /** Expression of FTS5; null where no word is long enough for the index. */
  readonly match: string | null;
  /** All words, in lower case. */
  readonly words: readonly string[];
  /** A word is too short for the index: rows have to be looked at. */
  readonly isShort: boolean;
}

/** The index holds each three letters in a row; what is shorter is not in it. */
const INDEXED = 3;

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
  const isIndexed = (word: string) => [...word].length >= INDEXED;
  const long = words.filter(isIndexed);
  const phrases = group !== undefined && isIndexed(group) && !group.includes('\0') ? [...long, group] : long;
  return {
    match: long.length === 0 ? null : phrases.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND '),
    words: words.map((word) => word.toLowerCase()),
    isShort: long.length < words.length,
  };
}
