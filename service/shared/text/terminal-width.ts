/** Texts in a terminal, by columns. */

import { alternatives } from './alternatives.ts';

/** Drawn over the character before them, or not at all. */
const NO_COLUMN = /[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]/u;
/** East Asian Width W and F in blocks, as terminals draw them, and pictures. */
const TWO_COLUMNS = new RegExp(
  alternatives(
    /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f]/u,
    /[\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u,
    /\p{Emoji_Presentation}/u,
  ),
  'u',
);

/** Makes a narrow character before it a picture of two columns. */
const AS_PICTURE = '\ufe0f';

function columnsOf(character: string): number {
  if (character < '\u0300' || character === AS_PICTURE) return 1;
  return NO_COLUMN.test(character) ? 0 : TWO_COLUMNS.test(character) ? 2 : 1;
}

/** How many columns of a terminal a text takes. */
export function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
}

function longest(characters: readonly string[], width: number): number {
  let used = 0;
  for (const [i, character] of characters.entries()) {
    used += columnsOf(character);
    if (used > width) return i;
  }
  return characters.length;
}

/** The text, or as much of its beginning as leaves room for `…` within `width` columns. */
export function cutEnd(text: string, width: number): string {
  if (columns(text) <= width) return text;
  const characters = [...text];
  return `${characters.slice(0, longest(characters, width - 1)).join('')}…`;
}

/** The same with as much of its end. */
export function cutBeginning(text: string, width: number): string {
  if (columns(text) <= width) return text;
  const characters = [...text].reverse();
  return `…${characters
    .slice(0, longest(characters, width - 1))
    .reverse()
    .join('')}`;
}
