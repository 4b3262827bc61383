import { randomBytes, randomUUID } from 'node:crypto';
import { AwsFault } from '../aws-fault.ts';

export type DeliveryProtocol = 'http' | 'https' | 'email' | 'email-json' | 'sqs';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: DeliveryProtocol;
  readonly endpoint: string;
  /** Opens the subscription; 256 hex digits as AWS's. */
  readonly token: string;
  readonly tokenExpiresAtMs: number;
  readonly attributes: Map<string, string>;
  confirmed: boolean;
  /** Whoever holds an UnsubscribeURL can end the subscription unless this was asked for when confirming. */
  authenticateOnUnsubscribe: boolean;
}

export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly subscriptions: Map<string, Subscription>;
  deletedSubscriptions: number;
}

/** Two days, as AWS. */
const TOKEN_LIFE_MS = 2 * 86_400_000;
/** Bounds the memory of a long-lived sandbox. */
const MAX_TOPICS = 1000;
const MAX_SUBSCRIPTIONS = 1000;

export const invalidParameter = (what: string) => new AwsFault('InvalidParameter', `Invalid parameter: ${what}`);
const notFound = (what: string) => new AwsFault('NotFound', `${what} does not exist`, { status: 404 });

/** The topics of the account and their subscriptions. */
export class Topics {
  private readonly topics = new Map<string, Topic>();
  private readonly prefix: string;

  constructor(region: string, accountId: string) {
    this.prefix = `arn:aws:sns:${region}:${accountId}:`;
  }

  all(): readonly Topic[] {
    return [...this.topics.values()];
  }

  /** Making a topic again gives the same one. */
  create(name: string): Topic {
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
    const arn = `${this.prefix}${name}`;
    const existing = this.topics.get(arn);
    if (existing) return existing;
    if (this.topics.size >= MAX_TOPICS)
      throw new AwsFault('TopicLimitExceeded', 'Topic limit exceeded', { status: 403 });
    const topic: Topic = { arn, name, attributes: new Map(), subscriptions: new Map(), deletedSubscriptions: 0 };
    this.topics.set(arn, topic);
    return topic;
  }

  get(arn: string): Topic {
    const topic = this.topics.get(arn);
    if (topic) return topic;
    if (!arn.startsWith(this.prefix)) throw invalidParameter('TopicArn');
    throw notFound('Topic');
  }

  find(arn: string): Topic | undefined {
    return this.topics.get(arn);
  }

  delete(arn: string): void {
    if (!arn.startsWith(this.prefix)) throw invalidParameter('TopicArn');
    this.topics.delete(arn);
  }

  /** The same endpoint subscribed again keeps its subscription. */
  subscribe(topic: Topic, protocol: DeliveryProtocol, endpoint: string, nowMs: number): Subscription {
    for (const subscription of topic.subscriptions.values()) {
      if (subscription.protocol === protocol && subscription.endpoint === endpoint) return subscription;
    }
    if (topic.subscriptions.size >= MAX_SUBSCRIPTIONS) {
      throw new AwsFault('SubscriptionLimitExceeded', 'Subscription limit exceeded', { status: 403 });
    }
    const subscription: Subscription = {
      arn: `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      protocol,
      endpoint,
      token: randomBytes(128).toString('hex'),
      tokenExpiresAtMs: nowMs + TOKEN_LIFE_MS,
      attributes: new Map(),
      confirmed: false,
      authenticateOnUnsubscribe: false,
    };
    topic.subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  /** Confirming again with the same token is harmless. */
  confirm(topic: Topic, token: string, authenticateOnUnsubscribe: boolean, nowMs: number): Subscription {
    const subscription = [...topic.subscriptions.values()].find((each) => each.token === token);
    if (!subscription || nowMs > subscription.tokenExpiresAtMs) throw invalidParameter('Token');
    if (!subscription.confirmed) subscription.authenticateOnUnsubscribe = authenticateOnUnsubscribe;
    subscription.confirmed = true;
    return subscription;
  }

  subscription(arn: string): Subscription {
    const cut = arn.lastIndexOf(':');
    const found = this.topics.get(arn.slice(0, cut))?.subscriptions.get(arn);
    if (!found) throw notFound('Subscription');
    return found;
  }

  /** Unknown subscriptions end silently, as at AWS. */
  unsubscribe(arn: string): Subscription | undefined {
    const topic = this.topics.get(arn.slice(0, arn.lastIndexOf(':')));
    const subscription = topic?.subscriptions.get(arn);
    if (!topic || !subscription) return undefined;
    topic.subscriptions.delete(arn);
    topic.deletedSubscriptions++;
    return subscription;
  }
}
