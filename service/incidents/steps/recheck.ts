import type { Alarm, AlarmState } from '../../alarms/alarm.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import type { Incident } from '../incident.ts';
import type { Step, StepOutcome } from '../step.ts';

export interface RecheckDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** The state of an alarm now; null when CloudWatch does not know it. */
  readonly stateOf: (alarm: Alarm, signal: AbortSignal) => Promise<AlarmState | null>;
  /** The longest wait after which a capture still shows the fire that woke us. */
  readonly maxQueueMs: number;
}

/** Who has waited for less has not waited: a look costs a call. */
const WAITED_MS = 60_000;

/** Before the first step: whoever waited for a place is looked at again, and passed over when the fire is out. */
export function recheckStep(deps: RecheckDeps, step: Step): Step {
  return async (incident, signal) => {
    const over = await whyOver(deps, incident, signal);
    return over === null ? step(incident, signal) : lapsed(over);
  };
}

function lapsed(detail: string): StepOutcome {
  return { kind: 'advance', to: 'lapsed', detail };
}

async function whyOver(deps: RecheckDeps, incident: Incident, signal: AbortSignal): Promise<string | null> {
  const waitedMs = deps.clock.now() - incident.openedAtMs;
  const waited = `while it waited ${formatDuration(waitedMs)} for its turn`;
  const { drill, second } = incident.alarm;
  const isDrill = drill !== undefined;
  if (incident.closedAtMs !== null && !isDrill && second === undefined) return `recovered ${waited}`;
  if (waitedMs > deps.maxQueueMs) {
    return `not captured: it waited ${formatDuration(waitedMs)}, and the limit is ${formatDuration(deps.maxQueueMs)}`;
  }
  if (waitedMs < WAITED_MS || incident.attempts > 0 || isDrill) return null;
  try {
    return (await deps.stateOf(incident.alarm, signal)) === 'OK' ? `recovered ${waited}` : null;
  } catch (error) {
    deps.log.warn({ incidentId: incident.id, err: error }, 'could not ask for the state of the alarm; going on');
    return null;
  }
}
