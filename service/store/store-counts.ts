import type { Capture, IncidentState } from '../incidents/incident.ts';
import type { NotificationOutcome } from '../incidents/notification.ts';
import type { StoreCounts } from '../incidents/store-port.ts';
import type { Db } from './database.ts';
import { OPEN, UNFINISHED } from './state-sql.ts';

/** What metrics show, from the table that transactions count in: as cheap after years as on the first day. */
export function storeCounts(db: Db): () => StoreCounts {
  const tally = db.prepare('SELECT key, n FROM tally WHERE kind = ? AND n > 0');
  const counts = (kind: string) => tally.all(kind) as { key: string; n: number }[];
  const record = <Key extends string>(kind: string) =>
    Object.fromEntries(counts(kind).map(({ key, n }) => [key, n])) as Partial<Record<Key, number>>;
  // Left to itself SQLite takes a wider index, of all that was ever captured.
  const burning = db.prepare(`SELECT COUNT(*) FROM incident INDEXED BY incident_open_alarm WHERE ${OPEN}`).pluck();
  const unfinished = db.prepare(
    `SELECT COUNT(*) FILTER (WHERE attempts > 0) AS retrying, MIN(opened_at_ms) AS oldestUnfinishedMs
       FROM incident WHERE ${UNFINISHED}`,
  );
  return () => ({
    incidents: record<IncidentState>('incident'),
    notifications: record<NotificationOutcome>('notification'),
    captures: counts('capture').map(({ key, n }) => {
      const [role = '', outcome = ''] = key.split(' ');
      return { role, outcome, n };
    }),
    baselines: record<Capture['outcome']>('baseline'),
    burning: burning.get() as number,
    ...(unfinished.get() as Pick<StoreCounts, 'retrying' | 'oldestUnfinishedMs'>),
    lastNotificationMs: counts('last')[0]?.n ?? null,
    artifactBytes: counts('artifact')[0]?.n ?? 0,
  });
}
