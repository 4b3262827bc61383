import type { StoreCounts } from '../incidents/store-port.ts';
import type { Db } from './database.ts';
import { UNFINISHED } from './state-sql.ts';

/** What an operator watches of the database, besides incidents by state and notifications by outcome. */
export type StoreFacts = Omit<StoreCounts, 'incidents' | 'notifications'>;

export function storeFacts(db: Db): () => StoreFacts {
  const captures = db.prepare('SELECT role, outcome, COUNT(*) AS n FROM capture GROUP BY role, outcome');
  const incidents = db.prepare(`
    SELECT COUNT(*) FILTER (WHERE closed_at_ms IS NULL AND state <> 'throttled') AS burning,
           COUNT(*) FILTER (WHERE attempts > 0 AND ${UNFINISHED}) AS retrying,
           MIN(opened_at_ms) FILTER (WHERE ${UNFINISHED}) AS oldestUnfinishedMs
      FROM incident`);
  const notifications = db.prepare(
    `SELECT MAX(received_at_ms) AS lastNotificationMs FROM notification WHERE outcome <> 'rejected'`,
  );
  const artifacts = db.prepare('SELECT COALESCE(SUM(bytes), 0) AS artifactBytes FROM artifact');
  return () => ({
    captures: captures.all() as StoreFacts['captures'],
    ...(incidents.get() as Pick<StoreFacts, 'burning' | 'retrying' | 'oldestUnfinishedMs'>),
    ...(notifications.get() as Pick<StoreFacts, 'lastNotificationMs'>),
    ...(artifacts.get() as Pick<StoreFacts, 'artifactBytes'>),
  });
}
