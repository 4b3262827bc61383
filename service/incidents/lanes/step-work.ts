/** The steps of incidents as the work of a lane: claim by lease, work with no transaction open, advance or postpone. */
import { AppError } from '../../shared/errors.ts';
import { failureWords, isDiskFault, toFailure } from '../failure.ts';
import { canTransition, type Incident, type IncidentState } from '../incident.ts';
import type { RunnerDeps } from '../step.ts';
import type { Changes } from '../store-port.ts';
import { Stopped, withDeadline } from './deadline.ts';
import type { Work } from './lane.ts';
import { type CaptureCaps, LANES, type LaneName, STEP_TIMES } from './lane-plan.ts';
import { LEASE_MS, leaseNames, underLease } from './lease.ts';

/** A bug is tried this often, 1 + 2 + 4 + 8 + 16 s apart, before the step is given up. */
const MAX_ATTEMPTS = 6;
const BACKOFF_MS = 1_000;
/** While a fault is borne for some minutes only. */
const MAX_SHORT_BACKOFF_MS = 15_000;
const MAX_BACKOFF_MS = 15 * 60_000;

export function backoffMs(attempts: number, isUrgent: boolean): number {
  return Math.min(BACKOFF_MS * 2 ** (attempts - 1), isUrgent ? MAX_SHORT_BACKOFF_MS : MAX_BACKOFF_MS);
}

export function stepWork(deps: RunnerDeps, name: LaneName, workers: number, caps: CaptureCaps): Work {
  const states: readonly IncidentState[] = LANES[name];
  const leaseName = leaseNames(`${deps.owner}-${name}`);
  return {
    name,
    workers,
    async takeOne(signal) {
      const owner = leaseName();
      const nowMs = deps.clock.now();
      const incident = await deps.store.claim({
        ...{ states, caps, owner, nowMs, only: deps.only },
        leaseUntilMs: nowMs + LEASE_MS,
      });
      if (incident === undefined) return false;
      const lease = {
        clock: deps.clock,
        renew: (untilMs: number) => deps.store.renew(incident.id, owner, untilMs),
        notRenewed: (error: unknown) =>
          deps.log.warn({ incidentId: incident.id, err: error }, 'could not renew the lease'),
      };
      return underLease(lease, () => doStep({ deps, incident, owner }, signal));
    },
    nextDueMs: () => deps.store.nextDueMs(states, deps.clock.now()),
    backlog: () => deps.store.backlog(states, deps.clock.now()),
  };
}

interface Claimed {
  readonly deps: RunnerDeps;
  readonly incident: Incident;
  readonly owner: string;
}

/** False when what came of it could not be kept: then the lane rests. */
async function doStep(claimed: Claimed, signal: AbortSignal): Promise<boolean> {
  const { deps, incident, owner } = claimed;
  const step = deps.steps[incident.state];
  if (!step) throw new AppError('NO_STEP', `No step is known for state ${incident.state}.`);
  const ms = STEP_TIMES[incident.state]?.deadlineMs ?? LEASE_MS;
  const limit = { clock: deps.clock, ms, what: `The step from the state ${incident.state}` };
  try {
    const outcome = await withDeadline(limit, signal, (both) => {
      const ended = deps.onBegin?.(`${incident.id}: step from ${incident.state}`);
      return step(incident, both).finally(ended);
    });
    if (outcome.kind === 'advance') return await move(claimed, outcome.to, outcome.detail, outcome.changes);
    const next = deps.clock.now() + outcome.ms;
    if (outcome.told === true) deps.onTold?.();
    return await deps.store.postpone({ id: incident.id, owner, attempts: incident.attempts, nextMs: next, note: null });
  } catch (error) {
    if (error instanceof Stopped) return false;
    return handleStepError(claimed, error);
  }
}

async function move(
  { deps, incident, owner }: Claimed,
  to: IncidentState,
  detail: string,
  changes?: Changes,
): Promise<boolean> {
  if (!canTransition(incident.state, to))
    throw new AppError('BAD_MOVE', `An incident cannot go from ${incident.state} to ${to}.`);
  const moved = await deps.store.advance({
    id: incident.id,
    owner,
    from: incident.state,
    to,
    atMs: deps.clock.now(),
    detail,
    ...(changes ? { changes } : {}),
  });
  if (!moved) {
    deps.log.warn({ incidentId: incident.id, from: incident.state, to }, 'lost the lease; dropping the work');
    return false;
  }
  deps.log.info({ incidentId: incident.id, state: to, detail }, 'advanced');
  deps.onMove?.(incident, to, detail);
  return true;
}

/** Later, or never: a step that cannot be done ends in a report that says so. */
async function handleStepError(claimed: Claimed, error: unknown): Promise<boolean> {
  const { deps, incident, owner } = claimed;
  const nowMs = deps.clock.now();
  const attempts = incident.attempts + 1;
  const isLast = isHopeless(incident, attempts, nowMs, error);
  const failure = toFailure(error, incident.id);
  const facts = { incidentId: incident.id, state: incident.state, attempts, err: error };
  if (isLast && canTransition(incident.state, 'failed') && !isDiskFault(error)) {
    deps.log.error(facts, 'gave up on the step');
    return move(claimed, 'failed', failureWords(failure), { failure });
  }
  const isUrgent = patienceWith(incident) !== null && !isDiskFault(error);
  const nextMs = nowMs + backoffMs(attempts, isUrgent);
  // What must not be given up (the report, the mail) is tried for ever, ever more seldom.
  deps.log[attempts >= MAX_ATTEMPTS ? 'error' : 'warn'](facts, 'the step failed; will retry');
  return deps.store.postpone({
    id: incident.id,
    owner,
    attempts,
    nextMs,
    note: failureWords(failure),
    failedAtMs: nowMs,
  });
}

/** Null: for ever. */
function patienceWith({ state }: Incident): number | null {
  return STEP_TIMES[state]?.patienceMs ?? null;
}

function isHopeless(incident: Incident, attempts: number, nowMs: number, error: unknown): boolean {
  if (!(error instanceof AppError)) return attempts >= MAX_ATTEMPTS;
  if (error.retry === 'never') return true;
  const patienceMs = patienceWith(incident);
  return patienceMs !== null && nowMs - (incident.failingSinceMs ?? nowMs) >= patienceMs;
}
