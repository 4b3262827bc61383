import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Alarm } from '../../service/alarms/alarm.ts';
import { readMessage } from '../../service/alarms/read-message.ts';
import { HOT_ID, metricStat, singleMetric, TOPIC, withMetrics } from '../fixtures/alarms/messages.ts';

const OTHER_ID = 'i-0aaaaaaaaaaaaaaa1';
const [IDLE, USER, SYSTEM] = ['cpu_usage_idle', 'cpu_usage_user', 'cpu_usage_system'];

function read(message: unknown): Alarm {
  const reading = readMessage(JSON.stringify(message), TOPIC);
  if (reading.kind === 'other') assert.fail(reading.reason);
  return reading.alarm;
}

/** An alarm on an expression over the named metrics `m1`, `m2`, …, all of one instance. */
function math(
  expression: string,
  names: readonly (string | undefined)[] = ['CPUUtilization'],
  comparison = 'GreaterThanThreshold',
) {
  const metrics = names.map((name, at) => metricStat(`m${at + 1}`, { InstanceId: HOT_ID }, name));
  const value = { Id: 'e1', Expression: expression, ReturnData: true };
  return read(withMetrics([value, ...metrics], {}, { ComparisonOperator: comparison }));
}

describe('an alarm on an expression fires on a busy CPU', () => {
  const cases: readonly (readonly [string, readonly (string | undefined)[], string, number | null])[] = [
    ['100 - m1', [IDLE], 'GreaterThanThreshold', 97.41],
    ['FILL(m1, 0)', ['CPUUtilization'], 'GreaterThanOrEqualToThreshold', 97.41],
    ['m1 + m2', [USER, SYSTEM], 'GreaterThanThreshold', 97.41],
    ['SUM([m1, m2])', [USER, SYSTEM], 'GreaterThanThreshold', 97.41],
    ['100 - m1', ['CPUUtilization'], 'LessThanThreshold', 100 - 97.41],
    ['FILL(m1, 100)', [IDLE], 'LessThanThreshold', 100 - 97.41],
    ['MAX([m1, m2])', ['CPUUtilization', 'CPUUtilization'], 'GreaterThanThreshold', 97.41],
    ['AVG(METRICS())', ['CPUUtilization', 'CPUUtilization'], 'GreaterThanThreshold', 97.41],
    ['m1 + m2', ['CPUUtilization', 'CPUUtilization'], 'GreaterThanThreshold', null],
    ['m1 / 100', ['CPUUtilization'], 'GreaterThanThreshold', null],
    ['m1 / m2', ['CPUUtilization', 'RequestCount'], 'GreaterThanThreshold', null],
    ['m2 / m1', ['CPUUtilization', 'RequestCount'], 'LessThanThreshold', null],
    ['IF(m1 > 80, 1, 0)', ['CPUUtilization'], 'GreaterThanThreshold', null],
    ['m1 - m2', [USER, IDLE], 'GreaterThanThreshold', null],
    ['m1 + RATE(m2)', ['CPUUtilization', 'NetworkIn'], 'GreaterThanThreshold', null],
  ];
  for (const [expression, names, comparison, percent] of cases) {
    test(`${expression} of ${names.join(', ')}, ${comparison}`, () => {
      const { isCpu, cpuWhenAlarm, cpuPercent, noFire } = math(expression, names, comparison);
      assert.deepEqual([isCpu, cpuWhenAlarm, noFire], [true, 'high', null]);
      assert.equal(
        cpuPercent === null || cpuPercent === undefined ? null : cpuPercent.toFixed(2),
        percent?.toFixed(2) ?? null,
      );
    });
  }
});

test('an alarm on an expression for scaling in fires on a calm CPU', () => {
  assert.equal(math('FILL(m1, 0)', undefined, 'LessThanThreshold').cpuWhenAlarm, 'low');
  assert.equal(math('100 - m1', undefined, 'GreaterThanThreshold').cpuWhenAlarm, 'low');
  assert.equal(math('100 - m1', [IDLE], 'LessThanOrEqualToThreshold').cpuWhenAlarm, 'low');
});

test('what cannot be said of an expression is said, not guessed', () => {
  const why = (expression: string, names?: readonly string[]) => {
    const { cpuWhenAlarm, noFire } = math(expression, names);
    assert.equal(cpuWhenAlarm, null);
    return noFire ?? '';
  };
  assert.equal(
    why('FROBNICATE(m1)'),
    'does not tell whether it fires when the CPU is busy: FROBNICATE() is not a function known here; ' +
      'include it by name to act on it',
  );
  assert.match(why('RATE(m1)'), /: RATE\(m1\) says how fast it changes, not how high it is;/);
  assert.match(why('m1 +'), /: "m1 \+" cannot be read: Unexpected end at character 5;/);
  assert.match(
    why('ABS(m1 - m2)', ['cpu_usage_user', 'cpu_usage_system']),
    /: ABS\(m1 - m2\) grows in both directions;/,
  );
  assert.match(why('m1 == 100'), /: more of "AWS\/EC2 CPUUtilization" may make its value larger or smaller;/);
  assert.match(why('m1 - m2', ['CPUUtilization', 'CPUUtilization']), /: more of "AWS\/EC2 CPUUtilization" may make/);
  assert.match(why('e9', ['NetworkIn']), /^does not tell whether it watches CPU use: e9 is not among the metrics/);
});

test('time that is no work of the CPU, and credits, are said to be that', () => {
  const why = (MetricName: string) => {
    const alarm = read(singleMetric({}, { MetricName }));
    assert.equal(alarm.isCpu, false);
    return alarm.noFire;
  };
  assert.equal(
    why('cpu_usage_iowait'),
    'watches "AWS/EC2 cpu_usage_iowait", the time that CPUs wait for disks, not CPU use; ' +
      'include it by name to act on it',
  );
  assert.match(why('cpu_usage_steal') ?? '', /the hypervisor gave to others/);
  assert.match(why('CPUSurplusCreditBalance') ?? '', /how much CPU may still be used/);
  assert.equal(why('NetworkIn'), null);
});

test('only the metrics that move the value say whom the alarm is about', () => {
  const metrics = [
    metricStat('m1', { InstanceId: HOT_ID }),
    metricStat('m2', { InstanceId: OTHER_ID }),
    metricStat('x1', { InstanceId: OTHER_ID }, 'DiskReadOps'),
  ];
  const value = (Expression: string) =>
    read(withMetrics([{ Id: 'e1', Expression, ReturnData: true }, ...metrics])).targets;
  assert.deepEqual(value('FILL(m1, 0)').instanceIds, [HOT_ID]);
  assert.deepEqual(value('MAX([m1, x1])').instanceIds, [HOT_ID]);
  assert.deepEqual(value('MAX([m1, m2])').instanceIds, [HOT_ID, OTHER_ID]);
});

test('an alarm that missing data set off says so, and one with a datapoint does not', () => {
  const missing = (NewStateReason: string) => read(singleMetric({ NewStateReason })).isMissingData;
  const reason = 'no datapoints were received for 2 periods and 2 missing datapoints were treated as';
  assert.equal(missing(`Threshold Crossed: ${reason} [Breaching].`), true);
  assert.equal(missing(`Threshold Crossed: ${reason} [NonBreaching].`), false);
  assert.equal(
    missing('Threshold Crossed: 1 datapoint [97.0 (20/11/26 03:11:00)] was greater than the threshold (80.0).'),
    false,
  );
});
