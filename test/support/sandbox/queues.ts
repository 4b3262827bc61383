import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import type { Sandbox } from '../../../sandbox/aws/server.ts';

const OPERATIONS = join(import.meta.dirname, '../../../docs/operations.md');

const configuration = ({ region, endpoint }: Sandbox) => ({
  region,
  endpoint,
  credentials: DEMO_CREDENTIALS,
  maxAttempts: 1,
});

export const sqsClient = (sandbox: Sandbox) => new SQSClient(configuration(sandbox));
export const snsClient = (sandbox: Sandbox) => new SNSClient(configuration(sandbox));

export interface TestQueue {
  readonly url: string;
  readonly arn: string;
}

/** A queue; `topicArn`: its policy lets this topic send. */
export async function createQueue(
  sqs: SQSClient,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<TestQueue> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  const names = { QueueUrl: url, AttributeNames: ['QueueArn' as const] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(names));
  return { url, arn: Attributes?.QueueArn ?? '' };
}

/** The policy that docs/operations.md prints, for this queue and topic. */
export function queuePolicy(queueArn: string, topicArn: string): string {
  const blocks = readFileSync(OPERATIONS, 'utf8').match(/(?<=```json\n)[^`]+(?=```)/g) ?? [];
  const policy = blocks.find((block) => block.includes('"sqs:SendMessage"')) ?? '';
  return policy
    .replaceAll('arn:aws:sqs:REGION:ACCOUNT:cpu-alarms', queueArn)
    .replaceAll('arn:aws:sns:REGION:ACCOUNT:cpu-alarms', topicArn);
}

/** A topic that delivers to a queue of the same name. */
export async function topicWithQueue(
  sandbox: Sandbox,
  name: string,
  options: { readonly raw?: boolean; readonly attributes?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly topicArn: string; readonly queue: TestQueue }> {
  const [sns, sqs] = [snsClient(sandbox), sqsClient(sandbox)];
  try {
    const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
    const queueArn = `arn:aws:sqs:${sandbox.region}:${sandbox.accountId}:${name}`;
    const queue = await createQueue(sqs, name, { Policy: queuePolicy(queueArn, topicArn), ...options.attributes });
    const Attributes = { RawMessageDelivery: String(options.raw ?? false) };
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes }));
    return { topicArn, queue };
  } finally {
    sns.destroy();
    sqs.destroy();
  }
}
