import { lex, type Token } from './lex.ts';
import { BINDING, type MathNode, MetricMathError, NEGATIVE_BINDING, type Operator } from './tree.ts';

/** PutMetricAlarm takes expressions of 1 to 2,048 characters. */
const MAX_LENGTH = 2048;
/** Nobody nests this deep by hand; it bounds the stack. */
const MAX_DEPTH = 100;
const OTHER_SPELLING: ReadonlyMap<string, Operator> = new Map([
  ['&&', 'AND'],
  ['||', 'OR'],
]);

/** Reads `100 - MAX([m1, FILL(m2, 0)])`. Throws `MetricMathError`, and nothing else. */
export function parseMetricMath(text: string): MathNode {
  if (text.length > MAX_LENGTH) throw new MetricMathError(`More than ${MAX_LENGTH} characters`, MAX_LENGTH);
  const reader: Reader = { tokens: lex(text), next: 0, depth: 0 };
  const node = readBinary(reader, 1);
  const rest = peek(reader);
  if (rest.kind !== 'end') throw unexpected(rest);
  return node;
}

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
}

function peek({ tokens, next }: Reader): Token {
  return tokens[next] ?? { kind: 'end', value: '', at: 0 };
}

function take(reader: Reader): Token {
  const token = peek(reader);
  if (token.kind !== 'end') reader.next++;
  return token;
}

function takeSign(reader: Reader, sign: string): boolean {
  const { kind, value } = peek(reader);
  if (kind !== 'sign' || value !== sign) return false;
  reader.next++;
  return true;
}

function unexpected({ kind, value, at }: Token): MetricMathError {
  return new MetricMathError(kind === 'end' ? 'Unexpected end' : `Unexpected ${JSON.stringify(value)}`, at);
}

/** An operand and all operators after it that bind at least this strongly; those of one strength from the left. */
function readBinary(reader: Reader, binding: number): MathNode {
  if (++reader.depth > MAX_DEPTH) throw new MetricMathError(`Nested more than ${MAX_DEPTH} deep`, peek(reader).at);
  let left = readOperand(reader);
  for (;;) {
    const operator = operatorOf(peek(reader));
    if (operator === undefined || BINDING[operator] < binding) break;
    reader.next++;
    left = { kind: 'binary', operator, left, right: readBinary(reader, BINDING[operator] + 1) };
  }
  reader.depth--;
  return left;
}

function operatorOf({ kind, value }: Token): Operator | undefined {
  if (kind !== 'sign' && kind !== 'name') return undefined;
  return Object.hasOwn(BINDING, value) ? (value as Operator) : OTHER_SPELLING.get(value);
}

function readOperand(reader: Reader): MathNode {
  const token = take(reader);
  if (token.kind === 'number') return number(token);
  if (token.kind === 'text') return { kind: 'text', value: token.value };
  if (token.kind === 'name' && operatorOf(token) === undefined) {
    if (!takeSign(reader, '(')) return { kind: 'name', name: token.value };
    return { kind: 'call', name: token.value, args: readItems(reader, ')') };
  }
  if (token.kind !== 'sign') throw unexpected(token);
  if (token.value === '-') return { kind: 'negative', of: readBinary(reader, NEGATIVE_BINDING) };
  if (token.value === '[') return { kind: 'list', items: readItems(reader, ']') };
  if (token.value !== '(') throw unexpected(token);
  const inner = readBinary(reader, 1);
  if (!takeSign(reader, ')')) throw unexpected(peek(reader));
  return inner;
}

function number({ value, at }: Token): MathNode {
  const read = Number(value);
  if (!Number.isFinite(read)) throw new MetricMathError('A number beyond all bounds', at);
  return { kind: 'number', value: read };
}

function readItems(reader: Reader, end: string): MathNode[] {
  if (takeSign(reader, end)) return [];
  const items = [readBinary(reader, 1)];
  while (takeSign(reader, ',')) items.push(readBinary(reader, 1));
  if (!takeSign(reader, end)) throw unexpected(peek(reader));
  return items;
}
