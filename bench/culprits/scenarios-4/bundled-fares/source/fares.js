import { sameZone } from './stops.js';

export class FareTable {
  constructor(tickets) {
    this.tickets = tickets;
  }

  covers(ticket, stops) {
    return stops.every((stop) => ticket.zones.some((zone) => sameZone(stop, zone)));
  }

  cheapest(stops) {
    let best = null;
    for (const ticket of this.tickets) {
      if (best !== null && ticket.cents >= best.cents) continue;
      if (this.covers(ticket, stops)) best = ticket;
    }
    return best;
  }
}
