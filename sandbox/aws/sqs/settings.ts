import { badAttribute, refused } from './faults.ts';
import type { Queue, QueueSettings } from './queue.ts';

/** Attribute, what it is by default, and its limits, in seconds and bytes. */
const NUMBERS = {
  VisibilityTimeout: [30, 0, 43_200],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
  DelaySeconds: [0, 0, 900],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  MaximumMessageSize: [1_048_576, 1024, 1_048_576],
} as const satisfies Record<string, readonly [usual: number, least: number, most: number]>;
/** Kept and shown; only the first says something to the sandbox. */
const TEXTS = ['Policy', 'RedriveAllowPolicy', 'SqsManagedSseEnabled'];

/** Checks attributes of a queue, as they are set, and reads what the queue goes by. Throws as AWS does. */
export function readSettings(attributes: ReadonlyMap<string, string>): QueueSettings {
  for (const name of attributes.keys()) {
    if (!Object.hasOwn(NUMBERS, name) && !TEXTS.includes(name) && name !== 'RedrivePolicy') {
      throw refused('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
  }
  readJson('Policy', attributes.get('Policy'));
  return {
    visibilitySeconds: numberOf('VisibilityTimeout', attributes),
    waitSeconds: numberOf('ReceiveMessageWaitTimeSeconds', attributes),
    delaySeconds: numberOf('DelaySeconds', attributes),
    retentionSeconds: numberOf('MessageRetentionPeriod', attributes),
    maxBytes: numberOf('MaximumMessageSize', attributes),
    redrive: redriveOf(attributes.get('RedrivePolicy')),
  };
}

function numberOf(name: keyof typeof NUMBERS, attributes: ReadonlyMap<string, string>): number {
  const [usual, least, most] = NUMBERS[name];
  const value = Number(attributes.get(name) ?? usual);
  if (!Number.isInteger(value) || value < least || value > most) throw badAttribute(name);
  return value;
}

function redriveOf(text: string | undefined): QueueSettings['redrive'] {
  const policy = readJson('RedrivePolicy', text);
  if (policy === undefined) return undefined;
  const maxReceives = Number(policy.maxReceiveCount);
  const arn = policy.deadLetterTargetArn;
  if (typeof arn !== 'string' || !Number.isInteger(maxReceives) || maxReceives < 1 || maxReceives > 1000) {
    throw badAttribute('RedrivePolicy');
  }
  return { arn, maxReceives };
}

/** An empty text takes the attribute away. */
function readJson(name: string, text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below.
  }
  throw badAttribute(name);
}

/** What `GetQueueAttributes` answers. */
export function shownAttributes(queue: Queue): ReadonlyMap<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  return new Map([
    ['QueueArn', queue.arn],
    ['CreatedTimestamp', String(Math.floor(queue.createdAtMs / 1000))],
    ['ApproximateNumberOfMessages', String(visible)],
    ['ApproximateNumberOfMessagesNotVisible', String(inFlight)],
    ['ApproximateNumberOfMessagesDelayed', String(delayed)],
    ...Object.entries(NUMBERS).map(([name, [usual]]) => [name, String(usual)] as const),
    ...[...queue.attributes].filter(([, value]) => value !== ''),
  ]);
}
