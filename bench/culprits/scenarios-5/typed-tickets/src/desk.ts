import { type Ticket, urgency } from './urgency.js';

export class Desk {
  private readonly open: Map<number, Ticket> = new Map();

  add(ticket: Ticket): void {
    this.open.set(ticket.id, ticket);
  }

  /** The tickets that a shift should take, each the most urgent one of those left. */
  take(howMany: number, now: number): readonly Ticket[] {
    const taken: Ticket[] = [];
    while (taken.length < howMany) {
      const next = this.mostUrgent(now, taken);
      if (next === undefined) break;
      taken.push(next);
    }
    return taken;
  }

  private mostUrgent(now: number, taken: readonly Ticket[]): Ticket | undefined {
    let best: Ticket | undefined;
    let highest = -Infinity;
    for (const ticket of this.open.values()) {
      const pressing = urgency(ticket, now);
      if (pressing <= highest || taken.includes(ticket)) continue;
      best = ticket;
      highest = pressing;
    }
    return best;
  }
}
