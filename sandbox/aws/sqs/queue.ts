import { createHash, randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { overLimit, refused } from './faults.ts';

/** Of one queue, set by `SetQueueAttributes`. */
export interface QueueSettings {
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  readonly maxBytes: number;
  readonly redrive: { readonly arn: string; readonly maxReceives: number } | undefined;
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly sentAtMs: number;
  receives: number;
  firstReceivedAtMs: number;
  /** Of the newest receive; '' before the first. */
  handle: string;
  /** By the clock of durations. Later than now: in flight, or delayed. */
  visibleAt: number;
}

/** Bounds the memory of a long-lived sandbox; AWS has no such limit. */
const MAX_MESSAGES = 10_000;
/** AWS's own of a standard queue. */
const MAX_IN_FLIGHT = 120_000;

/** One standard queue: messages in the order they were sent, each visible or in flight. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  /** As they were set, by name. */
  readonly attributes = new Map<string, string>();
  settings: QueueSettings;
  private readonly context: Context;
  private readonly messages = new Map<string, Message>();
  private news = Promise.withResolvers<void>();

  constructor(context: Context, name: string, settings: QueueSettings) {
    this.context = context;
    this.name = name;
    this.arn = `arn:aws:sqs:${context.region}:${context.accountId}:${name}`;
    this.createdAtMs = context.now();
    this.settings = settings;
  }

  get url(): string {
    return `${this.context.endpoint()}/${this.context.accountId}/${this.name}`;
  }

  /** Throws `OverLimit` when the sandbox keeps no more. */
  send(body: string, delaySeconds = this.settings.delaySeconds): Message {
    if (this.messages.size >= MAX_MESSAGES) throw overLimit(`The sandbox keeps ${MAX_MESSAGES} messages a queue.`);
    const message: Message = {
      id: randomUUID(),
      body,
      md5: createHash('md5').update(body).digest('hex'),
      sentAtMs: this.context.now(),
      receives: 0,
      firstReceivedAtMs: 0,
      handle: '',
      visibleAt: this.later(delaySeconds),
    };
    this.put(message);
    return message;
  }

  /** Takes over a message of another queue, as the dead-letter queue does. */
  put(message: Message): void {
    this.messages.set(message.id, message);
    this.tell();
  }

  /** At most `most` messages, waiting for the first up to `waitSeconds`. `dead`: takes what was received too often. */
  async receive(
    most: number,
    visibilitySeconds: number,
    waitSeconds: number,
    dead: (arn: string, message: Message) => boolean,
  ): Promise<readonly Message[]> {
    const endsAt = this.later(waitSeconds);
    for (;;) {
      const { promise } = this.news;
      const taken = this.take(most, visibilitySeconds, dead);
      const left = endsAt - performance.now();
      if (taken.length > 0 || left <= 0 || this.context.timers.closed) return taken;
      await Promise.race([promise, this.context.timers.wait(Math.min(left, this.untilVisible()))]);
    }
  }

  private take(most: number, visibilitySeconds: number, dead: (arn: string, message: Message) => boolean): Message[] {
    const now = performance.now();
    const taken: Message[] = [];
    const { redrive, retentionSeconds } = this.settings;
    for (const message of this.messages.values()) {
      if (taken.length >= most) break;
      if (message.sentAtMs + retentionSeconds * 1000 < this.context.now()) this.messages.delete(message.id);
      else if (message.visibleAt <= now) {
        if (redrive && message.receives >= redrive.maxReceives && dead(redrive.arn, this.fresh(message))) {
          this.messages.delete(message.id);
        } else taken.push(this.received(message, visibilitySeconds));
      }
    }
    if (this.inFlight() > MAX_IN_FLIGHT) throw overLimit('Too many messages in flight.');
    return taken;
  }

  private fresh(message: Message): Message {
    return { ...message, receives: 0, handle: '', visibleAt: performance.now() };
  }

  private received(message: Message, visibilitySeconds: number): Message {
    message.receives++;
    if (message.receives === 1) message.firstReceivedAtMs = this.context.now();
    message.handle = Buffer.from(`${message.id} ${randomUUID()}`).toString('base64');
    message.visibleAt = this.later(visibilitySeconds);
    // Its handle is that of this receive, whoever receives it next.
    return { ...message };
  }

  /** A handle that is not the newest of its message deletes nothing, and is no error. */
  delete(handle: string): void {
    const message = this.byHandle(handle);
    if (message?.handle === handle) this.messages.delete(message.id);
  }

  setVisibility(handle: string, seconds: number): void {
    const message = this.byHandle(handle);
    if (message?.handle !== handle) {
      throw refused(
        'InvalidParameterValue',
        `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available ` +
          'for visibility timeout change.',
        'InvalidParameterValueException',
      );
    }
    if (message.visibleAt <= performance.now()) {
      throw refused('AWS.SimpleQueueService.MessageNotInflight', 'The message is not in flight.', 'MessageNotInflight');
    }
    message.visibleAt = this.later(seconds);
    this.tell();
  }

  purge(): void {
    this.messages.clear();
  }

  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const hidden = this.inFlight();
    const delayed = [...this.messages.values()].filter((each) => this.isHidden(each) && each.receives === 0).length;
    return { visible: this.messages.size - hidden - delayed, inFlight: hidden, delayed };
  }

  private inFlight(): number {
    return [...this.messages.values()].filter((each) => this.isHidden(each) && each.receives > 0).length;
  }

  private isHidden(message: Message): boolean {
    return message.visibleAt > performance.now();
  }

  private byHandle(handle: string): Message | undefined {
    const [id, ...rest] = Buffer.from(handle, 'base64').toString('latin1').split(' ');
    if (!/^[0-9a-f-]{36}$/.test(id ?? '') || rest.length !== 1) {
      throw refused('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
    }
    return this.messages.get(id ?? '');
  }

  private later(seconds: number): number {
    return performance.now() + seconds * 1000 * this.context.timeScale;
  }

  /** Milliseconds until the next hidden message can be seen. */
  private untilVisible(): number {
    const now = performance.now();
    const next = Math.min(...[...this.messages.values()].map((each) => each.visibleAt));
    return Math.max(1, Math.ceil(next - now));
  }

  private tell(): void {
    this.news.resolve();
    this.news = Promise.withResolvers<void>();
  }
}
