import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { Step } from '../step.ts';

/** Longer than a drill takes. Whoever started one that was killed has gone, and has perhaps started another. */
const STALE_MS = 30 * 60_000;

export function isStale(openedAtMs: number, nowMs: number): boolean {
  return nowMs - openedAtMs > STALE_MS;
}

/** Around what acts on instances: a drill that a service finds in its data folder days later records nothing. */
export function freshDrillStep({ clock }: { readonly clock: Clock }, step: Step): Step {
  return async (incident, signal) => {
    if (incident.alarm.drill !== undefined && isStale(incident.openedAtMs, clock.now()))
      throw new AppError('DRILL_STALE', 'The drill was interrupted, and nobody waits for it any more.');
    return step(incident, signal);
  };
}
