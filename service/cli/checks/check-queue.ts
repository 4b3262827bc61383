import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { awsError } from '../../aws/errors.ts';
import { AppError } from '../../shared/errors.ts';
import type { QueueAddress } from '../../shared/queue-address.ts';
import { note, ok } from './run-checks.ts';

const HOW = 'See docs/operations.md, "Without a public address".';
/** With fewer, a fault of some minutes puts alarms aside: see `settlement`. */
const FEW_RECEIVES = 5;

/** Whether a queue is there and may be asked about, and what becomes of the messages that are refused. */
export async function checkQueue(sqs: SQSClient, { url, name }: QueueAddress) {
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'RedrivePolicy' as const];
  const { Attributes } = await sqs
    .send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }))
    .catch((cause: unknown) => {
      throw withHint(awsError('QUEUE_UNKNOWN', `Asking about the queue ${name}`, cause, 'GetQueueAttributes'));
    });
  const found = ok(`${name}, with ${Attributes?.ApproximateNumberOfMessages ?? 'an unknown number of'} messages`);
  return [found, deadLetters(Attributes?.RedrivePolicy)];
}

function withHint(error: AppError): AppError {
  if (error.hint !== undefined) return error;
  return new AppError(error.code, error.message, { cause: error, hint: `Check SQS_QUEUE_URLS. ${HOW}` });
}

function deadLetters(policy: string | undefined) {
  if (policy === undefined || policy === '') return note('no dead-letter queue: what is refused is deleted', HOW);
  const { maxReceiveCount, deadLetterTargetArn } = JSON.parse(policy) as Record<string, unknown>;
  const words = `what comes ${maxReceiveCount} times is put into ${String(deadLetterTargetArn).split(':').at(-1)}`;
  if (Number(maxReceiveCount) >= FEW_RECEIVES) return ok(words);
  return note(`${words}: a fault of a minute is enough`, 'Set maxReceiveCount to 10.');
}
