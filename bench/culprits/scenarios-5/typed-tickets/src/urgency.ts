export type Plan = 'bronze' | 'silver' | 'gold';

export interface Ticket {
  readonly id: number;
  readonly openedAt: number;
  readonly plan: Plan;
  readonly severity: number;
  readonly replies: number;
}

const PROMISED: Readonly<Record<Plan, number>> = { bronze: 72, silver: 24, gold: 4 };

/** How much a ticket presses: the more of the promised hours have passed, the more. */
export const urgency = (ticket: Ticket, now: number): number => {
  const hours = (now - ticket.openedAt) / 3_600_000;
  const late = Math.max(0, hours / PROMISED[ticket.plan]);
  return ticket.severity * late ** 1.5 + Math.log1p(ticket.replies);
};
