/** A metric math expression of CloudWatch, read. */
export type MathNode =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  /** Id of another query of the alarm (`m1`), or a word that a function takes (`REPEAT`, `DESC`). */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly MathNode[] }
  | { readonly kind: 'list'; readonly items: readonly MathNode[] }
  | { readonly kind: 'negative'; readonly of: MathNode }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: MathNode; readonly right: MathNode };

/** How strongly each operator binds, after "Metric math syntax" of the CloudWatch User Guide. */
export const BINDING = {
  OR: 1,
  AND: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '^': 7,
} as const;

export type Operator = keyof typeof BINDING;

/** A sign before its operand: `-m1 ^ 2` is the negative of a square. */
export const NEGATIVE_BINDING = 6;

/** What is wrong with an expression, and where. */
export class MetricMathError extends Error {
  constructor(message: string, at: number) {
    super(`${message} at character ${at + 1}`);
    this.name = 'MetricMathError';
  }
}
