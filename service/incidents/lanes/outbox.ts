/** The outbox: one row for each recipient and channel, each with its own tries. One bad recipient holds up nobody. */
import { AppError } from '../../shared/errors.ts';
import { failureWords, toFailure } from '../failure.ts';
import type { Deliver, RunnerDeps } from '../step.ts';
import type { Delivery, Settlement } from '../store-port.ts';
import { Stopped, withDeadline } from './deadline.ts';
import type { Work } from './lane.ts';
import { LEASE_MS, leaseNames, underLease } from './lease.ts';
import { backoffMs } from './step-work.ts';

/** With all that a mail server may take for itself. */
const DELIVERY_MS = 90_000;
/** Sooner than any other work is tried again that met the same fault. */
const NOTE_AGAIN_MS = 250;
/** A report that is a day late helps nobody; the page has it. */
const PATIENCE_MS = 24 * 3_600_000;

export function outboxWork(deps: RunnerDeps, deliver: Deliver, workers: number, settled: () => void): Work {
  const leaseName = leaseNames(`${deps.owner}-outbox`);
  return {
    name: 'outbox',
    workers,
    async takeOne(signal) {
      const owner = leaseName();
      const nowMs = deps.clock.now();
      const delivery = await deps.store.claimDelivery(owner, nowMs, nowMs + LEASE_MS, deps.only);
      if (delivery === undefined) return false;
      const lease = {
        clock: deps.clock,
        renew: (untilMs: number) => deps.store.renewDelivery(delivery.id, owner, untilMs),
        notRenewed: (error: unknown) =>
          deps.log.warn({ deliveryId: delivery.id, err: error }, 'could not renew the lease'),
      };
      const kept = await underLease(lease, () => deliverOne(deps, deliver, delivery, owner, signal));
      if (kept) settled();
      return kept;
    },
    nextDueMs: () => deps.store.nextDeliveryMs(deps.clock.now()),
    backlog: () => deps.store.deliveryBacklog(deps.clock.now()),
  };
}

/** False when what came of it could not be kept. */
async function deliverOne(
  deps: RunnerDeps,
  deliver: Deliver,
  delivery: Delivery,
  owner: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { id, incidentId, channel, recipient } = delivery;
  const limit = { clock: deps.clock, ms: DELIVERY_MS, what: `Telling ${recipient}` };
  try {
    await withDeadline(limit, signal, (both) => {
      const ended = deps.onBegin?.(`${incidentId}: telling ${recipient}`);
      return deliver({ ...delivery, owner }, both).finally(ended);
    });
  } catch (error) {
    if (error instanceof Stopped) return false;
    return notDelivered(deps, delivery, owner, error);
  }
  // Soon: a mail has a receipt already, but what went to a topic or through SES has not.
  const noted = await noteSent(deps, { id, owner, state: 'sent', atMs: deps.clock.now(), note: null }, signal);
  deps.log.info({ incidentId, channel, recipient }, 'told');
  return noted;
}

/** While the database is locked or the disk is full, the lease is kept: whoever took over would tell him again. */
async function noteSent(deps: RunnerDeps, settlement: Settlement, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    try {
      return await deps.store.settleDelivery(settlement);
    } catch (error) {
      if (signal.aborted) throw error;
      deps.log.warn({ deliveryId: settlement.id, err: error }, 'could not note that somebody was told; will try again');
      await deps.clock.sleep(NOTE_AGAIN_MS, signal);
    }
  }
}

async function notDelivered(deps: RunnerDeps, delivery: Delivery, owner: string, error: unknown): Promise<boolean> {
  const { id, incidentId, channel, recipient, createdAtMs } = delivery;
  const nowMs = deps.clock.now();
  const attempts = delivery.attempts + 1;
  const note = failureWords(toFailure(error, incidentId));
  const facts = { incidentId, channel, recipient, attempts, err: error };
  const isHopeless = error instanceof AppError && error.retry === 'never';
  if (isHopeless || nowMs - createdAtMs >= PATIENCE_MS) {
    deps.log.error(facts, 'gave up on telling');
    return deps.store.settleDelivery({ id, owner, state: 'failed', atMs: nowMs, note });
  }
  deps.log.warn(facts, 'could not tell; will try again');
  return deps.store.postponeDelivery({ id, owner, attempts, nextMs: nowMs + backoffMs(attempts, false), note });
}
