import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lex } from '../../../service/alarms/metric-math/lex.ts';
import { parseMetricMath } from '../../../service/alarms/metric-math/parse.ts';
import { printMetricMath } from '../../../service/alarms/metric-math/print.ts';
import { BINDING, type MathNode, MetricMathError, type Operator } from '../../../service/alarms/metric-math/tree.ts';

/** With every pair of parentheses, so that the shape is seen. */
function shape(node: MathNode): string {
  if (node.kind === 'binary') return `(${shape(node.left)}${node.operator}${shape(node.right)})`;
  if (node.kind === 'negative') return `(-${shape(node.of)})`;
  if (node.kind === 'list') return `[${node.items.map(shape).join()}]`;
  if (node.kind === 'call') return `${node.name}(${node.args.map(shape).join()})`;
  return printMetricMath(node);
}

const READINGS: readonly (readonly [string, string])[] = [
  ['100 - m1', '(100-m1)'],
  ['100-m1', '(100-m1)'],
  ['m1 + m2 * 3 - 4', '((m1+(m2*3))-4)'],
  ['-m1 ^ 2 / 5', '((-(m1^2))/5)'],
  ['2 ^ -1', '(2^(-1))'],
  ['m1 / (m2 + .5e2)', '(m1/(m2+50))'],
  ['m1 > 80 AND m2 <= 5 || m3 == 1', '(((m1>80)AND(m2<=5))OR(m3==1))'],
  ['MAX([m1, FILL(m2, REPEAT)])', 'MAX([m1,FILL(m2,REPEAT)])'],
  ['SUM(METRICS("cpu"))', 'SUM(METRICS("cpu"))'],
  ['IF(m1 > 80, 1, 0)', 'IF((m1>80),1,0)'],
  ['ANOMALY_DETECTION_BAND(m1, 2)', 'ANOMALY_DETECTION_BAND(m1,2)'],
  [`SEARCH('{AWS/EC2,InstanceId} "a"', 'Average')`, String.raw`SEARCH("{AWS/EC2,InstanceId} \"a\"","Average")`],
];
for (const [text, expected] of READINGS) {
  test(`${text} is read as ${expected}`, () => assert.equal(shape(parseMetricMath(text)), expected));
}

test('what is no expression is refused, with the place', () => {
  const refused = (text: string, message: RegExp) =>
    assert.throws(
      () => parseMetricMath(text),
      (error) => error instanceof MetricMathError && message.test(error.message),
    );
  refused('', /^Unexpected end at character 1$/);
  refused('m1 +', /^Unexpected end at character 5$/);
  refused('MAX(m1', /^Unexpected end at character 7$/);
  refused('[m1 m2]', /^Unexpected "m2" at character 5$/);
  refused('m1 ; m2', /^Unexpected ";" at character 4$/);
  refused("'open", /^A text without an end at character 1$/);
  refused('1e999', /^A number beyond all bounds at character 1$/);
  refused('m1 AND AND', /^Unexpected "AND" at character 8$/);
  refused('1'.repeat(2049), /^More than 2048 characters/);
  refused('('.repeat(2048), /^Nested more than 100 deep/);
  refused('-'.repeat(2048), /^Nested more than 100 deep/);
});

const pieces = fc.constantFrom(
  'm1',
  ' ',
  '+',
  '-',
  '*',
  '(',
  ')',
  '[',
  ']',
  ',',
  '^',
  '"',
  "'",
  'AND',
  '==',
  '9',
  '.',
  '\\',
  'IF(',
);
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(pieces).map((list) => list.join('')),
);

test('reading throws nothing but its own error, and no text has more tokens than characters', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        assert.ok(lex(text).length <= text.length + 1);
        parseMetricMath(text);
      } catch (error) {
        assert.ok(error instanceof MetricMathError, String(error));
      }
    }),
  );
});

const { tree } = fc.letrec<{ tree: MathNode }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value): MathNode => ({ kind: 'number', value })),
    fc.string().map((value): MathNode => ({ kind: 'text', value })),
    fc.constantFrom('m1', 'e_2', 'REPEAT').map((name): MathNode => ({ kind: 'name', name })),
    tie('tree').map((of): MathNode => ({ kind: 'negative', of })),
    fc.array(tie('tree'), { maxLength: 2 }).map((items): MathNode => ({ kind: 'list', items })),
    fc
      .tuple(fc.constantFrom('MAX', 'f'), fc.array(tie('tree'), { maxLength: 2 }))
      .map(([name, args]): MathNode => ({ kind: 'call', name, args })),
    fc
      .tuple(fc.constantFrom(...(Object.keys(BINDING) as Operator[])), tie('tree'), tie('tree'))
      .map(([operator, left, right]): MathNode => ({ kind: 'binary', operator, left, right })),
  ),
}));

test('what is printed is read back as the same tree', () => {
  fc.assert(
    fc.property(tree, (node) => {
      const text = printMetricMath(node);
      fc.pre(text.length <= 2048);
      assert.deepEqual(parseMetricMath(text), node);
    }),
  );
});
