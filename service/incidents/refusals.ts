import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { NotificationEntry } from './notification.ts';
import type { IncidentStore } from './store-port.ts';

/**
 * Rows and log lines a minute for messages that nobody has proved to be SNS's: enough to see what goes wrong, too few
 * to fill a disk or to keep the database busy, whoever posts.
 */
const RECORDED_A_MINUTE = 30;
const MINUTE_MS = 60_000;

export interface RefusalsDeps {
  readonly store: Pick<IncidentStore, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Writes down what was refused: so many a minute, and beyond that their number. */
export class Refusals {
  private readonly deps: RefusalsDeps;
  private minuteStartedAtMs = Number.NEGATIVE_INFINITY;
  private recorded = 0;
  private unrecorded = 0;
  private unrecordedEver = 0;

  constructor(deps: RefusalsDeps) {
    this.deps = deps;
  }

  /** Since the process began. */
  get unrecordedTotal(): number {
    return this.unrecordedEver;
  }

  async note(code: string, refused: Omit<NotificationEntry, 'outcome' | 'receivedAtMs'>): Promise<void> {
    const { store, clock, log } = this.deps;
    const now = clock.now();
    // A clock that was set back begins a minute, too.
    if (Math.abs(now - this.minuteStartedAtMs) >= MINUTE_MS) this.beginMinute(now);
    if (this.recorded >= RECORDED_A_MINUTE) {
      if (this.unrecorded === 0) this.tellWhenTheMinuteIsOver();
      this.unrecorded++;
      this.unrecordedEver++;
      return;
    }
    this.recorded++;
    log.warn({ code, messageId: refused.messageId }, 'rejected a notification');
    await store.record({ ...refused, outcome: 'rejected', receivedAtMs: now });
  }

  private beginMinute(now: number): void {
    this.tell();
    this.minuteStartedAtMs = now;
    this.recorded = 0;
  }

  /** Also when nothing more comes. */
  private tellWhenTheMinuteIsOver(): void {
    setTimeout(() => this.tell(), MINUTE_MS).unref();
  }

  private tell(): void {
    if (this.unrecorded === 0) return;
    this.deps.log.warn(
      { unrecorded: this.unrecorded, limit: RECORDED_A_MINUTE },
      'rejected more notifications than are recorded in a minute',
    );
    this.unrecorded = 0;
  }
}
