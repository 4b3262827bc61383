import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { failureWords, toFailure } from './failure.ts';
import { canTransition, type Incident, type IncidentState } from './incident.ts';
import type { Changes, IncidentStore } from './store-port.ts';

/** What a step says when it is done for now. Repeating any step is harmless. */
export type StepOutcome =
  | { readonly kind: 'advance'; readonly to: IncidentState; readonly detail: string; readonly changes?: Changes }
  | { readonly kind: 'wait'; readonly ms: number };

/** Does the next thing for an incident; throws `AppError` when it cannot (the runner repeats or gives up). */
export type Step = (incident: Incident, signal: AbortSignal) => Promise<StepOutcome>;

export type Steps = Readonly<Partial<Record<IncidentState, Step>>>;

export interface RunnerDeps {
  readonly store: IncidentStore;
  readonly steps: Steps;
  readonly clock: Clock;
  readonly log: Log;
  /** Unique per process: tells our leases from those of a dead one. */
  readonly owner: string;
  readonly onMove?: (incident: Incident, to: IncidentState, detail: string) => void;
}

/** Long enough for an event loop held up by an analysis; a crash delays an incident by no more than this. */
const LEASE_MS = 30_000;
/** Incidents worked on at once: their steps mostly wait for AWS. */
const AT_ONCE = 4;
/** How often to look when nothing is known to be due: a safety net, `wake` is the normal way. */
const IDLE_MS = 5_000;
/** A step that may fail for good gets this many tries, 1 + 2 + 4 + 8 + 16 s apart. */
const MAX_ATTEMPTS = 6;
const BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 15 * 60_000;

export interface Runner {
  /** Works until the signal aborts; resolves when the steps under way have ended. */
  run(signal: AbortSignal): Promise<void>;
  /** Something new is due. */
  wake(): void;
  /** Does one due step; false when nothing was due. For tests and `replay`. */
  tick(signal: AbortSignal): Promise<boolean>;
}

/** Claim by lease, work with no transaction open, advance by compare-and-swap. */
export function createRunner(deps: RunnerDeps): Runner {
  const sleepers = new Set<AbortController>();
  let wakes = 0;

  async function tick(signal: AbortSignal): Promise<boolean> {
    const now = deps.clock.now();
    const incident = await deps.store.claim(deps.owner, now, now + LEASE_MS);
    if (!incident) return false;
    const heartbeat = setInterval(() => void renew(deps, incident), LEASE_MS / 3);
    try {
      await work(deps, incident, signal);
    } finally {
      clearInterval(heartbeat);
    }
    return true;
  }

  /**
   * Milliseconds to wait. A database that does not answer now (locked, disk full) is not a reason to end: it is asked
   * again.
   */
  async function doOrRest(signal: AbortSignal): Promise<number> {
    try {
      if (await tick(signal)) return 0;
      const due = (await deps.store.nextDueMs()) ?? Number.POSITIVE_INFINITY;
      return Math.max(1, due - deps.clock.now());
    } catch (error) {
      deps.log.error({ err: error }, 'the database could not be used; will retry');
      return IDLE_MS;
    }
  }

  async function worker(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const seen = wakes;
      const rest = await doOrRest(signal);
      if (rest === 0 || seen !== wakes) continue;
      const sleeper = new AbortController();
      sleepers.add(sleeper);
      await deps.clock.sleep(Math.max(20, Math.min(rest, IDLE_MS)), AbortSignal.any([signal, sleeper.signal]));
      sleepers.delete(sleeper);
    }
  }

  return {
    tick,
    wake() {
      wakes++;
      for (const sleeper of sleepers) sleeper.abort();
    },
    async run(signal) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => worker(signal)));
    },
  };
}

/** A lease that could not be renewed only means that somebody may take the work over. */
async function renew(deps: RunnerDeps, incident: Incident): Promise<void> {
  try {
    await deps.store.renew(incident.id, deps.owner, deps.clock.now() + LEASE_MS);
  } catch (error) {
    deps.log.warn({ incidentId: incident.id, err: error }, 'could not renew the lease');
  }
}

async function work(deps: RunnerDeps, incident: Incident, signal: AbortSignal): Promise<void> {
  const step = deps.steps[incident.state];
  if (!step) throw new AppError('NO_STEP', `No step is known for state ${incident.state}.`);
  try {
    const outcome = await step(incident, signal);
    if (outcome.kind === 'wait') {
      await deps.store.postpone(incident.id, deps.owner, incident.attempts, deps.clock.now() + outcome.ms, null);
    } else {
      await move(deps, incident, outcome.to, outcome.detail, outcome.changes);
    }
  } catch (error) {
    await handleStepError(deps, incident, error);
  }
}

async function move(
  deps: RunnerDeps,
  incident: Incident,
  to: IncidentState,
  detail: string,
  changes?: Changes,
): Promise<void> {
  if (!canTransition(incident.state, to))
    throw new AppError('BAD_MOVE', `An incident cannot go from ${incident.state} to ${to}.`);
  const moved = await deps.store.advance({
    id: incident.id,
    owner: deps.owner,
    from: incident.state,
    to,
    atMs: deps.clock.now(),
    detail,
    ...(changes ? { changes } : {}),
  });
  if (!moved) {
    deps.log.warn({ incidentId: incident.id, from: incident.state, to }, 'lost the lease; dropping the work');
    return;
  }
  deps.log.info({ incidentId: incident.id, state: to, detail }, 'advanced');
  deps.onMove?.(incident, to, detail);
}

/** A disk that takes no files cannot take the report of that either: it is waited for. */
export function isDiskFault(error: unknown): boolean {
  return error instanceof AppError && error.code === 'ARTIFACT_UNWRITABLE';
}

/** Later, or never: a step that cannot be done ends in a report that says so. */
async function handleStepError(deps: RunnerDeps, incident: Incident, error: unknown): Promise<void> {
  const foreseen = error instanceof AppError;
  const failure = toFailure(error, incident.id);
  const attempts = incident.attempts + 1;
  const canFail = canTransition(incident.state, 'failed') && !isDiskFault(error);
  const facts = { incidentId: incident.id, state: incident.state, attempts, err: error };
  if (canFail && (attempts >= MAX_ATTEMPTS || (foreseen && error.retry === 'never'))) {
    deps.log.error(facts, 'gave up on the step');
    await move(deps, incident, 'failed', failureWords(failure), { failure });
    return;
  }
  const wait = Math.min(BACKOFF_MS * 2 ** (attempts - 1), MAX_BACKOFF_MS);
  // What must not be given up (the report, the mail) is tried for ever, ever more seldom.
  deps.log[attempts >= MAX_ATTEMPTS ? 'error' : 'warn'](facts, 'the step failed; will retry');
  await deps.store.postpone(incident.id, deps.owner, attempts, deps.clock.now() + wait, failureWords(failure));
}
