/** Looks for incidents whose alarm is still on some minutes after their report, and has them recorded once more. */
import type { Alarm, AlarmState } from '../../alarms/alarm.ts';
import type { Limits } from '../../rules/decide.ts';
import { whyNoSecond } from '../../rules/second.ts';
import type { Clock } from '../../shared/clock.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import { randomId } from '../../shared/random-id.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import type { Work } from '../lanes/lane.ts';
import type { IncidentStore } from '../store-port.ts';
import { type DueSecond, secondAlarm } from './second.ts';

export interface SecondDeps {
  /** From the report. */
  readonly afterMs: number;
  /** As they are now: the rules file may change. */
  readonly limits: () => Limits;
  /** The state of an alarm now; null when CloudWatch does not know it. */
  readonly stateOf: (alarm: Alarm, signal: AbortSignal) => Promise<AlarmState | null>;
}

interface Parts {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Later than this, after a service that was down for long, it says nothing of the fire that was reported. */
const LATEST_MS = 60 * 60_000;
/** While CloudWatch does not answer. */
const AGAIN_MS = 30_000;
const LOOK_MS = 5_000;
/** Looked at in one go: one that CloudWatch does not answer for must not hold up the others. */
const LOOKED_AT = 20;

export function secondWork({ afterMs, limits, stateOf }: SecondDeps, { store, clock, log }: Parts): Work {
  const notBeforeMs = new Map<IncidentId, number>();

  async function look(due: DueSecond, signal: AbortSignal): Promise<boolean> {
    const nowMs = clock.now();
    if (nowMs - due.reportedAtMs > afterMs + LATEST_MS)
      return store.skipSecond(due.id, 'The service could not look at it in time.', nowMs);
    const alarm = secondAlarm(due, nowMs);
    const state = await stateOf(due.alarm, signal);
    const why = whyNoSecond(limits(), await store.facts(alarm, nowMs), { alarm, state }, nowMs);
    if (why !== null) return store.skipSecond(due.id, why, nowMs);
    const reason = `The alarm is still on, ${formatDuration(nowMs - due.reportedAtMs)} after the report.`;
    const opened = await store.openSecond(due.id, randomId('inc') as IncidentId, alarm, reason, nowMs);
    if (opened) log.info({ incidentId: due.id }, 'records once more');
    return opened;
  }

  return {
    name: 'second',
    workers: 1,
    async takeOne(signal) {
      const nowMs = clock.now();
      for (const due of await store.dueSeconds(nowMs - afterMs, LOOKED_AT)) {
        if ((notBeforeMs.get(due.id) ?? 0) > nowMs) continue;
        notBeforeMs.delete(due.id);
        try {
          if (await look(due, signal)) return true;
        } catch (error) {
          if (signal.aborted) throw error;
          notBeforeMs.set(due.id, nowMs + AGAIN_MS);
          log.warn({ incidentId: due.id, err: error }, 'could not ask for the state of the alarm; will ask again');
        }
      }
      return false;
    },
    async nextDueMs() {
      const reportedMs = await store.nextSecondReportMs();
      // One that was due already is asked about again in a while.
      return reportedMs === undefined ? undefined : Math.max(reportedMs + afterMs, clock.now() + LOOK_MS);
    },
    // It holds up nobody that waits.
    backlog: async () => ({ due: 0, oldestDueMs: null }),
  };
}
