/** What the database of the service says, read from outside while it works. */
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface IncidentRow {
  readonly id: string;
  readonly state: string;
  readonly openedAtMs: number;
  readonly hasReport: 0 | 1;
  readonly failed: 0 | 1;
  readonly lastDetail: string | null;
}

export interface NotificationRow {
  readonly messageId: string;
  readonly outcome: string;
  readonly incidentId: string | null;
  readonly reason: string;
}

export interface Ledger {
  readonly incidents: readonly IncidentRow[];
  readonly notifications: readonly NotificationRow[];
  readonly deliveries: readonly { readonly incidentId: string; readonly recipient: string; readonly state: string }[];
  readonly captures: readonly { readonly incidentId: string; readonly outcome: string }[];
  readonly hashes: readonly string[];
  /** States that an incident entered more than once, in words. */
  readonly repeated: readonly string[];
  readonly integrity: string;
  readonly brokenReferences: number;
}

function openForReading(dataDir: string): Database.Database {
  return new Database(join(dataDir, 'smokejumper.sqlite'), { readonly: true, timeout: 5_000 });
}

/** Alarms of which the report is still to be made. */
export function unwritten(dataDir: string): number {
  const db = openForReading(dataDir);
  try {
    const made = "('reported', 'notified', 'throttled', 'lapsed')";
    return db.prepare(`SELECT COUNT(*) FROM incident WHERE state NOT IN ${made}`).pluck().get() as number;
  } finally {
    db.close();
  }
}

/** Work that has not come to its end. */
export function unsettled(dataDir: string): number {
  const db = openForReading(dataDir);
  try {
    return db
      .prepare(
        `SELECT (SELECT COUNT(*) FROM incident WHERE state NOT IN ('notified', 'throttled', 'lapsed')) +
                (SELECT COUNT(*) FROM delivery WHERE state = 'pending')`,
      )
      .pluck()
      .get() as number;
  } finally {
    db.close();
  }
}

/** Steps that were done since the beginning, and work that has not come to its end. */
export function progress(dataDir: string): { readonly steps: number; readonly unsettled: number } {
  const db = openForReading(dataDir);
  try {
    const steps = db.prepare('SELECT MAX(id) FROM incident_event').pluck().get() as number | null;
    return { steps: steps ?? 0, unsettled: unsettled(dataDir) };
  } finally {
    db.close();
  }
}

export function readLedger(dataDir: string): Ledger {
  const db = openForReading(dataDir);
  const all = <T>(sql: string) => db.prepare(sql).all() as T[];
  try {
    return {
      incidents: all(`SELECT id, state, opened_at_ms AS openedAtMs, report_json IS NOT NULL AS hasReport,
                             failure_json IS NOT NULL AS failed,
                             (SELECT detail FROM incident_event WHERE incident_id = incident.id
                               ORDER BY id DESC LIMIT 1) AS lastDetail
                        FROM incident`),
      notifications: all(`SELECT message_id AS messageId, outcome, incident_id AS incidentId, reason
                            FROM notification WHERE outcome <> 'rejected'`),
      deliveries: all('SELECT incident_id AS incidentId, recipient, state FROM delivery'),
      captures: all('SELECT incident_id AS incidentId, outcome FROM capture'),
      hashes: all<{ hash: string }>('SELECT DISTINCT hash FROM artifact').map(({ hash }) => hash),
      repeated: all<{ words: string }>(
        `SELECT incident_id || ' was ' || state || ' ' || COUNT(*) || ' times' AS words
           FROM incident_event GROUP BY incident_id, state HAVING COUNT(*) > 1`,
      ).map(({ words }) => words),
      integrity: String(db.pragma('integrity_check', { simple: true })),
      brokenReferences: (db.pragma('foreign_key_check') as unknown[]).length,
    };
  } finally {
    db.close();
  }
}

/** When each incident was first told of, and when its report went out. */
export function waits(dataDir: string): number[] {
  const db = openForReading(dataDir);
  try {
    return db
      .prepare(
        `SELECT (SELECT MIN(at_ms) FROM incident_event WHERE incident_id = incident.id AND state = 'notified')
                - opened_at_ms
           FROM incident WHERE state = 'notified' ORDER BY 1`,
      )
      .pluck()
      .all() as number[];
  } finally {
    db.close();
  }
}
