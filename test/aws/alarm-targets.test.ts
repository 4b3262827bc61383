/** What is under a composite alarm, asked of a CloudWatch that evaluates it. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { createAlarmTargets } from '../../service/aws/alarm-targets.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';

let now = Date.UTC(2026, 10, 27, 3, 0, 0);
const { sandbox, client } = await sandboxSetUp({ now: () => now });
const cloudWatch = new CloudWatchClient({ ...client, maxAttempts: 1 });
after(() => cloudWatch.destroy());

const [HOT, CALM] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'] as const;
const put = (name: string, watched: Partial<PutMetricAlarmCommandInput>) =>
  cloudWatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: name, EvaluationPeriods: 1, Threshold: 70, ComparisonOperator: 'GreaterThanThreshold' },
      ...watched,
    }),
  );
const compose = (AlarmName: string, AlarmRule: string) =>
  cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule }));

/** CPU use of both instances, and one period of evaluation. */
async function pass(hot: number, calm: number): Promise<void> {
  const datum = (id: string, Value: number) => ({
    ...{ MetricName: 'cpu_usage_active', Value, Timestamp: new Date(now) },
    Dimensions: [{ Name: 'InstanceId', Value: id }],
  });
  await cloudWatch.send(
    new PutMetricDataCommand({ Namespace: 'CWAgent', MetricData: [datum(HOT, hot), datum(CALM, calm)] }),
  );
  now += 60_000;
  sandbox.tick();
}

test('children in ALARM are found at any depth, named by the message or not, and queries by their series', async () => {
  const Expression = 'SELECT MAX(cpu_usage_active) FROM SCHEMA(CWAgent, InstanceId) GROUP BY InstanceId';
  await put('each', { Metrics: [{ Id: 'q1', Expression, Period: 60, ReturnData: true }] });
  const metric = { Namespace: 'CWAgent', MetricName: 'cpu_usage_active', Statistic: 'Maximum', Period: 60 } as const;
  await put('one', { ...metric, Dimensions: [{ Name: 'InstanceId', Value: HOT }] });
  await put('calm', { ...metric, Dimensions: [{ Name: 'InstanceId', Value: CALM }] });
  await compose('inner', 'ALARM("one") OR ALARM(calm)');
  await compose('outer', 'ALARM(inner) AND ALARM(each)');
  await pass(10, 20);
  const targets = createAlarmTargets(cloudWatch);
  assert.equal(await targets.stateOf({ name: 'outer', arn: null }), 'OK');
  assert.deepEqual(await targets.childrenOf([], 'outer'), []);
  await pass(90, 20);
  assert.equal(await targets.stateOf({ name: 'outer', arn: null }), 'ALARM');
  for (const named of [[], ['inner'], ['each']]) {
    const arns = named.map((name) => `arn:aws:cloudwatch:${sandbox.region}:${sandbox.accountId}:alarm:${name}`);
    const children = await targets.childrenOf(arns, 'outer');
    const seen = children.map(({ name, metrics, contributor }) => [
      name,
      contributor?.attributes.InstanceId ?? metrics[0]?.dimensions[0]?.value,
    ]);
    assert.deepEqual(seen.sort(), [
      ['each', HOT],
      ['one', HOT],
    ]);
  }
});
