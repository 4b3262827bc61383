import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmConfiguration, TreatMissingData } from '../../../sandbox/aws/cloudwatch/alarm.ts';
import { evaluate } from '../../../sandbox/aws/cloudwatch/evaluate.ts';
import { javaDouble } from '../../../sandbox/aws/cloudwatch/java-json.ts';
import { reasonOf } from '../../../sandbox/aws/cloudwatch/reason.ts';
import { pointOf } from '../../../sandbox/aws/cloudwatch/sampler.ts';

const END = Date.UTC(2026, 10, 23, 10, 0, 0);

function alarm(
  evaluationPeriods: number,
  datapointsToAlarm: number,
  treatMissingData: TreatMissingData,
): AlarmConfiguration {
  return {
    name: 'a',
    arn: 'arn',
    description: undefined,
    metric: { namespace: 'n', name: 'm', dimensions: [] },
    query: undefined,
    unit: undefined,
    statistic: 'Average',
    period: 60,
    evaluationPeriods,
    datapointsToAlarm,
    comparison: 'GreaterThanThreshold',
    threshold: 50,
    treatMissingData,
    actionsEnabled: true,
    actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] },
    updatedAt: new Date(END),
  };
}

/** `0 - X`: not breaching, missing, breaching; the newest period last. */
function states(
  pattern: string,
  evaluationPeriods: number,
  datapointsToAlarm: number,
): readonly (string | undefined)[] {
  const marks = pattern.split(' ');
  const points = marks.flatMap((mark, index) => {
    const atMs = END - (marks.length - index) * 60_000;
    return mark === '-' ? [] : [pointOf(atMs, [[mark === 'X' ? 90 : 10, 1]])];
  });
  return (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map(
    (treat) => evaluate(alarm(evaluationPeriods, datapointsToAlarm, treat), points, END).state,
  );
}

describe('evaluation of an alarm', () => {
  // The tables of the CloudWatch user guide on missing data; undefined = the state is kept.
  const threeOfThree: Readonly<Record<string, readonly (string | undefined)[]>> = {
    '0 - X - X': ['OK', 'OK', 'OK', 'OK'],
    '- - - - 0': ['OK', 'OK', 'OK', 'OK'],
    '- - - - -': ['INSUFFICIENT_DATA', undefined, 'ALARM', 'OK'],
    '0 X X - X': ['ALARM', 'ALARM', 'ALARM', 'ALARM'],
    '- - X - -': ['ALARM', undefined, 'ALARM', 'OK'],
  };
  for (const [pattern, expected] of Object.entries(threeOfThree)) {
    it(`judges ${pattern} by three of three as the user guide does`, () => {
      assert.deepEqual(states(pattern, 3, 3), expected);
    });
  }

  const twoOfThree: Readonly<Record<string, readonly (string | undefined)[]>> = {
    '0 - X - X': ['ALARM', 'ALARM', 'ALARM', 'ALARM'],
    '0 0 X 0 X': ['ALARM', 'ALARM', 'ALARM', 'ALARM'],
    '0 - X - -': ['OK', 'OK', 'ALARM', 'OK'],
    '- - - - 0': ['OK', 'OK', 'ALARM', 'OK'],
  };
  for (const [pattern, expected] of Object.entries(twoOfThree)) {
    it(`judges ${pattern} by two of three as the user guide does`, () => {
      assert.deepEqual(states(pattern, 3, 2), expected);
    });
  }

  it('waits for as many periods as it needs before the first points make an alarm', () => {
    assert.deepEqual(states('- - - - X', 3, 3), [undefined, undefined, 'ALARM', 'OK']);
  });

  it('never counts the period that is still running', () => {
    const running = [pointOf(END - 60_000, [[10, 1]]), pointOf(END, [[90, 1]])];
    assert.equal(evaluate(alarm(1, 1, 'missing'), running, END + 30_000).state, 'OK');
  });

  it('lists only the most recent crossing datapoints of a long evaluation', () => {
    const points = Array.from({ length: 10 }, (_, index) =>
      pointOf(END - (index + 1) * 60_000, [[60 + index, 1]]),
    ).reverse();
    const configuration = alarm(10, 10, 'missing');
    const evaluation = evaluate(configuration, points, END);
    assert.equal(
      reasonOf(configuration, 'ALARM', evaluation),
      'Threshold Crossed: 10 out of the last 10 datapoints were greater than the threshold (50.0). ' +
        'The most recent datapoints which crossed the threshold: ' +
        '[60.0 (23/11/26 09:59:00), 61.0 (23/11/26 09:58:00), 62.0 (23/11/26 09:57:00), ' +
        '63.0 (23/11/26 09:56:00), 64.0 (23/11/26 09:55:00)] ' +
        '(minimum 10 datapoints for OK -> ALARM transition).',
    );
  });

  it('prints doubles as Java does', () => {
    assert.deepEqual([15, 0, -1, 17.25, 1e7, 1.5e-4, 9_999_999].map(javaDouble), [
      ...['15.0', '0.0', '-1.0', '17.25', '1.0E7', '1.5E-4', '9999999.0'],
    ]);
  });
});
