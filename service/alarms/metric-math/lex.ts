import { MetricMathError } from './tree.ts';

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  /** A text without its quotes. */
  readonly value: string;
  /** Its first character, counted from 0. */
  readonly at: number;
}

/** No expression of these can be read in two ways, so each character is looked at once. */
const SHAPES: readonly (readonly [Exclude<Token['kind'], 'end'>, RegExp])[] = [
  ['number', /(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?/y],
  ['text', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy],
  ['name', /[A-Za-z_]\w*/y],
  ['sign', /\|\||&&|[=!<>]=|[-+*/^(),[\]<>]/y],
];

/** Throws `MetricMathError` at a character that begins nothing. The last token is the `end`. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const token = tokenAt(text, at);
    tokens.push({ ...token, value: token.kind === 'text' ? unquoted(token.value) : token.value });
    at = skipSpace(text, at + token.value.length);
  }
  return [...tokens, { kind: 'end', value: '', at: text.length }];
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = at;
    const value = shape.exec(text)?.[0];
    if (value !== undefined) return { kind, value, at };
  }
  const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
  throw new MetricMathError(/["']/.test(found) ? 'A text without an end' : `Unexpected ${JSON.stringify(found)}`, at);
}

function skipSpace(text: string, at: number): number {
  const space = /\s*/y;
  space.lastIndex = at;
  return at + (space.exec(text)?.[0].length ?? 0);
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
}
