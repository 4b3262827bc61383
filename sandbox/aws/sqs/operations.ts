import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Operation, Output, RpcService } from '../operation.ts';
import { batched } from './batch.ts';
import { refused } from './faults.ts';
import type { Message, Queue } from './queue.ts';
import { shownAttributes } from './settings.ts';
import type { Sqs } from './sqs.ts';

const MAX_VISIBILITY = 43_200;
const MAX_DELAY = 900;
/** What XML 1.0 cannot hold, SQS does not take. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** The SQS API over `sqs`. */
export function sqsService(sqs: Sqs, context: Context): RpcService {
  const queueOf = (input: Fields) => sqs.byUrl(input.needText('QueueUrl'));
  const operations: Record<string, Operation> = {
    CreateQueue: (input) => ({ QueueUrl: sqs.create(input.needText('QueueName'), attributesOf(input)).url }),
    GetQueueUrl: (input) => ({ QueueUrl: sqs.named(input.needText('QueueName')).url }),
    ListQueues(input) {
      const prefix = input.text('QueueNamePrefix') ?? '';
      const urls = sqs.all().filter((queue) => queue.name.startsWith(prefix));
      return { QueueUrls: urls.slice(0, 1000).map((queue) => queue.url) };
    },
    DeleteQueue(input) {
      sqs.delete(queueOf(input));
      return {};
    },
    PurgeQueue(input) {
      queueOf(input).purge();
      return {};
    },
    GetQueueAttributes(input) {
      const all = shownAttributes(queueOf(input));
      const wanted = input.texts('AttributeNames');
      const shown = [...all].filter(([name]) => wanted.includes('All') || wanted.includes(name));
      return shown.length === 0 ? {} : { Attributes: new Map(shown) };
    },
    SetQueueAttributes(input) {
      sqs.setAttributes(queueOf(input), attributesOf(input));
      return {};
    },
    SendMessage(input) {
      const { id, md5 } = send(queueOf(input), input);
      return { MessageId: id, MD5OfMessageBody: md5 };
    },
    SendMessageBatch(input) {
      const queue = queueOf(input);
      return batched(input, (entry) => {
        const { id, md5 } = send(queue, entry);
        return { MessageId: id, MD5OfMessageBody: md5 };
      });
    },
    ReceiveMessage: (input) => receive(sqs, queueOf(input), input, context),
    ChangeMessageVisibility(input) {
      setVisibility(queueOf(input), input);
      return {};
    },
    ChangeMessageVisibilityBatch(input) {
      const queue = queueOf(input);
      return batched(input, (entry) => setVisibility(queue, entry));
    },
    DeleteMessage(input) {
      queueOf(input).delete(input.needText('ReceiptHandle'));
      return {};
    },
    DeleteMessageBatch(input) {
      const queue = queueOf(input);
      return batched(input, (entry) => {
        queue.delete(entry.needText('ReceiptHandle'));
        return {};
      });
    },
  };
  return {
    dialect: {
      missing: 'MissingParameter',
      missingShape: 'MissingRequiredParameterException',
      invalid: 'InvalidParameterValue',
      invalidShape: 'InvalidParameterValueException',
    },
    operations: new Map(Object.entries(operations)),
  };
}

function attributesOf(input: Fields): ReadonlyMap<string, string> {
  const attributes = input.structure('Attributes');
  return new Map((attributes?.keys() ?? []).map((name) => [name, attributes?.text(name) ?? '']));
}

function send(queue: Queue, input: Fields): Message {
  if (input.has('MessageAttributes')) {
    throw refused('AWS.SimpleQueueService.UnsupportedOperation', 'The sandbox keeps no message attributes.');
  }
  const body = input.needText('MessageBody');
  if (Buffer.byteLength(body) > queue.settings.maxBytes) {
    throw input.invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.maxBytes} bytes.`,
    );
  }
  if (FORBIDDEN.test(body)) {
    throw refused('InvalidMessageContents', 'Invalid binary character was found in the message body.');
  }
  return queue.send(body, input.integer('DelaySeconds', 0, MAX_DELAY));
}

async function receive(sqs: Sqs, queue: Queue, input: Fields, context: Context): Promise<Output> {
  const most = input.integer('MaxNumberOfMessages', 1, 10) ?? 1;
  const visibility = input.integer('VisibilityTimeout', 0, MAX_VISIBILITY) ?? queue.settings.visibilitySeconds;
  const wait = input.integer('WaitTimeSeconds', 0, 20) ?? queue.settings.waitSeconds;
  // The first name is the older one; both are still sent.
  const wanted = [...input.texts('AttributeNames'), ...input.texts('MessageSystemAttributeNames')];
  const messages = await queue.receive(most, visibility, wait, (arn, message) => sqs.bury(arn, message));
  return messages.length === 0 ? {} : { Messages: messages.map((message) => messageOutput(message, wanted, context)) };
}

function messageOutput(message: Message, wanted: readonly string[], context: Context): Output {
  const known = new Map([
    ['SenderId', context.accountId],
    ['SentTimestamp', String(message.sentAtMs)],
    ['ApproximateReceiveCount', String(message.receives)],
    ['ApproximateFirstReceiveTimestamp', String(message.firstReceivedAtMs)],
  ]);
  const shown = [...known].filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    MD5OfBody: message.md5,
    Body: message.body,
    Attributes: shown.length === 0 ? undefined : new Map(shown),
  };
}

function setVisibility(queue: Queue, input: Fields): Output {
  const seconds = input.integer('VisibilityTimeout', 0, MAX_VISIBILITY);
  if (seconds === undefined) throw input.missing('VisibilityTimeout');
  queue.setVisibility(input.needText('ReceiptHandle'), seconds);
  return {};
}
