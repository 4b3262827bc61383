import type { Mute } from '../../rules/mute.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import type { IncidentRow } from '../incident-row.ts';
import type { IncidentStore } from '../store-port.ts';
import type { Change } from './change.ts';
import { conflict } from './judge-change.ts';
import type { TriageStore } from './triage-store.ts';

/** What pages, API and command line have people do. */
export interface TriageCommands {
  /** Throws `NO_INCIDENT`, `NO_NOTE`, `CHANGE_CONFLICT`. */
  change(id: string, change: Change, by: string): Promise<void>;
  /** Throws `NO_INCIDENT`, `CHANGE_CONFLICT`. */
  delete(id: string, by: string): Promise<void>;
  /** Throws `NO_INCIDENT`; `CHANGE_CONFLICT` where it is not known. */
  groupOf(id: string): Promise<string>;
  mute(group: string, request: { readonly ms: number; readonly reason: string | null }, by: string): Promise<Mute>;
  /** Throws `CHANGE_CONFLICT` where it is not muted. */
  unmute(group: string, by: string): Promise<void>;
}

/** Rows that are deleted while the lock on the database is held. */
const ROWS_AT_ONCE = 500;

export function createTriage({
  store,
  clock,
  log,
}: {
  readonly store: TriageStore & Pick<IncidentStore, 'row'>;
  readonly clock: Clock;
  readonly log: Log;
}): TriageCommands {
  const known = async (id: string): Promise<IncidentRow> => {
    // An id is only ever a bound parameter of a query: any string is safe.
    const row = await store.row(id as IncidentId);
    if (row === undefined) throw new AppError('NO_INCIDENT', `There is no incident ${id}.`);
    return row;
  };
  return {
    async change(id, change, by) {
      const { id: incidentId } = await known(id);
      const done = await store.change(incidentId, change, by, clock.now());
      if (done) log.info({ incidentId, what: change.what }, 'somebody worked on an incident');
    },
    async delete(id, by) {
      const { id: incidentId } = await known(id);
      while (await store.deleteIncident(incidentId, by, clock.now(), ROWS_AT_ONCE));
      log.info({ incidentId }, 'somebody deleted an incident');
    },
    async groupOf(id) {
      const { group } = await known(id);
      if (group === null) throw conflict('The group of this incident is not known.');
      return group;
    },
    async mute(group, { ms, reason }, by) {
      const now = clock.now();
      const mute = { group, untilMs: now + ms, by, atMs: now, reason };
      await store.mute(mute);
      log.info({ group, untilMs: mute.untilMs }, 'somebody muted a group');
      return mute;
    },
    async unmute(group, by) {
      if (!(await store.unmute(group, by, clock.now()))) throw conflict(`The group ${group} is not muted.`);
      log.info({ group }, 'somebody unmuted a group');
    },
  };
}
