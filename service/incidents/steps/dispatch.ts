import { type CapturePlan, installSeconds, runCall, type V8Plan, visitSeconds } from '../../capture/capture-script.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, OutageError, ThrottledError } from '../../shared/errors.ts';
import type { CaptureId } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import { displayTime } from '../../shared/text/time.ts';
import { toFailure } from '../failure.ts';
import type { Capture } from '../incident.ts';
import type { CommandsPort } from '../ports.ts';
import type { RecordingStep, StepOutcome } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';
import type { CommandTraffic } from './command-traffic.ts';

export interface DispatchDeps {
  readonly store: Pick<IncidentStore, 'captures' | 'events' | 'scheduleCaptures' | 'setCommand' | 'finishCapture'>;
  readonly commands: CommandsPort;
  readonly traffic: CommandTraffic;
  readonly clock: Clock;
  readonly log: Log;
  /** From sending to the common start. */
  readonly leadSeconds: number;
  readonly v8: V8Plan;
  /** Default: no. */
  readonly installPerf?: boolean;
  /** Only Node.js processes whose command line matches this; default: all. */
  readonly processes?: string;
}

type Recorded = Parameters<RecordingStep>[0];

/** Tries after which a side that cannot be reached is given up, so that the other one still makes a report. */
export const MAX_SIDE_ATTEMPTS = 4;
/**
 * While AWS does not answer, or throttles, a command is tried again for so long after the instances were chosen: what
 * is recorded later says little about the alarm.
 */
const PATIENCE_MS = 120_000;
/** Pauses are a quarter of what was waited already: half a minute at most. */
const MIN_PAUSE_MS = 1_000;
/** While another incident sends its commands. */
const TURN_MS = 500;
/** Of commands of which this process knows that they were not sent; of others it asks. */
const MAX_UNSENT = 256;
/** Beyond the recording: waiting for the start, symbols, reduction. The script's own time-outs lie well below. */
export const CAPTURE_OVERHEAD_SECONDS = 120;

/** targeted → dispatched: one command per instance, all with the same wall-clock start. */
export function dispatchStep(deps: DispatchDeps): RecordingStep {
  const unsent = new Set<CaptureId>();
  return async (incident, signal) => {
    const { traffic } = deps;
    if (!traffic.mayBegin(incident.id)) return { kind: 'wait', ms: TURN_MS };
    let outcome: StepOutcome | undefined;
    try {
      outcome = await sendAll(byRule(deps, incident), unsent, incident, signal);
      return outcome;
    } finally {
      traffic.end(incident.id, outcome?.kind === 'advance');
    }
  };
}

/** What the rule of an incident says of recordings, in place of the configuration. */
function byRule(deps: DispatchDeps, { plan }: Recorded): DispatchDeps {
  const { v8Engine = deps.v8.engine, installPerf = deps.installPerf ?? false, processes } = plan?.settings ?? {};
  return { ...deps, v8: { ...deps.v8, engine: v8Engine }, installPerf, ...(processes && { processes }) };
}

async function sendAll(
  deps: DispatchDeps,
  unsent: Set<CaptureId>,
  incident: Recorded,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const captures = await deps.store.captures(incident.id);
  // A start is noted before the first command is sent.
  for (const { id, startAtMs } of captures) if (startAtMs === null) unsent.add(id);
  const open = (await scheduled(deps, captures)).filter(
    (capture) => capture.outcome === 'pending' && capture.commandId === null,
  );
  const waitedMs = await waited(deps, incident);
  const mayRetry = (error: AppError) =>
    error.retry !== 'never' &&
    (error instanceof OutageError ? waitedMs < PATIENCE_MS : incident.attempts < MAX_SIDE_ATTEMPTS);
  // Side by side: one after the other would eat up the lead.
  const errors = await Promise.all(
    open.map((capture) => dispatch(deps, unsent, capture, incident.openedAtMs, mayRetry, signal)),
  );
  for (const oldest of unsent) {
    if (unsent.size <= MAX_UNSENT) break;
    unsent.delete(oldest);
  }
  const error = errors.find((found) => found !== undefined && !(found instanceof OutageError));
  if (error !== undefined) throw error;
  const outage = errors.find((found) => found !== undefined);
  if (outage !== undefined) {
    if (signal.aborted) throw outage;
    deps.traffic.outage();
    deps.log.warn({ incidentId: incident.id, err: outage }, 'the command could not be sent yet');
    return { kind: 'wait', ms: Math.round(Math.max(waitedMs / 4, MIN_PAUSE_MS)) };
  }
  return dispatched(await deps.store.captures(incident.id));
}

function dispatched(captures: readonly Capture[]): StepOutcome {
  const sent = captures.filter((capture) => capture.commandId !== null);
  return {
    kind: 'advance',
    to: 'dispatched',
    detail:
      sent.length === 0
        ? 'no instance accepted the command'
        : `recording starts at ${displayTime(sent[0]?.startAtMs ?? 0).clock} UTC on ` +
          `${sent.map((capture) => capture.instanceId).join(' and ')}`,
  };
}

/** A start is chosen once; a later try after a crash moves it only when nothing was sent for it. */
async function scheduled(deps: DispatchDeps, captures: readonly Capture[]): Promise<readonly Capture[]> {
  const first = captures[0];
  const now = deps.clock.now();
  const untouched = captures.every((capture) => capture.commandId === null);
  if (!first || (first.startAtMs !== null && (!untouched || first.startAtMs > now))) return captures;
  const startAtMs = Math.ceil((now + leadSeconds(deps) * 1000) / 1000) * 1000;
  await deps.store.scheduleCaptures(first.incidentId, startAtMs);
  return await deps.store.captures(first.incidentId);
}

/** Since the instances were chosen: a durable moment, which a restart does not move. */
async function waited({ store, clock }: DispatchDeps, incident: Recorded): Promise<number> {
  const events = await store.events(incident.id);
  return clock.now() - (events.findLast((event) => event.state === 'targeted')?.atMs ?? clock.now());
}

function leadSeconds(deps: DispatchDeps): number {
  return deps.leadSeconds + visitSeconds(deps.v8);
}

/** Asks before it sends: a crash between sending and saving costs a look-up, not a second profile. */
async function dispatch(
  deps: DispatchDeps,
  unsent: Set<CaptureId>,
  capture: Capture,
  openedAtMs: number,
  mayRetry: (error: AppError) => boolean,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const commandId = unsent.has(capture.id)
      ? undefined
      : await deps.commands.find(capture.instanceId, capture.id, openedAtMs, signal);
    await deps.store.setCommand(capture.id, commandId ?? (await send(deps, unsent, capture, signal)));
    return undefined;
  } catch (error) {
    // This side is lost; the other one still makes a report.
    if (error instanceof AppError && !signal.aborted && !mayRetry(error)) {
      await deps.store.finishCapture(capture.id, 'failed', toFailure(error, capture.incidentId));
      return undefined;
    }
    return error;
  }
}

async function send(
  deps: DispatchDeps,
  unsent: Set<CaptureId>,
  capture: Capture,
  signal: AbortSignal,
): Promise<string> {
  const timeoutSeconds =
    leadSeconds(deps) + capture.seconds + CAPTURE_OVERHEAD_SECONDS + installSeconds(deps.installPerf);
  const { id, instanceId } = capture;
  unsent.delete(id);
  try {
    const call = runCall(planOf(capture, deps));
    return await deps.commands.send({ instanceId, label: id, call, timeoutSeconds }, signal);
  } catch (error) {
    // Of all other faults nobody knows what became of it.
    if (error instanceof ThrottledError) unsent.add(id);
    throw error;
  }
}

function planOf(capture: Capture, { v8, installPerf = false, processes }: DispatchDeps): CapturePlan {
  return {
    captureId: capture.id,
    seconds: capture.seconds,
    hz: capture.hz,
    startAtSeconds: Math.floor((capture.startAtMs ?? 0) / 1000),
    v8,
    installPerf,
    ...(processes !== undefined && { match: processes }),
  };
}
