import type { Context } from '../context.ts';
import { HttpSender } from './http-sender.ts';
import { type RetryPolicy, retryDelaySeconds } from './retry-policy.ts';
import type { Subscription } from './topics.ts';

/** SNS gives up on an endpoint that has not answered by then. */
const ANSWER_SECONDS = 15;
/** However time is scaled: a busy machine is not a dead endpoint. */
const LEAST_ANSWER_MS = 1000;
/** Messages under way at once; more are dropped, as a topic nobody can drain must not eat the memory. */
const MAX_UNDER_WAY = 1000;

export interface HttpMessage {
  readonly type: string;
  readonly messageId: string;
  readonly body: string;
  readonly contentType: string;
  readonly raw: boolean;
}

/** Delivers messages to HTTP endpoints, each on its own, tried again as the policy says. */
export class Deliveries {
  private readonly context: Context;
  private readonly sender = new HttpSender();
  private readonly underWay = new Set<Promise<void>>();

  constructor(context: Context) {
    this.context = context;
  }

  /** Starts a delivery; its outcome shows in the events. */
  start(subscription: Subscription, message: HttpMessage, policy: RetryPolicy): void {
    if (this.underWay.size >= MAX_UNDER_WAY) {
      this.tell(subscription, message, 0, 'dropped: too many deliveries under way');
      return;
    }
    const delivery = this.deliver(subscription, message, policy).finally(() => this.underWay.delete(delivery));
    this.underWay.add(delivery);
  }

  async close(): Promise<void> {
    this.sender.close();
    await Promise.all(this.underWay);
  }

  private async deliver(subscription: Subscription, message: HttpMessage, policy: RetryPolicy): Promise<void> {
    for (let attempt = 0; attempt <= policy.numRetries; attempt++) {
      if (attempt > 0) {
        const delay = retryDelaySeconds(policy, attempt - 1) * 1000 * this.context.timeScale;
        if (!(await this.context.timers.wait(delay))) return;
      }
      if (await this.attempt(subscription, message, attempt + 1)) return;
    }
  }

  /** True when the matter is settled: 2xx to 4xx, whatever the endpoint meant by it. */
  private async attempt(subscription: Subscription, message: HttpMessage, attempt: number): Promise<boolean> {
    try {
      const timeout = Math.max(LEAST_ANSWER_MS, ANSWER_SECONDS * 1000 * this.context.timeScale);
      const status = await this.sender.post(
        subscription.endpoint,
        headersOf(subscription, message),
        message.body,
        timeout,
      );
      this.tell(subscription, message, attempt, String(status));
      return status >= 200 && status <= 499;
    } catch (error) {
      if (this.context.timers.closed) return true;
      this.tell(
        subscription,
        message,
        attempt,
        error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      );
      return false;
    }
  }

  private tell(subscription: Subscription, message: HttpMessage, attempt: number, outcome: string): void {
    const { type, messageId } = message;
    this.context.events.emit({ kind: 'delivery', messageId, type, endpoint: subscription.endpoint, attempt, outcome });
  }
}

function headersOf(subscription: Subscription, message: HttpMessage): Record<string, string> {
  return {
    'x-amz-sns-message-type': message.type,
    'x-amz-sns-message-id': message.messageId,
    'x-amz-sns-topic-arn': subscription.topicArn,
    ...(message.type === 'SubscriptionConfirmation' ? {} : { 'x-amz-sns-subscription-arn': subscription.arn }),
    ...(message.raw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
    'Content-Type': message.contentType,
    'User-Agent': 'Amazon Simple Notification Service Agent',
    'Accept-Encoding': 'gzip,deflate',
    Connection: 'Keep-Alive',
  };
}
