import { foldLetter } from './fold.js';

const isWord = (code) => (code >= 97 && code <= 122) || (code >= 48 && code <= 57);

export function slugOf(title) {
  const lower = title.toLowerCase();
  const codes = [];
  for (let i = 0; i < lower.length; i++) {
    const code = foldLetter(lower.charCodeAt(i));
    if (isWord(code)) codes.push(code);
    else if (codes.length > 0 && codes.at(-1) !== 45) codes.push(45);
  }
  return String.fromCharCode(...codes);
}
