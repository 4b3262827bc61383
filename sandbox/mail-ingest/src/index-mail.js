const STOP_WORDS = new Set(
  'a an and are as at be by for from has in is it its of on or that the to was with you'.split(' '),
);
/** Longer words are not what people search for (URLs, base64). */
const LONGEST_WORD = 40;

/** The words under which the mail is found, each with how often it stands there; the subject counts three times. */
export function indexMail(subject, text) {
  const words = new Map();
  countWords(subject, 3, words);
  countWords(text, 1, words);
  return words;
}

function countWords(text, weight, words) {
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    if (word.length > LONGEST_WORD || STOP_WORDS.has(word)) continue;
    const stem = stemWord(word);
    words.set(stem, (words.get(stem) ?? 0) + weight);
  }
}

/** So that `orders` is found by `order`: a few English endings cut off. */
export function stemWord(word) {
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 4 && word.endsWith('es')) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s')) return word.slice(0, -1);
  return word;
}
