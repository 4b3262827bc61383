import type { QueueMessage, QueuePort } from '../../../service/incidents/ports.ts';
import type { Clock } from '../../../service/shared/clock.ts';
import { AppError } from '../../../service/shared/errors.ts';
import { refuseAborted } from './refuse-aborted.ts';

interface Held {
  readonly id: string;
  readonly body: string;
  receipt: string;
  receives: number;
  visibleAtMs: number;
}

/** `QueuePort` in memory; it does not wait for messages. */
export class FakeQueue implements QueuePort {
  /** What was received too often. */
  readonly dead: string[] = [];
  /** Messages and seconds of each `hide`. */
  readonly hidden: { readonly bodies: readonly string[]; readonly seconds: number }[] = [];
  redrive: number | null = null;
  /** What the next calls throw, by name. */
  readonly faults = new Map<keyof QueuePort, Error>();
  private readonly clock: Clock;
  private held: Held[] = [];
  private sent = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get bodies(): readonly string[] {
    return this.held.map(({ body }) => body);
  }

  send(body: string): string {
    const id = `message-${++this.sent}`;
    this.held.push({ id, body, receipt: '', receives: 0, visibleAtMs: 0 });
    return id;
  }

  async receive(hiddenSeconds: number, signal?: AbortSignal): Promise<readonly QueueMessage[]> {
    this.begin('receive', signal);
    const now = this.clock.now();
    const { redrive } = this;
    const isDead = (each: Held) => redrive !== null && each.visibleAtMs <= now && each.receives >= redrive;
    this.dead.push(...this.held.filter(isDead).map(({ body }) => body));
    this.held = this.held.filter((each) => !isDead(each));
    return this.held
      .filter((each) => each.visibleAtMs <= now)
      .slice(0, 10)
      .map((each) => {
        each.receives++;
        each.receipt = `${each.id} ${each.receives}`;
        each.visibleAtMs = now + hiddenSeconds * 1000;
        return { id: each.id, body: each.body, receipt: each.receipt, receives: each.receives };
      });
  }

  async hide(messages: readonly QueueMessage[], seconds: number, signal?: AbortSignal): Promise<void> {
    this.begin('hide', signal);
    this.hidden.push({ bodies: messages.map(({ body }) => body), seconds });
    for (const each of this.of(messages)) each.visibleAtMs = this.clock.now() + seconds * 1000;
  }

  async remove(messages: readonly QueueMessage[], signal?: AbortSignal): Promise<void> {
    this.begin('remove', signal);
    if (messages.some(({ receipt }) => !/^message-\d+ \d+$/.test(receipt))) {
      throw new AppError('QUEUE_REMOVE_FAILED', 'One of the receipts is none.');
    }
    const gone = this.of(messages);
    this.held = this.held.filter((each) => !gone.includes(each));
  }

  async maxReceives(signal?: AbortSignal): Promise<number | null> {
    this.begin('maxReceives', signal);
    return this.redrive;
  }

  private begin(call: keyof QueuePort, signal: AbortSignal | undefined): void {
    refuseAborted(signal);
    const fault = this.faults.get(call);
    if (fault !== undefined) throw fault;
  }

  private of(messages: readonly QueueMessage[]): readonly Held[] {
    return this.held.filter((each) => messages.some(({ receipt }) => receipt === each.receipt));
  }
}
