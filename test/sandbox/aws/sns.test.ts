import assert from 'node:assert/strict';
import { createVerify, X509Certificate } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type HttpEndpoint, httpEndpoint } from '../../support/sandbox/http-endpoint.ts';
import { localFleet } from '../../support/sandbox/local-fleet.ts';
import { nextEvent } from '../../support/sandbox/wait-for.ts';

/** The members that are signed, in order, as the SNS developer guide gives them. */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

async function isGenuine(body: string): Promise<boolean> {
  const message: Record<string, string> = JSON.parse(body);
  const pem = await (await fetch(message.SigningCertURL ?? '')).text();
  const text = (SIGNED[message.Type ?? ''] ?? []).flatMap((key) =>
    message[key] === undefined ? [] : `${key}\n${message[key]}\n`,
  );
  const algorithm = message.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
  return createVerify(algorithm)
    .update(text.join(''))
    .verify(pem, message.Signature ?? '', 'base64');
}

describe('SNS of the sandbox', () => {
  let sandbox: Sandbox;
  let twice: Sandbox;
  let sns: SNSClient;
  const endpoints: HttpEndpoint[] = [];

  const clientOf = (each: Sandbox) =>
    new SNSClient({ region: each.region, endpoint: each.endpoint, credentials: DEMO_CREDENTIALS, maxAttempts: 1 });

  before(async () => {
    [sandbox, twice] = await Promise.all([
      startSandbox({ fleet: localFleet(), timeScale: 0.001, manualTicks: true }),
      startSandbox({ fleet: localFleet(), timeScale: 0.001, manualTicks: true, deliverTwice: true }),
    ]);
    sns = clientOf(sandbox);
  });
  after(async () => {
    sns.destroy();
    await Promise.all([sandbox.close(), twice.close(), ...endpoints.map((endpoint) => endpoint.close())]);
  });

  /** A topic with one confirmed HTTP subscriber that has received its confirmation message. */
  async function subscribed(
    name: string,
    client = sns,
  ): Promise<{ topicArn: string; subscriptionArn: string; endpoint: HttpEndpoint }> {
    const endpoint = await httpEndpoint();
    endpoints.push(endpoint);
    const { TopicArn: topicArn = '' } = await client.send(new CreateTopicCommand({ Name: name }));
    await client.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url }));
    const [first] = await endpoint.count(1);
    const { Token } = JSON.parse(first?.body ?? '{}');
    const answer = await client.send(
      new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token, AuthenticateOnUnsubscribe: 'true' }),
    );
    return { topicArn, subscriptionArn: answer.SubscriptionArn ?? '', endpoint };
  }

  it('sends a signed SubscriptionConfirmation and keeps the subscription pending until it is confirmed', async () => {
    const endpoint = await httpEndpoint();
    endpoints.push(endpoint);
    const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'handshake' }));
    const answer = await sns.send(
      new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url }),
    );
    assert.equal(answer.SubscriptionArn, 'pending confirmation');
    const [message] = await endpoint.count(1);
    assert.equal(message?.headers['x-amz-sns-message-type'], 'SubscriptionConfirmation');
    assert.equal(message.headers['x-amz-sns-topic-arn'], topicArn);
    assert.equal(message.headers['x-amz-sns-subscription-arn'], undefined);
    assert.equal(message.headers['content-type'], 'text/plain; charset=UTF-8');
    assert.equal(message.headers['user-agent'], 'Amazon Simple Notification Service Agent');
    assert.ok(await isGenuine(message.body));
    assert.match(message.body, /^\{\n {2}"Type" : "SubscriptionConfirmation",\n {2}"MessageId" : "/);
    const body = JSON.parse(message.body);
    assert.deepEqual(Object.keys(body), [
      ...['Type', 'MessageId', 'Token', 'TopicArn', 'Message', 'SubscribeURL', 'Timestamp'],
      ...['SignatureVersion', 'Signature', 'SigningCertURL'],
    ]);
    assert.match(body.Token, /^[0-9a-f]{256}$/);
    const list = () => sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    assert.equal((await list()).Subscriptions?.[0]?.SubscriptionArn, 'PendingConfirmation');
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'nobody is there yet' }));
    assert.equal((await fetch(body.SubscribeURL)).status, 200);
    assert.equal((await list()).Subscriptions?.[0]?.SubscriptionArn?.startsWith(`${topicArn}:`), true);
    assert.equal(endpoint.received.length, 1);
  });

  it('serves a certificate that names sns.amazonaws.com, is valid now and was made with its own key', async () => {
    const { endpoint } = await subscribed('certificate');
    const { SigningCertURL: url } = JSON.parse(endpoint.received[0]?.body ?? '{}');
    assert.match(url, new RegExp(`^${sandbox.endpoint}/SimpleNotificationService-[0-9a-f]{32}\\.pem$`));
    const certificate = new X509Certificate(await (await fetch(url)).text());
    assert.equal(certificate.subject, 'CN=sns.amazonaws.com');
    assert.ok(certificate.validFromDate < new Date() && certificate.validToDate > new Date());
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.checkHost('sns.amazonaws.com'), 'sns.amazonaws.com');
  });

  for (const version of ['1', '2']) {
    it(`signs notifications with version ${version} when the topic says so`, async () => {
      const { topicArn, subscriptionArn, endpoint } = await subscribed(`version-${version}`);
      await sns.send(
        new SetTopicAttributesCommand({
          TopicArn: topicArn,
          AttributeName: 'SignatureVersion',
          AttributeValue: version,
        }),
      );
      const sent = await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: 'a subject',
          Message: 'line one\n"two" & <three> ü',
          MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
        }),
      );
      const message = (await endpoint.count(2))[1];
      assert.ok(message && (await isGenuine(message.body)));
      assert.equal(message.headers['x-amz-sns-subscription-arn'], subscriptionArn);
      assert.equal(message.headers['x-amz-sns-message-id'], sent.MessageId);
      const body = JSON.parse(message.body);
      assert.equal(body.SignatureVersion, version);
      assert.equal(body.Message, 'line one\n"two" & <three> ü');
      assert.deepEqual(body.MessageAttributes, { colour: { Type: 'String', Value: 'red' } });
      assert.ok(!(await isGenuine(message.body.replace('line one', 'line 1'))));
    });
  }

  it('retries after 5xx and a lost connection with the same MessageId, until the first answer below 500', async () => {
    const { topicArn, endpoint } = await subscribed('retries');
    endpoint.script(503, 500, 404);
    const settled = nextEvent(sandbox, 'delivery', (event) => event.outcome === '404');
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'again' }));
    assert.equal((await settled).attempt, 3);
    const ids = endpoint.received.slice(1).map((each) => each.headers['x-amz-sns-message-id']);
    assert.equal(ids.length, 3);
    assert.equal(new Set(ids).size, 1);
  });

  it('treats silence as a failure, and gives up after three retries', async () => {
    const { topicArn, endpoint } = await subscribed('silence');
    endpoint.script('hang', 500, 500, 500);
    const last = nextEvent(sandbox, 'delivery', (event) => event.attempt === 4);
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'anybody?' }));
    assert.equal((await last).outcome, '500');
    assert.equal(endpoint.received.length, 5);
  });

  it('follows the retry policy of the subscription and refuses an incomplete one', async () => {
    const { topicArn, subscriptionArn, endpoint } = await subscribed('policy');
    const set = (policy: object) =>
      sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn: subscriptionArn,
          AttributeName: 'DeliveryPolicy',
          AttributeValue: JSON.stringify(policy),
        }),
      );
    await assert.rejects(set({ healthyRetryPolicy: { numRetries: 1 } }), { name: 'InvalidParameterException' });
    await set({
      healthyRetryPolicy: { numRetries: 1, minDelayTarget: 1, maxDelayTarget: 1 },
      requestPolicy: { headerContentType: 'application/json' },
    });
    endpoint.script(500, 500);
    const last = nextEvent(sandbox, 'delivery', (event) => event.attempt === 2);
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'twice at most' }));
    await last;
    assert.equal(endpoint.received.length, 3);
    assert.equal(endpoint.received[1]?.headers['content-type'], 'application/json');
  });

  it('delivers twice with one MessageId when told to be at-least-once', async () => {
    const client = clientOf(twice);
    const { topicArn, endpoint } = await subscribed('twice', client);
    await client.send(new PublishCommand({ TopicArn: topicArn, Message: 'hello' }));
    const [, first, second] = await endpoint.count(3);
    assert.equal(first?.headers['x-amz-sns-message-id'], second?.headers['x-amz-sns-message-id']);
    client.destroy();
  });

  it('delivers raw messages without an envelope and says so in a header', async () => {
    const { topicArn, subscriptionArn, endpoint } = await subscribed('raw');
    const attribute = { SubscriptionArn: subscriptionArn, AttributeName: 'RawMessageDelivery', AttributeValue: 'true' };
    await sns.send(new SetSubscriptionAttributesCommand(attribute));
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: '{"plain": 1}' }));
    const message = (await endpoint.count(2))[1];
    assert.equal(message?.body, '{"plain": 1}');
    assert.equal(message.headers['x-amz-sns-rawdelivery'], 'true');
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: subscriptionArn }));
    assert.equal(Attributes?.RawMessageDelivery, 'true');
    assert.equal(Attributes?.PendingConfirmation, 'false');
  });

  it('says goodbye on Unsubscribe, and leaves a subscription alone whose end must be authenticated', async () => {
    const { topicArn, subscriptionArn, endpoint } = await subscribed('goodbye');
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }));
    const { UnsubscribeURL: link } = JSON.parse((await endpoint.count(2))[1]?.body ?? '{}');
    assert.equal((await fetch(link)).status, 403);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscriptionArn }));
    const last = (await endpoint.count(3))[2];
    assert.equal(last?.headers['x-amz-sns-message-type'], 'UnsubscribeConfirmation');
    assert.ok(await isGenuine(last.body));
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    assert.equal(Attributes?.SubscriptionsDeleted, '1');
  });

  it('mails plain text to e-mail subscribers once they follow the link of the confirmation', async () => {
    const { TopicArn: topicArn } = await sns.send(new CreateTopicCommand({ Name: 'mails' }));
    const asked = nextEvent(sandbox, 'mail');
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'email', Endpoint: 'oncall@example.com' }));
    const text = Buffer.from((await asked).mail.raw.toString('utf8').split('\r\n\r\n')[1] ?? '', 'base64').toString(
      'utf8',
    );
    const link = /http\S+Token=\S+/.exec(text)?.[0] ?? '';
    assert.equal((await fetch(link)).status, 200);
    const mailed = nextEvent(sandbox, 'mail');
    await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: 'report', Message: 'the graphs' }));
    const { mail } = await mailed;
    assert.deepEqual(mail.to, ['oncall@example.com']);
    assert.match(mail.raw.toString('utf8'), /^Subject: report\r$/m);
  });

  it('refuses what AWS refuses, in the words of AWS', async () => {
    const { TopicArn: topicArn } = await sns.send(new CreateTopicCommand({ Name: 'refusals' }));
    const refused = (input: ConstructorParameters<typeof PublishCommand>[0], name: string) =>
      assert.rejects(sns.send(new PublishCommand(input)), { name });
    await refused({ TopicArn: `${topicArn}x`, Message: 'x' }, 'NotFoundException');
    await refused({ TopicArn: topicArn, Message: '' }, 'InvalidParameterException');
    await refused({ TopicArn: topicArn, Message: 'x', Subject: 'y'.repeat(100) }, 'InvalidParameterException');
    for (const Subject of ['two\nlines', '', ' begins with a blank', 'caf\u00e9', 'bell\u0007'])
      await refused({ TopicArn: topicArn, Message: 'x', Subject }, 'InvalidParameterException');
    const longest = { TopicArn: topicArn, Message: 'x'.repeat(262_144), Subject: 'y'.repeat(99) };
    assert.ok((await sns.send(new PublishCommand(longest))).MessageId);
    await refused({ TopicArn: topicArn, Message: 'x'.repeat(262_145) }, 'InvalidParameterException');
    const wrong = new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: 'f'.repeat(256) });
    await assert.rejects(sns.send(wrong), { name: 'InvalidParameterException', message: 'Invalid parameter: Token' });
    await assert.rejects(
      sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'https', Endpoint: 'http://x/' })),
      {
        name: 'InvalidParameterException',
      },
    );
    await assert.rejects(sns.send(new CreateTopicCommand({ Name: 'a b' })), { name: 'InvalidParameterException' });
    const { Topics } = await sns.send(new ListTopicsCommand({}));
    assert.ok(Topics?.some((topic) => topic.TopicArn === topicArn));
  });
});
