/** Writes incidents and captures that are new; within the transaction that brings them in. */
import type { Capture, Incident } from '../incidents/incident.ts';
import { scopeOf } from '../rules/notification-facts.ts';
import type { Db } from './database.ts';

type NewIncident = Omit<Incident, 'failure' | 'attempts' | 'failingSinceMs'>;

/** It is due at once. */
export function prepareAddIncident(db: Db): (incident: NewIncident) => void {
  const insert = db.prepare(
    `INSERT INTO incident (id, state, alarm_key, alarm_name, alarm_json, changed_at_ms, scope, account_id, region,
                           group_name, hot_instance, members_json, opened_at_ms, closed_at_ms, next_attempt_at_ms,
                           plan_json)
     VALUES (:id, :state, :key, :name, :alarm, :changedAt, :scope, :account, :region, :group, :hot, :members,
             :openedAt, :closedAt, :openedAt, :plan)`,
  );
  const drill = db.prepare('INSERT INTO drill (seq) VALUES (:seq)');
  const second = db.prepare('INSERT INTO second_capture (seq, of_id) VALUES (:seq, :of)');
  return ({ id, state, alarm, group, hotInstance, members, openedAtMs, closedAtMs, plan }) => {
    const { lastInsertRowid: seq } = insert.run({
      id,
      state,
      key: alarm.key,
      name: alarm.name,
      alarm: JSON.stringify(alarm),
      changedAt: alarm.changedAtMs,
      scope: scopeOf(alarm),
      account: alarm.accountId,
      region: alarm.region,
      group,
      hot: hotInstance,
      members: JSON.stringify(members),
      openedAt: openedAtMs,
      closedAt: closedAtMs,
      plan: plan === undefined ? null : JSON.stringify(plan),
    });
    if (alarm.drill !== undefined) drill.run({ seq });
    if (alarm.second !== undefined) second.run({ seq, of: alarm.second.of });
  };
}

export function prepareAddCapture(db: Db): (capture: Capture, position: number) => void {
  const insert = db.prepare(
    `INSERT INTO capture (id, incident_id, position, instance_id, role, seconds, hz, start_at_ms, outcome, failure_json,
                          baseline_json)
     VALUES (:id, :incident, :position, :instance, :role, :seconds, :hz, :startAt, :outcome, :failure, :baseline)`,
  );
  return (capture, position) =>
    void insert.run({
      id: capture.id,
      incident: capture.incidentId,
      position,
      instance: capture.instanceId,
      role: capture.role,
      seconds: capture.seconds,
      hz: capture.hz,
      startAt: capture.startAtMs,
      outcome: capture.outcome,
      failure: capture.failure && JSON.stringify(capture.failure),
      baseline: capture.baseline === undefined ? null : JSON.stringify(capture.baseline),
    });
}
