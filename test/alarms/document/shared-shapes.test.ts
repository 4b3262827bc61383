/** Alarms of others are of the shapes in docs/alarms.md; read in place, and skipped loudly where they are not. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { readMessage } from '../../../service/alarms/read-message.ts';
import { parseStoredNotification } from '../../../service/alarms/stored-notification.ts';
import { TOPIC } from '../../fixtures/alarms/messages.ts';
import { outcomeOf } from './outcome.ts';
import { SHAPES } from './shape-table.ts';

const SHARED = join(import.meta.dirname, '../../../../shared');

/** By the beginning of its name, the shape of each file that holds a message; of several beginnings the longest. */
const CASES: Readonly<Record<string, string>> = {
  '01-': 'idle-left',
  '01c-': 'sum',
  '01f-': 'iowait',
  '02-': 'host',
  '03-': 'max-instances',
  '05-': 'region',
  '05c-': 'foreign-metric',
  '08d-': 'node',
  '09c-': 'credits',
  '13c-': 'missing-data',
  '30-': 'group',
  '31-': 'group',
  '33-': 'group',
};
const PUBLISHED: Readonly<Record<string, string>> = {
  eventbridge_creation: 'configuration',
  eventbridge_deletion: 'configuration',
  eventbridge_update: 'configuration',
  'eventbridge_state-change-for-a-composite': 'suppressed',
  'eventbridge_state-change-for-a-metric-math': 'several-not-cpu',
  'eventbridge_state-change-for-a-single-metric': 'event',
  'eventbridge_state-change-for-an-anomaly': 'band-below',
  'lambda-action_CompositeMetric': 'composite',
  'lambda-action_SingleMetric': 'account',
  'lambda-action_composite-with-suppressor': 'suppressed',
  'lambda-action_composite_': 'no-time',
  'lambda-action_metric': 'no-time',
  'lambda-records_autoscaling': 'scaling',
  'lambda-records_custom-metric': 'account',
  'lambda-records_ec2-total-cpu': 'account',
  'lambda-records_generic-sns': 'resource',
  'lambda-records_metric-math': 'resource',
  'lambda-records_ok_': 'account',
  'lambda-records_rds': 'resource',
  'lambda-records_single-metric': 'resource',
  message_minimal: 'no-trigger',
  'message_set-alarm-state': 'not-cpu',
  'message_single-metric_2026': 'not-cpu',
  'message_treat-missing': 'missing-data',
  'sns-lambda-event': 'text',
};

function shapeOf(file: string, shapes: Readonly<Record<string, string>>): string | undefined {
  const [longest] = Object.keys(shapes)
    .filter((beginning) => file.startsWith(beginning))
    .sort((one, other) => other.length - one.length);
  return longest === undefined ? undefined : shapes[longest];
}

/** Snapshots replace what varies by marks; these are plausible values for them. */
function fillMarks(text: string): string {
  return text
    .replaceAll('<partition>', 'aws')
    .replaceAll('<region>', 'eu-west-1')
    .replaceAll('"StateChangeTime": "date"', '"StateChangeTime": "2026-02-26T10:00:00.000+0000"')
    .replaceAll('"abc"', '"i-12345678901234567"');
}

/** A reason without the names and numbers that it is about. */
function kindOf(reason: string): string {
  return reason
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '…')
    .replaceAll(/…(?:, …)+/g, '…')
    .replace(/ and \d+ more metrics?/, '')
    .replace(/ in [a-z]+-[a-z]+-\d /, ' ');
}

function holdToRow(file: string, id: string, message: string, region: string | null): void {
  const row = SHAPES.find((shape) => shape.id === id) ?? assert.fail(`${file}: no shape ${id}`);
  const expected = outcomeOf(row.message, { region: 'eu-west-1', accounts: ['111122223333'] }, TOPIC);
  const reading = readMessage(message, '');
  const own = reading.kind === 'alarm' ? reading.alarm : { region: '', accountId: '' };
  const outcome = outcomeOf(message, {
    region: region ?? own.region ?? '',
    accounts: own.accountId ? [own.accountId] : [],
  });
  assert.equal(outcome.does, expected.does, outcome.reason);
  if (row.why === undefined) assert.equal(kindOf(outcome.reason), kindOf(expected.reason));
}

const FOLDERS = [
  { folder: 'cases/alarms', shapes: CASES, region: 'us-east-1' },
  { folder: 'alarms', shapes: PUBLISHED, region: null },
] as const;
for (const { folder, shapes, region } of FOLDERS) {
  test(`each message of shared/${folder} has its row in docs/alarms.md`, async (t) => {
    const path = join(SHARED, folder);
    if (!existsSync(path)) return t.skip(`SKIPPED: no messages at ${path}`);
    // The recorded exchanges are envelopes; test/alarms/shared-alarms.test.ts reads them.
    const files = readdirSync(path).filter((file) => file.endsWith('.json') && !file.startsWith('sns-http-exchange'));
    for (const file of files) {
      await t.test(file, () => {
        const id = shapeOf(file, shapes) ?? assert.fail(`${file} has no row`);
        const stored = parseStoredNotification(fillMarks(readFileSync(join(path, file), 'utf8')));
        assert.ok(stored.length > 0);
        for (const { message } of stored) holdToRow(file, id, message, region);
      });
    }
  });
}
