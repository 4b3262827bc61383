import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { influenceOnAlarm, valueAt } from '../../../service/alarms/metric-math/alarm-value.ts';
import { directionOf } from '../../../service/alarms/metric-math/influence.ts';

const PERCENT = { low: 0, high: 100 };
const METRICS = new Map(['m1', 'm2', 'x1'].map((id) => [id, PERCENT]));

function of(...texts: string[]) {
  const expressions = texts.map((text, at) => ({ id: `e${at + 1}`, text }));
  return influenceOnAlarm({ metrics: METRICS, expressions, returned: ['e1'] });
}

/** `+m1 -m2`: what grows and shrinks with which metric; `?` where it cannot be said. */
function moves(...texts: string[]): string {
  const influence = of(...texts);
  const marks = new Map([
    [1, '+'],
    [-1, '-'],
    [undefined, '?'],
  ]);
  return [...METRICS.keys()]
    .flatMap((id) => {
      const direction = directionOf(influence, id);
      return direction === 0 ? [] : [`${marks.get(direction)}${id}`];
    })
    .join(' ');
}

describe('the value of an alarm moves with its metrics', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['m1', '+m1'],
    ['100 - m1', '-m1'],
    ['(100 - m1) * 2 / 3', '-m1'],
    ['-(100 - m1)', '+m1'],
    ['m1 + m2 + x1', '+m1 +m2 +x1'],
    ['m1 - m2', '+m1 -m2'],
    ['m1 / m2', '+m1 -m2'],
    ['100 * m2 / m1', '-m1 +m2'],
    ['m2 / (m1 - 50)', '?m1 ?m2'],
    ['m1 * 0', ''],
    ['m1 * -1', '-m1'],
    ['m1 ^ 2', '+m1'],
    ['m1 ^ -1', '-m1'],
    ['FILL(m1, 0)', '+m1'],
    ['FILL(m1, REPEAT) + FILL(m2, 0)', '+m1 +m2'],
    ['MAX([m1, m2])', '+m1 +m2'],
    ['100 - MIN([m1, m2])', '-m1 -m2'],
    ['MAX(METRICS())', '+m1 +m2 +x1'],
    ['AVG(METRICS("m"))', '+m1 +m2'],
    ['ABS(m1)', '+m1'],
    ['ABS(0 - m1)', '+m1'],
    ['ABS(m1 - 50)', '?m1'],
    ['CEIL(m1) + FLOOR(m2)', '+m1 +m2'],
    ['IF(m1 > 80, 1, 0)', '+m1'],
    ['IF(m1 < 20, 1, 0)', '-m1'],
    ['IF(m1, 1, 0)', '+m1'],
    ['IF(m1 - 50, 1, 0)', '?m1'],
    ['IF(m1 > 80, m2, 0)', '+m1 +m2'],
    ['IF(m1 > 80, m2, 50)', '?m1 +m2'],
    ['m1 > 80 AND m2 > 80', '+m1 +m2'],
    ['m1 > 80 OR m2 < 5', '+m1 -m2'],
    ['m1 == 80', '?m1'],
    ['m1 - m1 * m2', '?m1 -m2'],
    ['RATE(m1)', '?m1'],
    ['m2 + DIFF(m1)', '?m1 +m2'],
    ['SORT(METRICS("m"), AVG, DESC, 1)', '+m1 +m2'],
    ['m1 * METRIC_COUNT(METRICS())', '+m1'],
    ['max([m1, m2])', '+m1 +m2'],
  ];
  for (const [text, expected] of cases) {
    test(`${text}: ${expected || 'none of them'}`, () => assert.equal(moves(text), expected));
  }

  test('through other expressions, in whatever order they are listed', () => {
    assert.equal(moves('e2 / 2', '100 - e3', 'm1 + m2'), '-m1 -m2');
  });
});

test('what cannot be said is said', () => {
  assert.deepEqual(of('m2 + RATE(m1)').unsaid, ['RATE(m1) says how fast it changes, not how high it is']);
  assert.deepEqual(of('FROBNICATE(m1)').unsaid, ['FROBNICATE() is not a function known here']);
  assert.deepEqual(of('m9').unsaid, ['m9 is not among the metrics of the alarm']);
  assert.deepEqual(of('m1 +').unsaid, ['"m1 +" cannot be read: Unexpected end at character 5']);
  assert.deepEqual(of('e2', 'e1').unsaid, ['its expressions refer to each other in a circle']);
  assert.match(of(`SEARCH('{AWS/EC2,InstanceId} CPUUtilization', 'Average')`).unsaid[0] ?? '', /from elsewhere than/);
  assert.equal(moves('FROBNICATE(m1)'), '?m1');
});

test('the band of an anomaly alarm is its threshold, not its value', () => {
  const expressions = [{ id: 'ad1', text: 'ANOMALY_DETECTION_BAND(m1, 2)' }];
  const influence = influenceOnAlarm({ metrics: METRICS, expressions, returned: ['m1', 'ad1'] });
  assert.deepEqual([...influence.directions], [['m1', 1]]);
  assert.deepEqual(influence.unsaid, []);
});

test('an alarm is evaluated at given figures', () => {
  const at = (text: string) =>
    valueAt(
      { expressions: [{ id: 'e1', text }], returned: ['e1'] },
      new Map([
        ['m1', 10],
        ['m2', 30],
      ]),
    );
  assert.equal(at('100 - m1'), 90);
  assert.equal(at('MAX([m1, FILL(m2, 0)])'), 30);
  assert.equal(at('AVG(METRICS())'), 20);
  assert.equal(at('MAX(100 - METRICS())'), 90);
  assert.equal(at('IF(m1 > 5 AND m2 > 5, m1 ^ 2, 0)'), 100);
  assert.equal(at('MAX(m1)'), 10);
  assert.equal(at('SUM(m1)'), undefined);
  assert.equal(at('RATE(m1)'), undefined);
  assert.equal(at('m1 / 0'), undefined);
  assert.equal(at('METRICS()'), undefined);
});

test('lists of lists of lists are given up before they fill the memory', () => {
  const nested = [`[${'METRICS(),'.repeat(200)} 1]`, '[e1, e1, e1, e1, e1, e1]', '[e2, e2, e2, e2, e2, e2]', 'MAX(e3)'];
  const expressions = nested.map((text, at) => ({ id: `e${at + 1}`, text }));
  const figures = new Map(Array.from({ length: 100 }, (_, at) => [`m${at}`, at]));
  assert.equal(valueAt({ expressions, returned: ['e4'] }, figures), undefined);
});

test('a direction that is told is the one that figures show', () => {
  const leaf = fc.constantFrom('m1', 'm2', '0', '3', '100');
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc
        .tuple(tie('text'), fc.constantFrom('+', '-', '*', '/', '>', '<=', 'AND', 'OR'), tie('text'))
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      fc
        .tuple(fc.constantFrom('MAX', 'MIN', 'AVG', 'SUM'), tie('text'), tie('text'))
        .map(([name, a, b]) => `${name}([${a}, ${b}])`),
      fc.tuple(fc.constantFrom('ABS', 'CEIL', 'FLOOR'), tie('text')).map(([name, a]) => `${name}(${a})`),
      fc.tuple(tie('text'), tie('text'), tie('text')).map((parts) => `IF(${parts.join(', ')})`),
    ),
  }));
  const percent = fc.integer({ min: 1, max: 100 });
  fc.assert(
    fc.property(text, percent, percent, percent, (expression, one, other, rest) => {
      const expressions = [{ id: 'e1', text: expression }];
      const direction = directionOf(influenceOnAlarm({ metrics: METRICS, expressions, returned: ['e1'] }), 'm1');
      const at = (m1: number) =>
        valueAt(
          { expressions, returned: ['e1'] },
          new Map([
            ['m1', m1],
            ['m2', rest],
          ]),
        );
      const [low, high] = [at(Math.min(one, other)), at(Math.max(one, other))];
      if (direction === undefined || low === undefined || high === undefined) return;
      const slack = 1e-9 * (1 + Math.abs(low) + Math.abs(high));
      assert.ok(direction * (high - low) >= -slack, `${direction} of ${low} … ${high}`);
      if (direction === 0) assert.ok(Math.abs(high - low) <= slack);
    }),
    { numRuns: 500 },
  );
});
