import { influenceOfCall } from './functions.ts';
import { asTruth, constant, growingWith, type Influence, through, unknownFrom } from './influence.ts';
import { printMetricMath } from './print.ts';
import { around, inverse, negative, plus, type Range, signOf, sizeOf, times } from './range.ts';
import type { MathNode, Operator } from './tree.ts';

/** What an expression may refer to. */
export interface Names {
  /** The metrics, for `METRICS()`: not the other expressions. */
  readonly metrics: ReadonlyMap<string, Influence>;
  /** All that an id stands for. */
  readonly byId: ReadonlyMap<string, Influence>;
}

/** How the metrics of an alarm move the value of an expression. */
export function influenceOf(node: MathNode, names: Names): Influence {
  switch (node.kind) {
    case 'number':
      return constant({ low: node.value, high: node.value });
    case 'text':
      return constant(sizeOf('any'));
    case 'name':
      return named(node.name, names);
    case 'list':
      return gathered(node.items.map((item) => influenceOf(item, names)));
    case 'negative':
      return opposite(influenceOf(node.of, names));
    case 'call':
      return called(node, names);
    case 'binary':
      return combined(node.operator, influenceOf(node.left, names), influenceOf(node.right, names));
  }
}

function gathered(items: readonly Influence[]): Influence {
  return growingWith(items, around(items.map(({ range }) => range)));
}

function opposite(influence: Influence): Influence {
  return { ...through(influence, -1), range: negative(influence.range) };
}

/** Ids begin with a lower-case letter; other words are those that functions take: `REPEAT`, `DESC`. */
function named(name: string, { byId }: Names): Influence {
  const found = byId.get(name);
  if (found !== undefined) return found;
  if (/^[A-Z]/.test(name)) return gathered([]);
  return unknownFrom([], `${name} is not among the metrics of the alarm`);
}

function called(node: MathNode & { readonly kind: 'call' }, names: Names): Influence {
  if (node.name.toUpperCase() !== 'METRICS') {
    const words = node.args.filter((arg) => !isWord(arg, names)).map((arg) => influenceOf(arg, names));
    return influenceOfCall(node.name, words, printMetricMath(node));
  }
  const [part] = node.args;
  const wanted = part?.kind === 'text' ? part.value : '';
  return gathered([...names.metrics].flatMap(([id, metric]) => (id.includes(wanted) ? [metric] : [])));
}

/** What a function takes besides values, and says nothing of their size. */
function isWord(node: MathNode, { byId }: Names): boolean {
  return node.kind === 'text' || (node.kind === 'name' && /^[A-Z]/.test(node.name) && !byId.has(node.name));
}

function combined(operator: Operator, left: Influence, right: Influence): Influence {
  switch (operator) {
    case '+':
      return growingWith([left, right], plus(left.range, right.range));
    case '-':
      return growingWith([left, opposite(right)], plus(left.range, negative(right.range)));
    case '*':
      return product(left, right, times(left.range, right.range));
    case '/':
      return product(left, reciprocal(right), times(left.range, inverse(right.range)));
    case '^':
      return power(left, right);
    case '>':
    case '>=':
      return growingWith([left, through(right, -1)], sizeOf('truth'));
    case '<':
    case '<=':
      return growingWith([through(left, -1), right], sizeOf('truth'));
    case 'AND':
    case 'OR':
      return growingWith([left, right].map(asTruth), sizeOf('truth'));
    case '==':
    case '!=':
      return { ...unknownFrom([left, right]), range: sizeOf('truth') };
  }
}

function product(left: Influence, right: Influence, range: Range): Influence {
  return growingWith([through(left, signOf(right.range)), through(right, signOf(left.range))], range);
}

/** Falls on either side of zero, but not across it. */
function reciprocal(of: Influence): Influence {
  const isOneSided = signOf(of.range) !== undefined;
  return { ...through(of, isOneSided ? -1 : undefined), range: inverse(of.range) };
}

/** Only powers with a fixed exponent of what is not negative. */
function power(base: Influence, exponent: Influence): Influence {
  const isFixed = exponent.directions.size === 0 && exponent.range.low === exponent.range.high;
  if (!isFixed || base.range.low < 0) return unknownFrom([base, exponent]);
  return { ...through(base, signOf(exponent.range)), range: sizeOf('amount') };
}
