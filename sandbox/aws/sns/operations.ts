import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Operation, Output, RpcService } from '../operation.ts';
import { page } from '../paging.ts';
import type { MessageAttribute } from './envelope.ts';
import { DEFAULT_RETRY_POLICY, readDeliveryPolicy } from './retry-policy.ts';
import type { Publication, Sns } from './sns.ts';
import { type DeliveryProtocol, invalidParameter, type Subscription, type Topic } from './topics.ts';

/** SNS lists come in pages of 100. */
const PAGE = 100;
/** Bytes of a message with its attributes. */
const MAX_MESSAGE_BYTES = 262_144;
const TOPIC_ATTRIBUTES = [
  'DisplayName',
  'Policy',
  'DeliveryPolicy',
  'SignatureVersion',
  'KmsMasterKeyId',
  'TracingConfig',
];
const PROTOCOLS: readonly DeliveryProtocol[] = ['http', 'https', 'email', 'email-json', 'sqs'];
const SUBSCRIPTION_ATTRIBUTES = ['RawMessageDelivery', 'DeliveryPolicy'];

/** The SNS API over `sns`. */
export function snsService(sns: Sns, context: Context): RpcService {
  const { topics } = sns;
  const topicOf = (input: Fields) => topics.get(input.needText('TopicArn'));
  const operations: Record<string, Operation> = {
    CreateTopic(input) {
      const attributes = input.structure('Attributes');
      const topic = topics.create(input.needText('Name'));
      for (const key of attributes?.keys() ?? []) setTopicAttribute(topic, key, attributes?.text(key) ?? '');
      return { TopicArn: topic.arn };
    },
    DeleteTopic(input) {
      topics.delete(input.needText('TopicArn'));
      return {};
    },
    ListTopics(input) {
      const { items, nextToken } = page(topics.all(), input, 'MaxResults', PAGE, PAGE);
      return { Topics: items.map((topic) => ({ TopicArn: topic.arn })), NextToken: nextToken };
    },
    GetTopicAttributes: (input) => ({ Attributes: topicAttributes(topicOf(input), context) }),
    SetTopicAttributes(input) {
      setTopicAttribute(topicOf(input), input.needText('AttributeName'), input.text('AttributeValue') ?? '');
      return {};
    },
    Subscribe: (input) => subscribe(sns, input, context),
    ConfirmSubscription(input) {
      const authenticate = input.text('AuthenticateOnUnsubscribe') === 'true';
      return {
        SubscriptionArn: topics.confirm(topicOf(input), input.needText('Token'), authenticate, context.now()).arn,
      };
    },
    Unsubscribe(input) {
      const ended = topics.unsubscribe(input.needText('SubscriptionArn'));
      if (ended?.confirmed) sns.tellUnsubscribed(ended);
      return {};
    },
    ListSubscriptions(input) {
      const all = topics.all().flatMap((topic) => [...topic.subscriptions.values()]);
      return listed(all, input, context);
    },
    ListSubscriptionsByTopic: (input) => listed([...topicOf(input).subscriptions.values()], input, context),
    GetSubscriptionAttributes(input) {
      return { Attributes: subscriptionAttributes(topics.subscription(input.needText('SubscriptionArn')), context) };
    },
    SetSubscriptionAttributes(input) {
      const subscription = topics.subscription(input.needText('SubscriptionArn'));
      setSubscriptionAttribute(subscription, input.needText('AttributeName'), input.text('AttributeValue') ?? '');
      return {};
    },
    Publish: (input) => ({ MessageId: sns.publish(publishTarget(sns, input), publication(input)) }),
  };
  return {
    dialect: { missing: 'InvalidParameter', invalid: 'InvalidParameter' },
    operations: new Map(Object.entries(operations)),
  };
}

/** What anybody may do who holds the link of a message: confirm, or unsubscribe where that was left open. */
export function isAnonymousAction(sns: Sns, query: URLSearchParams): boolean {
  if (query.get('Action') === 'ConfirmSubscription') return query.get('AuthenticateOnUnsubscribe') !== 'true';
  if (query.get('Action') !== 'Unsubscribe') return false;
  const arn = query.get('SubscriptionArn') ?? '';
  const topic = sns.topics.find(arn.slice(0, arn.lastIndexOf(':')));
  return topic?.subscriptions.get(arn)?.authenticateOnUnsubscribe === false;
}

function publishTarget(sns: Sns, input: Fields): Topic {
  const arn = input.text('TopicArn') ?? input.text('TargetArn');
  if (arn === undefined) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  return sns.topics.get(arn);
}

function publication(input: Fields): Publication {
  const message = input.text('Message') ?? '';
  if (message === '') throw invalidParameter('Empty message');
  const subject = input.text('Subject');
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalidParameter('Subject');
  const attributes = messageAttributes(input);
  const attributeBytes = [...attributes].reduce(
    (sum, [name, { Type, Value }]) => sum + Buffer.byteLength(name + Type + Value),
    0,
  );
  if (Buffer.byteLength(message) + attributeBytes > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
  const perProtocol = input.text('MessageStructure') === 'json' ? messagesPerProtocol(message) : undefined;
  return {
    message: perProtocol?.get('default') ?? message,
    ...(perProtocol ? { perProtocol } : {}),
    ...(subject === undefined ? {} : { subject }),
    attributes,
  };
}

function messagesPerProtocol(message: string): ReadonlyMap<string, string> {
  try {
    const texts = Object.entries(JSON.parse(message) as object).filter((entry) => typeof entry[1] === 'string');
    const map = new Map<string, string>(texts);
    if (map.has('default')) return map;
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  throw invalidParameter('Message Structure - No default entry in JSON message body');
}

function messageAttributes(input: Fields): ReadonlyMap<string, MessageAttribute> {
  const attributes = new Map<string, MessageAttribute>();
  const given = input.structure('MessageAttributes');
  for (const name of given?.keys() ?? []) {
    const value = given?.structure(name);
    const text = value?.text('StringValue') ?? value?.text('BinaryValue');
    if (!value || text === undefined)
      throw invalidParameter(`The message attribute '${name}' must contain non-empty value`);
    attributes.set(name, { Type: value.needText('DataType'), Value: text });
  }
  return attributes;
}

function subscribe(sns: Sns, input: Fields, context: Context): Output {
  const topic = sns.topics.get(input.needText('TopicArn'));
  const protocol = protocolOf(input.needText('Protocol'));
  const endpoint = input.text('Endpoint') ?? '';
  checkEndpoint(protocol, endpoint);
  const subscription = sns.topics.subscribe(topic, protocol, endpoint, context.now());
  // The owner of topic and queue has nothing to confirm.
  if (protocol === 'sqs') subscription.confirmed = true;
  const attributes = input.structure('Attributes');
  for (const key of attributes?.keys() ?? []) setSubscriptionAttribute(subscription, key, attributes?.text(key) ?? '');
  if (!subscription.confirmed) sns.askToConfirm(subscription);
  const show = subscription.confirmed || input.flag('ReturnSubscriptionArn') === true;
  return { SubscriptionArn: show ? subscription.arn : 'pending confirmation' };
}

function protocolOf(text: string): DeliveryProtocol {
  const known = PROTOCOLS.find((protocol) => protocol === text);
  if (known !== undefined) return known;
  throw invalidParameter(`the sandbox does not deliver over ${text}`);
}

function checkEndpoint(protocol: DeliveryProtocol, endpoint: string): void {
  if (protocol.startsWith('http')) {
    if (URL.canParse(endpoint) && new URL(endpoint).protocol === `${protocol}:`) return;
    throw invalidParameter('Endpoint must match the specified protocol');
  }
  if (protocol === 'sqs') {
    if (/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/.test(endpoint)) return;
    throw invalidParameter('SQS endpoint ARN');
  }
  if (!/^[^\s@<>"]+@[^\s@<>"]+$/.test(endpoint)) throw invalidParameter('Email address');
}

function listed(subscriptions: readonly Subscription[], input: Fields, context: Context): Output {
  const { items, nextToken } = page(subscriptions, input, 'MaxResults', PAGE, PAGE);
  return {
    Subscriptions: items.map((subscription) => ({
      SubscriptionArn: subscription.confirmed ? subscription.arn : 'PendingConfirmation',
      Owner: context.accountId,
      Protocol: subscription.protocol,
      Endpoint: subscription.endpoint,
      TopicArn: subscription.topicArn,
    })),
    NextToken: nextToken,
  };
}

function setTopicAttribute(topic: Topic, name: string, value: string): void {
  if (!TOPIC_ATTRIBUTES.includes(name)) throw invalidParameter(`AttributeName ${name}`);
  if (name === 'SignatureVersion' && value !== '1' && value !== '2') throw invalidParameter('SignatureVersion');
  if (name === 'DeliveryPolicy') readDeliveryPolicy(value);
  topic.attributes.set(name, value);
}

function setSubscriptionAttribute(subscription: Subscription, name: string, value: string): void {
  if (!SUBSCRIPTION_ATTRIBUTES.includes(name)) throw invalidParameter(`AttributeName ${name}`);
  if (name === 'DeliveryPolicy') readDeliveryPolicy(value);
  if (name === 'RawMessageDelivery' && value !== 'true' && value !== 'false')
    throw invalidParameter('RawMessageDelivery');
  if (name === 'RawMessageDelivery' && subscription.protocol.startsWith('email')) {
    throw new AwsFault(
      'InvalidParameter',
      'Invalid parameter: Delivery protocol does not support raw message delivery.',
    );
  }
  subscription.attributes.set(name, value);
}

function topicAttributes(topic: Topic, context: Context): ReadonlyMap<string, string> {
  const all = [...topic.subscriptions.values()];
  const confirmed = all.filter((subscription) => subscription.confirmed).length;
  return new Map([
    ['TopicArn', topic.arn],
    ['Owner', context.accountId],
    ['DisplayName', ''],
    ['SubscriptionsConfirmed', String(confirmed)],
    ['SubscriptionsPending', String(all.length - confirmed)],
    ['SubscriptionsDeleted', String(topic.deletedSubscriptions)],
    ['EffectiveDeliveryPolicy', JSON.stringify({ http: { defaultHealthyRetryPolicy: DEFAULT_RETRY_POLICY } })],
    ...topic.attributes,
  ]);
}

function subscriptionAttributes(subscription: Subscription, context: Context): ReadonlyMap<string, string> {
  const policy = readDeliveryPolicy(subscription.attributes.get('DeliveryPolicy'));
  return new Map([
    ['SubscriptionArn', subscription.arn],
    ['TopicArn', subscription.topicArn],
    ['Owner', context.accountId],
    ['Protocol', subscription.protocol],
    ['Endpoint', subscription.endpoint],
    ['PendingConfirmation', String(!subscription.confirmed)],
    ['ConfirmationWasAuthenticated', String(subscription.authenticateOnUnsubscribe)],
    ['RawMessageDelivery', 'false'],
    ['EffectiveDeliveryPolicy', JSON.stringify({ healthyRetryPolicy: policy.retry })],
    ...subscription.attributes,
  ]);
}
