import { type CapturePlan, installSeconds, runCall, type V8Plan, visitSeconds } from '../../capture/capture-script.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { toFailure } from '../failure.ts';
import type { Capture } from '../incident.ts';
import type { CommandsPort } from '../ports.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';

export interface DispatchDeps {
  readonly store: IncidentStore;
  readonly commands: CommandsPort;
  readonly clock: Clock;
  /** From sending to the common start. */
  readonly leadSeconds: number;
  readonly v8: V8Plan;
  /** Default: no. */
  readonly installPerf?: boolean;
}

/** Tries after which a side that cannot be reached is given up, so that the other one still makes a report. */
export const MAX_SIDE_ATTEMPTS = 4;
/** Beyond the recording: waiting for the start, symbols, reduction. The script's own time-outs lie well below. */
export const CAPTURE_OVERHEAD_SECONDS = 120;

/** targeted → dispatched: one command per instance, all with the same wall-clock start. */
export function dispatchStep(deps: DispatchDeps): Step {
  return async (incident) => {
    const captures = await scheduled(deps, await deps.store.captures(incident.id));
    const open = captures.filter((capture) => capture.outcome === 'pending' && capture.commandId === null);
    // Side by side: one after the other would eat up the lead.
    const mayRetry = incident.attempts < MAX_SIDE_ATTEMPTS;
    const errors = await Promise.all(open.map((capture) => dispatch(deps, capture, incident.openedAtMs, mayRetry)));
    const error = errors.find((found) => found !== undefined);
    if (error !== undefined) throw error;
    const sent = (await deps.store.captures(incident.id)).filter((capture) => capture.commandId !== null);
    return {
      kind: 'advance',
      to: 'dispatched',
      detail:
        sent.length === 0
          ? 'no instance accepted the command'
          : `recording starts at ${new Date(sent[0]?.startAtMs ?? 0).toISOString()} on ` +
            `${sent.map((capture) => capture.instanceId).join(' and ')}`,
    };
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
  return deps.store.captures(first.incidentId);
}

function leadSeconds(deps: DispatchDeps): number {
  return deps.leadSeconds + visitSeconds(deps.v8);
}

/** Asks before it sends: a crash between sending and saving costs a look-up, not a second profile. */
async function dispatch(deps: DispatchDeps, capture: Capture, openedAtMs: number, mayRetry: boolean): Promise<unknown> {
  try {
    const known = await deps.commands.find(capture.instanceId, capture.id, openedAtMs);
    const commandId =
      known ??
      (await deps.commands.send({
        instanceId: capture.instanceId,
        label: capture.id,
        call: runCall(planOf(capture, deps)),
        timeoutSeconds:
          leadSeconds(deps) + capture.seconds + CAPTURE_OVERHEAD_SECONDS + installSeconds(deps.installPerf),
      }));
    await deps.store.setCommand(capture.id, commandId);
    return undefined;
  } catch (error) {
    // This side is lost; the other one still makes a report.
    if (error instanceof AppError && (!mayRetry || error.retry === 'never')) {
      await deps.store.finishCapture(capture.id, 'failed', toFailure(error, capture.incidentId));
      return undefined;
    }
    return error;
  }
}

function planOf(capture: Capture, { v8, installPerf = false }: DispatchDeps): CapturePlan {
  return {
    captureId: capture.id,
    seconds: capture.seconds,
    hz: capture.hz,
    startAtSeconds: Math.floor((capture.startAtMs ?? 0) / 1000),
    v8,
    installPerf,
  };
}
