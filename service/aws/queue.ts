import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueMessage, QueuePort } from '../incidents/ports.ts';
import { AppError, OutageError } from '../shared/errors.ts';
import { type AwsCall, callAws } from './call.ts';
import { REQUEST_LIMITS } from './clients.ts';

/** The longest that SQS waits for a message. */
const POLL_SECONDS = 20;
/** The longest poll, and a second try after one that broke. */
const POLL_MS = REQUEST_LIMITS.pollAnswerMs + 2_000;
const MOST = 10;

/** `QueuePort` over SQS. `ms`: of each call, instead of its own. */
export function createQueue(sqs: SQSClient, url: string, ms?: number): QueuePort {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const QueueUrl = url;
  const callOf = (code: string, doing: string, api: string, signal: AbortSignal | undefined): AwsCall => ({
    code,
    doing: `${doing} ${name}`,
    api,
    ms,
    signal,
  });
  return {
    async receive(hiddenSeconds, signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: MOST,
        WaitTimeSeconds: POLL_SECONDS,
        VisibilityTimeout: hiddenSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      const call = { ...callOf('QUEUE_UNREADABLE', 'Reading the queue', 'ReceiveMessage', signal), ms: ms ?? POLL_MS };
      const { Messages = [] } = await callAws(call, (sending) => sqs.send(command, sending));
      return Messages.map(toMessage);
    },
    async hide(messages, seconds, signal) {
      const Entries = entriesOf(messages).map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
      const call = callOf('QUEUE_HIDE_FAILED', 'Hiding messages of', 'ChangeMessageVisibilityBatch', signal);
      // What could not be hidden is gone, or was received by somebody else meanwhile.
      await callAws(call, (sending) => sqs.send(command, sending));
    },
    async remove(messages, signal) {
      const command = new DeleteMessageBatchCommand({ QueueUrl, Entries: entriesOf(messages) });
      const call = callOf('QUEUE_REMOVE_FAILED', 'Deleting messages of', 'DeleteMessageBatch', signal);
      const { Failed = [] } = await callAws(call, (sending) => sqs.send(command, sending));
      const [first] = Failed;
      if (first === undefined) return;
      const many = `${Failed.length} of ${messages.length}`;
      const words = `${call.doing} failed for ${many}: ${first.Code} (${first.Message}).`;
      throw first.SenderFault ? new AppError(call.code, words) : new OutageError(call.code, words);
    },
    async maxReceives(signal) {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] });
      const call = callOf('QUEUE_UNKNOWN', 'Asking about the queue', 'GetQueueAttributes', signal);
      const { Attributes } = await callAws(call, (sending) => sqs.send(command, sending));
      return maxReceivesOf(Attributes?.RedrivePolicy);
    },
  };
}

function toMessage({ MessageId, Body, ReceiptHandle, Attributes }: Message): QueueMessage {
  const receives = Number(Attributes?.ApproximateReceiveCount ?? 1);
  return { id: MessageId ?? '', body: Body ?? '', receipt: ReceiptHandle ?? '', receives };
}

function entriesOf(messages: readonly QueueMessage[]) {
  return messages.map(({ receipt }, place) => ({ Id: String(place), ReceiptHandle: receipt }));
}

/** `{"deadLetterTargetArn":"arn:aws:sqs:…","maxReceiveCount":5}`, the number also as text. */
function maxReceivesOf(policy: string | undefined): number | null {
  if (policy === undefined || policy === '') return null;
  const count = Number((JSON.parse(policy) as { maxReceiveCount?: unknown }).maxReceiveCount);
  return Number.isInteger(count) && count > 0 ? count : null;
}
