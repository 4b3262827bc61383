import type { Db } from './database.ts';
import { UNFINISHED } from './state-sql.ts';

/** What an operator watches of the database; one cheap query each. */
export interface StoreFacts {
  readonly captures: readonly { readonly role: string; readonly outcome: string; readonly n: number }[];
  /** Incidents whose alarm is still in ALARM. */
  readonly burning: number;
  /** Incidents whose current step has failed and will be retried. */
  readonly retrying: number;
  /** When the oldest incident that is not told to anybody yet was opened. */
  readonly oldestUnfinishedMs: number | null;
  /** The newest message that was proven to come from a topic of ours. */
  readonly lastNotificationMs: number | null;
  readonly artifactBytes: number;
}

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
