import type { Alarm, SecondAlarm } from '../../alarms/alarm.ts';
import type { DueSecond, SecondLook } from '../../incidents/second/second.ts';
import type { GroupName, IncidentId, InstanceId } from '../../shared/ids.ts';
import type { Db } from '../database.ts';
import type { AddEvent } from '../incident-events.ts';
import { prepareAddIncident } from '../new-rows.ts';
import { IN_EARNEST, OPEN } from '../state-sql.ts';

interface DueRecord {
  readonly id: string;
  readonly alarm_json: string;
  readonly group_name: string | null;
  readonly hot_instance: string;
  readonly reportedAtMs: number;
}

/** What is recorded once more, and what was decided about that: once for each incident. */
export class SecondTable {
  private readonly db: Db;
  private readonly addEvent: AddEvent;
  private readonly addIncident: ReturnType<typeof prepareAddIncident>;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, addEvent: AddEvent) {
    this.db = db;
    this.addEvent = addEvent;
    this.addIncident = prepareAddIncident(db);
    this.statements = prepare(db);
  }

  due(reportedBeforeMs: number, limit: number): readonly DueSecond[] {
    const rows = this.statements.due.all({ before: reportedBeforeMs, most: limit }) as DueRecord[];
    return rows.map((row) => ({
      id: row.id as IncidentId,
      alarm: JSON.parse(row.alarm_json) as Alarm,
      group: row.group_name as GroupName | null,
      hotInstance: row.hot_instance as InstanceId,
      reportedAtMs: row.reportedAtMs,
    }));
  }

  nextReportMs(): number | undefined {
    return (this.statements.next.get() as number | null) ?? undefined;
  }

  /** False when the incident is over, gone or decided about: then nothing is written. */
  open(of: IncidentId, id: IncidentId, alarm: SecondAlarm, detail: string, nowMs: number): boolean {
    const write = this.db.transaction(() => {
      if (!this.decide(of, id, detail, nowMs)) return false;
      // Closed at once: alarms attach to the incident that it is of, and that one is told to be over.
      const times = { openedAtMs: nowMs, closedAtMs: nowMs };
      const group = alarm.targets.groups[0] ?? null;
      this.addIncident({ id, state: 'accepted', alarm, group, hotInstance: null, members: [], ...times });
      this.statements.samePlan.run({ id, of });
      this.addEvent({ id, atMs: nowMs, state: 'accepted', detail });
      return true;
    });
    return write.immediate();
  }

  skip(of: IncidentId, reason: string, nowMs: number): boolean {
    return this.decide(of, null, reason, nowMs);
  }

  of(id: IncidentId): SecondLook | undefined {
    return this.statements.of.get({ id }) as SecondLook | undefined;
  }

  private decide(of: IncidentId, captureId: IncidentId | null, reason: string, nowMs: number): boolean {
    return this.statements.decide.run({ of, captureId, reason, at: nowMs }).changes === 1;
  }
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  // Left to itself SQLite takes an index of all that was ever reported.
  const open = `
    SELECT id, alarm_json, group_name, hot_instance,
           (SELECT MAX(at_ms) FROM incident_event
             WHERE incident_id = incident.id AND incident_event.state = 'notified') AS reportedAtMs
      FROM incident INDEXED BY incident_open_alarm
     WHERE ${OPEN} AND state = 'notified' AND hot_instance IS NOT NULL AND ${IN_EARNEST}
       AND NOT EXISTS (SELECT 1 FROM second_look WHERE second_look.seq = incident.seq)
       AND EXISTS (SELECT 1 FROM delivery
                    WHERE incident_id = incident.id AND kind = 'report' AND delivery.state = 'sent')`;
  return {
    // Sorts no more than the incidents that are open.
    due: sql(`SELECT * FROM (${open}) WHERE reportedAtMs <= :before ORDER BY reportedAtMs LIMIT :most`),
    next: sql(`SELECT MIN(reportedAtMs) FROM (${open})`).pluck(),
    decide: sql(`INSERT INTO second_look (seq, capture_id, reason, at_ms)
                 SELECT seq, :captureId, :reason, :at FROM incident
                  WHERE id = :of AND closed_at_ms IS NULL AND state = 'notified'
                 ON CONFLICT DO NOTHING`),
    samePlan: sql(`UPDATE incident SET plan_json = (SELECT plan_json FROM incident WHERE id = :of) WHERE id = :id`),
    of: sql(`SELECT capture_id AS captureId, reason, second_look.at_ms AS atMs
               FROM incident JOIN second_look ON second_look.seq = incident.seq WHERE incident.id = :id`),
  };
}
