import type { IncidentState } from '../incidents/incident.ts';
import type { IncidentId } from '../shared/ids.ts';
import type { Db } from './database.ts';

export type AddEvent = (event: {
  readonly id: IncidentId;
  readonly atMs: number;
  readonly state: IncidentState;
  readonly detail: string;
}) => void;

/** Writes that an incident came into a state; within the transaction that brings it there. */
export function prepareAddEvent(db: Db): AddEvent {
  const insert = db.prepare(
    'INSERT INTO incident_event (incident_id, at_ms, state, detail) VALUES (:id, :atMs, :state, :detail)',
  );
  return ({ id, atMs, state, detail }) => void insert.run({ id, atMs, state, detail });
}
