import type { Alarm } from '../../alarms/alarm.ts';
import type { Accepted } from '../../incidents/notification.ts';
import type { TiedOutcome, Ties } from '../../incidents/tied/tied.ts';
import { type OpenIncident, scopeOf } from '../../rules/notification-facts.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { Db } from '../database.ts';
import { OPEN } from '../state-sql.ts';

/** Alarms under a composite one, and what became of each. Its methods are called within a transaction. */
export class TiedTable {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  /** `of`: the incident of the composite alarm. */
  add(row: Accepted & { readonly of: IncidentId; readonly position: number; readonly alarm: Alarm }): void {
    const { of, position, alarm, outcome, reason, incidentId } = row;
    const scope = scopeOf(alarm);
    this.statements.add.run({ of, position, name: alarm.name, scope, outcome, reason, incident: incidentId });
  }

  of(id: IncidentId): Ties {
    const under = this.statements.under.get({ id }) as Ties['under'] | undefined;
    return { under: under ?? null, others: this.statements.others.all({ id }) as TiedOutcome[] };
  }

  /** Incidents that were opened under the alarm of this key, and are open; of each what mutes know it by. */
  open(key: string): (OpenIncident & { readonly scope: string })[] {
    return this.statements.open.all({ key }) as (OpenIncident & { scope: string })[];
  }
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    add: sql(`INSERT INTO tied_alarm (seq, position, alarm_name, scope, outcome, reason, incident_id)
              SELECT seq, :position, :name, :scope, :outcome, :reason, :incident FROM incident WHERE id = :of`),
    under: sql(`SELECT parent.alarm_name AS alarmName, parent.id AS incidentId,
                       COALESCE(parent.group_name, parent.hot_instance, parent.alarm_name) AS "where"
                  FROM tied_alarm JOIN incident AS parent ON parent.seq = tied_alarm.seq
                 WHERE tied_alarm.incident_id = :id AND outcome IN ('accepted', 'throttled')`),
    others: sql(`SELECT tied_alarm.alarm_name AS alarmName, tied_alarm.scope, outcome, reason, other.id AS incidentId,
                        other.headline
                   FROM incident AS parent JOIN tied_alarm ON tied_alarm.seq = parent.seq
                   LEFT JOIN incident AS other ON other.id = tied_alarm.incident_id
                  WHERE parent.id = :id ORDER BY position`),
    // Left to itself SQLite takes an index of all that a group ever had; open are few.
    open: sql(`SELECT id, alarm_key AS alarmKey, alarm_name AS alarmName, opened_at_ms AS openedAtMs,
                      changed_at_ms AS changedAtMs, COALESCE('group ' || group_name, scope) AS scope
                 FROM incident INDEXED BY incident_open_alarm
                WHERE ${OPEN} AND EXISTS (
                        SELECT 1 FROM tied_alarm JOIN incident AS parent ON parent.seq = tied_alarm.seq
                         WHERE tied_alarm.incident_id = incident.id AND outcome = 'accepted'
                           AND parent.alarm_key = :key)`),
  };
}
