import type { Context } from '../context.ts';
import type { Mailbox } from '../ses/mailbox.ts';
import type { SigningIdentity } from './certificate.ts';
import { Deliveries } from './delivery.ts';
import { notificationMail } from './email.ts';
import { type Envelope, type MessageAttribute, newMessageId, type SignatureVersion, signedBody } from './envelope.ts';
import { DEFAULT_RETRY_POLICY, readDeliveryPolicy } from './retry-policy.ts';
import { type Subscription, type Topic, Topics } from './topics.ts';

export interface Publication {
  readonly message: string;
  /** Text per protocol, when `MessageStructure` is `json`. */
  readonly perProtocol?: ReadonlyMap<string, string>;
  readonly subject?: string;
  readonly attributes?: ReadonlyMap<string, MessageAttribute>;
}

const PLAIN = 'text/plain; charset=UTF-8';

/** Where messages go that somebody fetches. */
export interface TopicQueues {
  /** Gives the status of the delivery. */
  takeFromTopic(queueArn: string, topicArn: string, body: string): string;
}

/** SNS without its wire: topics, and what is sent to their subscribers. */
export class Sns {
  readonly topics: Topics;
  private readonly context: Context;
  private readonly identity: SigningIdentity;
  private readonly deliveries: Deliveries;
  private readonly mailbox: Mailbox;
  private readonly queues: TopicQueues;
  private readonly copies: number;

  constructor(
    context: Context,
    identity: SigningIdentity,
    to: { readonly mailbox: Mailbox; readonly queues: TopicQueues },
    deliverTwice: boolean,
  ) {
    this.topics = new Topics(context.region, context.accountId);
    this.context = context;
    this.identity = identity;
    this.mailbox = to.mailbox;
    this.queues = to.queues;
    this.deliveries = new Deliveries(context);
    this.copies = deliverTwice ? 2 : 1;
  }

  close(): Promise<void> {
    return this.deliveries.close();
  }

  /** Sends a message to every confirmed subscriber; the answer is its MessageId. */
  publish(topic: Topic, publication: Publication): string {
    const messageId = newMessageId();
    for (const subscription of topic.subscriptions.values()) {
      if (subscription.confirmed) this.notify(topic, subscription, messageId, publication);
    }
    return messageId;
  }

  /** Asks the endpoint, or the reader of the mail, to confirm. */
  askToConfirm(subscription: Subscription): void {
    const { topicArn, token } = subscription;
    const url = `${this.context.endpoint()}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;
    const message =
      `You have chosen to subscribe to the topic ${topicArn}.\n` +
      'To confirm the subscription, visit the SubscribeURL included in this message.';
    this.control('SubscriptionConfirmation', subscription, message, url);
  }

  /** Tells an endpoint that its subscription has ended. */
  tellUnsubscribed(subscription: Subscription): void {
    const { topicArn, token, arn } = subscription;
    const url = `${this.context.endpoint()}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;
    const message =
      `You have chosen to deactivate subscription ${arn}.\n` +
      'To cancel this operation and restore the subscription, visit the SubscribeURL included in this message.';
    if (subscription.protocol.startsWith('http')) this.control('UnsubscribeConfirmation', subscription, message, url);
  }

  private control(
    type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
    subscription: Subscription,
    message: string,
    url: string,
  ): void {
    if (!subscription.protocol.startsWith('http')) {
      const raw = notificationMail(
        subscription.endpoint,
        'AWS Notification - Subscription Confirmation',
        `${message}\n\n${url}\n`,
      );
      this.mailbox.store({ from: 'no-reply@sns.amazonaws.com', to: [subscription.endpoint], raw });
      return;
    }
    const envelope: Envelope = {
      Type: type,
      MessageId: newMessageId(),
      Token: subscription.token,
      TopicArn: subscription.topicArn,
      Message: message,
      SubscribeURL: url,
      Timestamp: this.timestamp(),
    };
    const body = this.signed(envelope, {}, this.topics.find(subscription.topicArn));
    const { MessageId: messageId } = envelope;
    this.deliveries.start(
      subscription,
      { type, messageId, body, contentType: PLAIN, raw: false },
      DEFAULT_RETRY_POLICY,
    );
  }

  private notify(topic: Topic, subscription: Subscription, messageId: string, publication: Publication): void {
    const message = publication.perProtocol?.get(subscription.protocol) ?? publication.message;
    const unsubscribeUrl = `${this.context.endpoint()}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;
    const envelope: Envelope = {
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topic.arn,
      ...(publication.subject === undefined ? {} : { Subject: publication.subject }),
      Message: message,
      Timestamp: this.timestamp(),
    };
    const attributes = publication.attributes?.size
      ? { MessageAttributes: Object.fromEntries(publication.attributes) }
      : {};
    const body = () => this.signed(envelope, { UnsubscribeURL: unsubscribeUrl, ...attributes }, topic);
    const raw = subscription.attributes.get('RawMessageDelivery') === 'true';
    if (subscription.protocol === 'sqs') {
      for (let copy = 0; copy < this.copies; copy++) this.toQueue(subscription, messageId, raw ? message : body());
      return;
    }
    if (!subscription.protocol.startsWith('http')) {
      const text =
        subscription.protocol === 'email-json' ? body() : `${message}\n\n--\nTo stop these mails:\n${unsubscribeUrl}\n`;
      const mail = notificationMail(subscription.endpoint, publication.subject ?? 'AWS Notification Message', text);
      this.mailbox.store({ from: 'no-reply@sns.amazonaws.com', to: [subscription.endpoint], raw: mail });
      return;
    }
    const policy = readDeliveryPolicy(
      subscription.attributes.get('DeliveryPolicy') ?? topic.attributes.get('DeliveryPolicy'),
    );
    const contentType = policy.contentType ?? PLAIN;
    for (let copy = 0; copy < this.copies; copy++) {
      this.deliveries.start(
        subscription,
        { type: 'Notification', messageId, body: raw ? message : body(), contentType, raw },
        policy.retry,
      );
    }
  }

  /** Queues do not fail for a while, as endpoints do: the only attempt tells. */
  private toQueue(subscription: Subscription, messageId: string, body: string): void {
    const { endpoint, topicArn } = subscription;
    const outcome = this.queues.takeFromTopic(endpoint, topicArn, body);
    this.context.events.emit({ kind: 'delivery', messageId, type: 'Notification', endpoint, attempt: 1, outcome });
  }

  private signed(envelope: Envelope, extras: Parameters<typeof signedBody>[1], topic: Topic | undefined): string {
    const version: SignatureVersion = topic?.attributes.get('SignatureVersion') === '2' ? '2' : '1';
    const certificateUrl = `${this.context.endpoint()}${this.identity.certificatePath}`;
    return signedBody(envelope, extras, version, this.identity, certificateUrl);
  }

  private timestamp(): string {
    return new Date(this.context.now()).toISOString();
  }
}
