import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AlarmReading } from '../../service/alarms/alarm.ts';
import { parseEnvelope } from '../../service/alarms/envelope.ts';
import { readMessage } from '../../service/alarms/read-message.ts';
import { parseStoredNotification } from '../../service/alarms/stored-notification.ts';

/** Messages published by AWS and by other projects; read in place, and skipped loudly where they are not. */
const FOLDER = join(import.meta.dirname, '../../../shared/alarms');
const INSTANCE = 'i-12345678901234567';

/** Snapshots replace what varies by marks; these are plausible values for them. */
function fillMarks(text: string): string {
  return text
    .replaceAll('<partition>', 'aws')
    .replaceAll('<region>', 'eu-west-1')
    .replaceAll('<alarm-name:1>', 'snapshot-alarm')
    .replaceAll('<namespace:1>', 'AWS/EC2')
    .replaceAll(/"StateChangeTime": "date"/g, '"StateChangeTime": "2026-02-26T10:00:00.000+0000"')
    .replaceAll(/MM\/DD\/YY HH:MM:SS/g, '26/02/26 09:59:00')
    .replaceAll('"abc"', `"${INSTANCE}"`);
}

/** What each file must become: `null` for an alarm's missing part means "none". */
interface Expected {
  readonly name: string;
  readonly state: string;
  readonly observed?: number | null;
  readonly threshold?: number | null;
  readonly isCpu?: boolean;
  readonly cpuWhenAlarm?: string | null;
  readonly instanceIds?: readonly string[];
  readonly children?: readonly string[];
  readonly region?: string | null;
}

const EXPECTED: Readonly<Record<string, Expected | RegExp>> = {
  'eventbridge_creation-of-a-composite-alarm-with-a-suppressor-alarm_awsdocs.json':
    /"CloudWatch Alarm Configuration Change"/,
  'eventbridge_creation-of-a-composite-alarm_awsdocs.json': /"CloudWatch Alarm Configuration Change"/,
  'eventbridge_deletion-of-a-composite-alarm-with-a-suppressor-alarm_awsdocs.json':
    /"CloudWatch Alarm Configuration Change"/,
  'eventbridge_deletion-of-a-metric-math-alarm_awsdocs.json': /"CloudWatch Alarm Configuration Change"/,
  'eventbridge_update-of-a-composite-alarm-with-a-suppressor-alarm_awsdocs.json':
    /"CloudWatch Alarm Configuration Change"/,
  'eventbridge_update-of-a-metric-alarm_awsdocs.json': /"CloudWatch Alarm Configuration Change"/,
  'eventbridge_state-change-for-a-composite-alarm-with-a-suppressor-alarm_awsdocs.json':
    /is in ALARM, but its actions are held back by its actions suppressor \(WaitPeriod\)/,
  'eventbridge_state-change-for-a-metric-math-alarm_awsdocs.json': {
    name: 'TotalNetworkTrafficTooHigh',
    state: 'ALARM',
    observed: 45628,
    threshold: 10000,
    isCpu: false,
    cpuWhenAlarm: null,
    instanceIds: [INSTANCE],
    region: 'us-east-1',
  },
  'eventbridge_state-change-for-a-single-metric-alarm_awsdocs.json': {
    name: 'ServerCpuTooHigh',
    state: 'ALARM',
    threshold: 50,
    observed: 99.50160229693434,
    isCpu: true,
    cpuWhenAlarm: 'high',
    instanceIds: [INSTANCE],
  },
  'eventbridge_state-change-for-an-anomaly-detection-alarm_awsdocs.json': {
    name: 'EC2 CPU Utilization Anomaly',
    state: 'ALARM',
    observed: 0,
    threshold: null,
    isCpu: true,
    // It left the band below: 0.0 was less than 0.02.
    cpuWhenAlarm: 'low',
    instanceIds: [INSTANCE],
  },
  'lambda-action_CompositeMetric_powertools-python.json': {
    name: 'CompositeDemo.Main',
    state: 'ALARM',
    observed: null,
    isCpu: false,
    instanceIds: [],
    children: ['arn:aws:cloudwatch:us-east-1:111122223333:alarm:CompositeDemo.FirstChild'],
    region: 'us-east-1',
  },
  'lambda-action_SingleMetric_powertools-python.json':
    /watches "AWS\/Lambda Invocations" and 1 more metric for the whole account/,
  // A mixture of event and Lambda action that AWS does not send; its state says enough.
  'lambda-action_composite-with-suppressor-alarm_aws-lambda-rust.json':
    /held back by its actions suppressor \(WaitPeriod\)/,
  'lambda-action_composite_aws-lambda-rust.json':
    /does not say when its state changed \("2023-08-04T12: 56: 46\.138\+0000"\)/,
  'lambda-action_metric_aws-lambda-rust.json': /does not say when its state changed/,
  'lambda-records_autoscaling-launch_assertible.json':
    /Auto Scaling reports "autoscaling:EC2_INSTANCE_TERMINATE" in the group "autoscale-group-name"/,
  'lambda-records_custom-metric_blueimp.json': /watches "ExampleNamespace DeliveryErrors" for the whole account/,
  'lambda-records_ec2-total-cpu-ok_telia.json': /watches "AWS\/EC2 CPUUtilization" for the whole account/,
  'lambda-records_generic-sns_assertible.json': /for "LoadBalancer=app\/app\/6892f491c9b95d3f", which names neither/,
  'lambda-records_metric-math_aws-lambda-go.json': /for "InstanceId=TestInstance", which names neither an EC2 instance/,
  'lambda-records_ok_old-region-name_terraform-notify-slack.json':
    /watches "LogMetrics DBMigrationRequired" for the whole account/,
  'lambda-records_rds_assertible.json': /for "DBInstanceIdentifier=app", which names neither/,
  'lambda-records_single-metric_aws-lambda-go.json':
    /for "InstanceId=TestInstance", which names neither an EC2 instance/,
  'message_minimal_terraform-notify-slack.json': /"Example" does not say what it watches/,
  'message_set-alarm-state_localstack-snapshot.json': {
    name: 'snapshot-alarm',
    state: 'ALARM',
    observed: null,
    threshold: 2,
    isCpu: false,
    instanceIds: [INSTANCE],
    region: 'eu-west-1',
  },
  'message_single-metric_2026_localstack-snapshot.json': {
    name: 'snapshot-alarm',
    state: 'ALARM',
    observed: 21.5,
    threshold: 21,
    isCpu: false,
    instanceIds: [INSTANCE],
  },
  'message_treat-missing-breaching_localstack-snapshot.json': {
    name: 'snapshot-alarm',
    state: 'ALARM',
    observed: null,
    threshold: 2,
    instanceIds: [INSTANCE],
  },
  'sns-lambda-event_powertools.json': /text, not an alarm: "Hello from SNS!"/,
};

function check(file: string, reading: AlarmReading, expected: Expected | RegExp): void {
  if (expected instanceof RegExp) {
    assert.equal(reading.kind, 'other', `${file} was read as an alarm`);
    if (reading.kind === 'other') assert.match(reading.reason, expected);
    return;
  }
  if (reading.kind === 'other') assert.fail(reading.reason);
  const { alarm } = reading;
  const found: Expected = {
    ...alarm,
    instanceIds: alarm.targets.instanceIds,
    children: alarm.composite?.childrenArns ?? [],
  };
  for (const key of Object.keys(expected) as (keyof Expected)[]) assert.deepEqual(found[key], expected[key], key);
}

test('published alarm messages are read as their projects meant them', async (t) => {
  if (!existsSync(FOLDER)) return t.skip(`SKIPPED: no published messages at ${FOLDER}`);
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json') && !file.startsWith('sns-http-exchange'));
  assert.ok(files.length >= 27);
  for (const file of files) {
    await t.test(file, () => {
      const expected = EXPECTED[file];
      assert.ok(expected, `no expectation for ${file}`);
      for (const stored of parseStoredNotification(fillMarks(readFileSync(join(FOLDER, file), 'utf8')))) {
        check(file, readMessage(stored.message, stored.topicArn), expected);
      }
    });
  }
});

/** Finds the objects that look like bodies of SNS in a recorded exchange, and the headers that came with them. */
function* bodies(node: unknown): Generator<Record<string, unknown>> {
  if (typeof node !== 'object' || node === null) return;
  const fields = node as Record<string, unknown>;
  if (typeof fields.Type === 'string' && typeof fields.MessageId === 'string') yield fields;
  for (const value of Object.values(fields)) yield* bodies(value);
}

test('every body of the recorded HTTP exchanges with SNS is an envelope', (t) => {
  if (!existsSync(FOLDER)) return t.skip(`SKIPPED: no published messages at ${FOLDER}`);
  const types = new Map<string, number>();
  for (const file of readdirSync(FOLDER).filter((name) => name.startsWith('sns-http-exchange'))) {
    const text = fillMarks(readFileSync(join(FOLDER, file), 'utf8'))
      .replaceAll(/<uuid:(\d)>/g, '09f9f45a-a5ce-43ba-aaa6-84068d3939f$1')
      .replaceAll('"Timestamp": "date"', '"Timestamp": "2026-02-26T10:00:00.000Z"');
    for (const body of bodies(JSON.parse(text))) {
      const envelope = parseEnvelope(JSON.stringify(body), { 'x-amz-sns-message-type': String(body.Type) });
      types.set(envelope.Type, (types.get(envelope.Type) ?? 0) + 1);
    }
  }
  assert.ok((types.get('Notification') ?? 0) >= 2 && (types.get('SubscriptionConfirmation') ?? 0) >= 3);
  assert.ok((types.get('UnsubscribeConfirmation') ?? 0) >= 1);
});
