import type { MathNode, Operator } from './tree.ts';

/** A value, or one for each series of an array; NaN where it is not known. */
export type Figure = number | readonly number[];

export interface Figures {
  /** For `METRICS()`. */
  readonly metrics: ReadonlyMap<string, number>;
  readonly byId: ReadonlyMap<string, Figure>;
}

/** What an expression gives when its metrics have stood at these figures all the time. */
export function evaluate(node: MathNode, figures: Figures): Figure {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'text':
      return Number.NaN;
    case 'name':
      return figures.byId.get(node.name) ?? Number.NaN;
    case 'list':
      return gathered(node.items.map((item) => evaluate(item, figures)));
    case 'negative':
      return each(evaluate(node.of, figures), (value) => -value);
    case 'call':
      return called(node, figures);
    case 'binary':
      return paired(evaluate(node.left, figures), evaluate(node.right, figures), OPERATORS[node.operator]);
  }
}

/** An alarm has some ten metrics; lists of lists of lists would fill the memory. */
const MOST_SERIES = 1000;

function gathered(figures: readonly Figure[]): Figure {
  const size = figures.reduce<number>((sum, figure) => sum + (typeof figure === 'number' ? 1 : figure.length), 0);
  return size > MOST_SERIES ? Number.NaN : figures.flat();
}

const OPERATORS: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/** Over the series of an array; over the time of one series, which stands still, they give the series itself. */
const OVER_SERIES: ReadonlyMap<string, (values: readonly number[]) => number> = new Map([
  ['MAX', (values) => values.reduce((one, other) => Math.max(one, other))],
  ['MIN', (values) => values.reduce((one, other) => Math.min(one, other))],
  ['AVG', (values) => total(values) / values.length],
  ['SUM', total],
]);
const OF_EACH: ReadonlyMap<string, (value: number) => number> = new Map([
  ['FILL', (value) => value],
  ['ABS', Math.abs],
  ['CEIL', Math.ceil],
  ['FLOOR', Math.floor],
]);

function called({ name, args }: MathNode & { readonly kind: 'call' }, figures: Figures): Figure {
  const upper = name.toUpperCase();
  const [node] = args;
  if (upper === 'METRICS') {
    const part = node?.kind === 'text' ? node.value : '';
    return [...figures.metrics].flatMap(([id, value]) => (id.includes(part) ? [value] : []));
  }
  if (node === undefined) return Number.NaN;
  const first = evaluate(node, figures);
  if (upper === 'IF') return chosen(first, args, figures);
  const ofEach = OF_EACH.get(upper);
  if (ofEach !== undefined) return each(first, ofEach);
  const overSeries = OVER_SERIES.get(upper);
  if (overSeries === undefined || args.length > 1) return Number.NaN;
  if (typeof first === 'number') return upper === 'SUM' ? Number.NaN : first;
  return first.length === 0 ? Number.NaN : overSeries(first);
}

function chosen(condition: Figure, args: readonly MathNode[], figures: Figures): Figure {
  const branch = condition === 0 ? args[2] : args[1];
  return typeof condition !== 'number' || Number.isNaN(condition) || branch === undefined
    ? Number.NaN
    : evaluate(branch, figures);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function each(figure: Figure, of: (value: number) => number): Figure {
  return typeof figure === 'number' ? of(figure) : figure.map(of);
}

function paired(left: Figure, right: Figure, of: (left: number, right: number) => number): Figure {
  if (typeof left === 'number') return each(right, (value) => of(left, value));
  if (typeof right === 'number') return left.map((value) => of(value, right));
  return left.length === right.length ? left.map((value, at) => of(value, right[at] ?? Number.NaN)) : Number.NaN;
}
