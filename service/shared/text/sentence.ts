/**
 * Sentences in pieces. On a phone, browsers break `i-0abc…` after the hyphen and `1.41 cores` before the unit. Where a
 * sentence is composed, what must stay on one line is known; so it is marked there, and nobody looks for it in the text
 * again. See docs/decisions/0006.
 */
export interface Piece {
  readonly text: string;
  /** Must not be broken into two lines: a number and its unit, the id of an instance. */
  readonly unbroken: boolean;
}

export type Sentence = readonly Piece[];

/** Longer text may break after all: a hostile name must not widen a page. */
const MAX_UNBROKEN = 60;

/** A piece that stays on one line. */
export function keep(text: string): Sentence {
  return [{ text, unbroken: text.length <= MAX_UNBROKEN }];
}

/** Text without anything to keep together, such as a sentence that was stored before there were pieces. */
export function loose(text: string): Sentence {
  return [{ text, unbroken: false }];
}

/** Neighbours that may both be broken are one piece; empty ones are none. */
function merged(pieces: readonly Piece[]): Sentence {
  const list: Piece[] = [];
  for (const piece of pieces) {
    const last = list.at(-1);
    if (piece.text === '') continue;
    if (last === undefined || last.unbroken || piece.unbroken) list.push(piece);
    else list[list.length - 1] = { text: last.text + piece.text, unbroken: false };
  }
  return list;
}

/** Tag of a template: strings may be broken, sentences keep their pieces. */
export function sentence(strings: TemplateStringsArray, ...values: readonly (string | number | Sentence)[]): Sentence {
  const pieces = strings.flatMap((text, at) => {
    const value = values[at];
    return [...loose(text), ...(value === undefined ? [] : typeof value === 'object' ? value : loose(String(value)))];
  });
  return merged(pieces);
}

/** Sentences in a row, or parts of one with `between`. */
export function joined(parts: readonly Sentence[], between = ''): Sentence {
  return merged(parts.flatMap((part, at) => (at === 0 ? part : [...loose(between), ...part])));
}

/** The text alone. */
export function plain(parts: Sentence): string {
  return parts.map((piece) => piece.text).join('');
}

/** Keeps the words in a text that somebody else composed: ids that the caller knows. O(text × names). */
export function keepNames(text: string, names: readonly string[]): Sentence {
  const known = names.filter((name) => name !== '').toSorted((a, b) => b.length - a.length);
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== '') {
    const [next] = known
      .map((name) => ({ name, at: rest.indexOf(name) }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at || b.name.length - a.name.length);
    if (next === undefined) break;
    pieces.push(...loose(rest.slice(0, next.at)), ...keep(next.name));
    rest = rest.slice(next.at + next.name.length);
  }
  return merged([...pieces, ...loose(rest)]);
}

/** The sentence in at most `max` UTF-16 units; `fit` cleans and cuts the text of one piece, as `clean` does. */
export function fitSentence(parts: Sentence, max: number, fit: (text: string, max: number) => string): Sentence {
  const text = plain(parts);
  const fitted = fit(text, max);
  // What had to be cleaned or cut loses its pieces: rare, and never wrong.
  return fitted === text ? parts : loose(fitted);
}
