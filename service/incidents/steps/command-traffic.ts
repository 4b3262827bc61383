import type { Clock } from '../../shared/clock.ts';
import type { IncidentId } from '../../shared/ids.ts';

/** For so long after SSM has throttled, or not answered, it is taken to do so still. */
const BUSY_MS = 30_000;
/** Whoever has not asked again for so long wants nothing any more. */
const WANTED_MS = 15_000;

/**
 * Who may ask SSM for something while it throttles. Commands that are to be sent go before looks at those that were: a
 * recording that begins late shows another fire, while a result waits for an hour. And one incident after the other
 * sends its commands, so that those of one incident arrive together, before their common start.
 */
export class CommandTraffic {
  private readonly clock: Clock;
  private busyUntilMs = 0;
  private sending = 0;
  /** Incidents with commands to be sent, and when they last said so. */
  private readonly wanting = new Map<IncidentId, number>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** SSM throttles, or has done so a moment ago. */
  isBusy(): boolean {
    return this.clock.steady() < this.busyUntilMs;
  }

  /** SSM has throttled, or not answered. */
  outage(): void {
    this.busyUntilMs = this.clock.steady() + BUSY_MS;
  }

  /** False: others are sending; ask again. Else `end` must follow. */
  mayBegin(id: IncidentId): boolean {
    this.wanting.set(id, this.clock.steady());
    if (this.isBusy() && this.sending > 0) return false;
    this.sending++;
    return true;
  }

  /** `isOver`: there is nothing more to be sent. */
  end(id: IncidentId, isOver: boolean): void {
    this.sending--;
    if (isOver) this.wanting.delete(id);
  }

  /** Whether to ask for what nobody is in a hurry for. */
  mayLook(): boolean {
    const nowMs = this.clock.steady();
    for (const [id, atMs] of this.wanting) if (nowMs - atMs > WANTED_MS) this.wanting.delete(id);
    return !this.isBusy() || this.wanting.size === 0;
  }
}
