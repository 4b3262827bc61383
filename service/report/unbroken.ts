/** A piece of a sentence; `whole` pieces must not be broken into two lines: a number and its unit, the id of an instance. */
export interface Piece {
  readonly text: string;
  readonly whole: boolean;
}

/** Lengths are bounded: a name that looks like a number must not widen a page. */
const WHOLE =
  /(\bi-[0-9a-f]{8,17}\b|\d[\d.]{0,8} → \d[\d.]{0,8} cores|[+\u2212]?\d[\d.,]{0,8}(?: ± \d[\d.]{0,8})? (?:cores|%)|\bq (?:= |< )?\d[\d.]{0,8}\d)/;

/** On a phone, browsers break `i-0abc…` after the hyphen and `< 0.001` before the number. Copied text stays as it is. */
export function unbroken(sentence: string): Piece[] {
  return sentence
    .split(WHOLE)
    .map((text, at) => ({ text, whole: at % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

/** Prints `Piece[]` of the context in a template. Mail has no style sheet to rely on: there the style is given. */
export function pieces(path: string, attribute = 'class="whole"'): string {
  return `{{#each ${path}}}{{#if whole}}<span ${attribute}>{{text}}</span>{{else}}{{text}}{{/if}}{{/each}}`;
}
