/** The other side of `bench:intake`, a process of its own: signs deliveries as SNS does, then posts them. */
import { createPrivateKey } from 'node:crypto';
import { Agent, request } from 'node:http';
import { newMessageId, signedBody } from '../../sandbox/aws/sns/envelope.ts';
import { alarmMessage, TOPIC } from './deliveries.ts';

export interface Order {
  readonly url: string;
  readonly connections: number;
  readonly count: number;
  /** How each is spoilt; null: genuine ones. */
  readonly spoil: string | null;
  readonly privateKeyPem: string;
  readonly certificateUrl: string;
}

export interface Outcome {
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly latenciesMs: readonly number[];
}

interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let agent: Agent | undefined;

process.on('message', (message: { readonly prepare: Order } | { readonly go: true }) => {
  if ('prepare' in message) prepare(message.prepare);
  else void go().then((outcome) => process.send?.(outcome));
});

let order: Order;
let deliveries: Delivery[] = [];

function prepare(given: Order): void {
  order = given;
  agent ??= new Agent({ keepAlive: true, maxSockets: given.connections });
  const privateKey = createPrivateKey(given.privateKeyPem);
  const now = new Date().toISOString();
  const identity = { privateKey, certificatePem: '', certificatePath: '' };
  deliveries = Array.from({ length: given.count }, (_, at) => {
    const MessageId = newMessageId();
    const headers = {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-topic-arn': TOPIC,
    };
    const envelope = {
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'ALARM: "web CPU" in US East (N. Virginia)',
      Message: alarmMessage(now),
      Timestamp: now,
    } as const;
    if (given.spoil !== null) return spoilt(given.spoil, at, headers, envelope);
    return { headers, body: signedBody(envelope, {}, '2', identity, given.certificateUrl) };
  });
  process.send?.('prepared');
}

/** Each comes from an address of its own, by a header that the service is told to believe: no limit may help it. */
function spoilt(
  kind: string,
  at: number,
  headers: Delivery['headers'],
  envelope: { readonly MessageId: string; readonly TopicArn: string; readonly Timestamp: string },
): Delivery {
  const from = { 'x-forwarded-for': `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}` };
  const bare = { 'content-type': 'text/plain', ...from };
  const unsigned = { Type: 'Notification', Message: 'x'.repeat(1500), ...envelope, SignatureVersion: '2' };
  const forged = (changes: object) =>
    JSON.stringify({
      ...unsigned,
      Signature: Buffer.alloc(256, at).toString('base64'),
      SigningCertURL: order.certificateUrl,
      ...changes,
    });
  switch (kind) {
    case 'empty':
      return { headers: bare, body: '' };
    case 'not JSON, 2 kB':
      return { headers: bare, body: 'x'.repeat(2000) };
    case 'not JSON, 200 kB':
      return { headers: bare, body: 'x'.repeat(200_000) };
    case 'JSON of something else, 2 kB':
      return { headers: bare, body: JSON.stringify({ events: Array(100).fill('a mistake') }) };
    case 'foreign topic in header and body':
      return {
        headers: { ...headers, ...from, 'x-amz-sns-topic-arn': `${TOPIC}-2` },
        body: forged({ TopicArn: `${TOPIC}-2` }),
      };
    case 'foreign topic, no header':
      return { headers: bare, body: forged({ TopicArn: `${TOPIC}-2` }) };
    case 'our topic, hours old':
      return { headers: { ...headers, ...from }, body: forged({ Timestamp: '2020-01-01T00:00:00.000Z' }) };
    default:
      return { headers: { ...headers, ...from }, body: forged({}) };
  }
}

async function go(): Promise<Outcome> {
  const statuses: Record<string, number> = {};
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const lane = async () => {
    for (let delivery = deliveries[next++]; delivery !== undefined; delivery = deliveries[next++]) {
      const sentAt = performance.now();
      const status = await post(delivery);
      latenciesMs.push(performance.now() - sentAt);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: order.connections }, lane));
  return { seconds: (performance.now() - startedAt) / 1000, statuses, latenciesMs };
}

function post({ headers, body }: Delivery): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(`${order.url}/sns`, {
      method: 'POST',
      ...(agent ? { agent } : {}),
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    sent.once('response', (answer) => answer.resume().once('end', () => resolve(String(answer.statusCode))));
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    sent.end(body);
  });
}
