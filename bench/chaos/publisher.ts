/** Publishes alarms as CloudWatch and SNS do: signed, and repeated until somebody takes them. */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSigningIdentity } from '../../sandbox/aws/sns/certificate.ts';
import { newMessageId, signedBody } from '../../sandbox/aws/sns/envelope.ts';
import { alarmMessage, TOPIC } from '../intake/deliveries.ts';

export interface Published {
  readonly messageId: string;
  readonly group: string;
  readonly state: 'ALARM' | 'OK';
  readonly atMs: number;
  /** Of the last try; null while there is none but a broken connection. */
  status: number | null;
  tries: number;
}

export interface Publisher {
  /** Where signing certificates come from. */
  readonly origin: string;
  readonly published: readonly Published[];
  /** Resolves when it was taken, or refused for good. */
  publish(group: string, state: Published['state'], alarm?: string): Promise<Published>;
  /** Once more what was taken already, as at-least-once allows. */
  repeat(published: Published): Promise<void>;
  close(): Promise<void>;
}

/** SNS waits 20 s and more; here a service starts anew every few seconds. */
const PAUSE_MS = 400;
/** SNS gives an endpoint 15 s. */
const ANSWER_MS = 15_000;

/** `url`: where the service listens, whenever it does. */
export async function startPublisher(url: () => string): Promise<Publisher> {
  const identity = await createSigningIdentity(new Date());
  const certificates = createServer((asked, response) => {
    response.statusCode = asked.url === identity.certificatePath ? 200 : 404;
    response.end(identity.certificatePem);
  }).listen(0, '127.0.0.1');
  await once(certificates, 'listening');
  const origin = `http://127.0.0.1:${(certificates.address() as AddressInfo).port}`;
  const published: Published[] = [];
  const bodies = new Map<string, string>();
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const closing = new AbortController();

  async function deliver(message: Published): Promise<void> {
    const body = bodies.get(message.messageId) ?? '';
    while (!closing.signal.aborted) {
      message.tries++;
      const status = await post(`${url()}/sns`, message.messageId, body, agent);
      if (status !== null) message.status = status;
      // SNS takes other 4xx for an answer.
      if (status !== null && status < 500 && status !== 429) return;
      await sleep(PAUSE_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  return {
    origin,
    published,
    async publish(group, state, alarm = `${group} CPU`) {
      const now = new Date();
      const messageId = newMessageId();
      const message: Published = { messageId, group, state, atMs: now.getTime(), status: null, tries: 0 };
      const envelope = {
        Type: 'Notification',
        MessageId: messageId,
        TopicArn: TOPIC,
        Subject: `${state}: "${alarm}" in US East (N. Virginia)`,
        Message: alarmOf(group, alarm, state, now.toISOString()),
        Timestamp: now.toISOString(),
      } as const;
      bodies.set(messageId, signedBody(envelope, {}, '2', identity, `${origin}${identity.certificatePath}`));
      published.push(message);
      await deliver(message);
      return message;
    },
    repeat: (message) => deliver(message),
    async close() {
      closing.abort();
      agent.destroy();
      certificates.closeAllConnections();
      certificates.close();
      await once(certificates, 'close');
    },
  };
}

function alarmOf(group: string, name: string, state: Published['state'], changedAt: string): string {
  const message = JSON.parse(alarmMessage(changedAt));
  return JSON.stringify({
    ...message,
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:us-east-1:${message.AWSAccountId}:alarm:${name}`,
    NewStateValue: state,
    OldStateValue: state === 'ALARM' ? 'OK' : 'ALARM',
    Trigger: { ...message.Trigger, Dimensions: [{ value: group, name: 'AutoScalingGroupName' }] },
  });
}

function post(url: string, messageId: string, body: string, agent: Agent): Promise<number | null> {
  return new Promise((resolve) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      timeout: ANSWER_MS,
      headers: {
        'content-type': 'text/plain; charset=UTF-8',
        'content-length': Buffer.byteLength(body),
        'x-amz-sns-message-type': 'Notification',
        'x-amz-sns-message-id': messageId,
        'x-amz-sns-topic-arn': TOPIC,
      },
    });
    sent.once('response', (answer) => {
      answer.once('error', () => resolve(null)).once('end', () => resolve(answer.statusCode ?? null));
      answer.resume();
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve(null)).once('close', () => resolve(null));
    sent.end(body);
  });
}
