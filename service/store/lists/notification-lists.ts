import type { Notification } from '../../incidents/notification.ts';
import type { NotificationQuery, Page } from '../../incidents/store-port.ts';
import type { Db } from '../database.ts';
import { type NotificationRecord, toNotification } from '../rows.ts';
import { type Part, page, totalOf } from './paged.ts';

/** The log, whole or of one incident, without the bodies. */
export class NotificationLists {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  list(query: NotificationQuery): Page<Notification> {
    const { incidentId: incident } = query;
    const find = ({ from, way, limit }: Part) => {
      const rows =
        incident === undefined
          ? this.statements.all[way].all({ from, limit })
          : this.statements.incident[way].all({ from, limit, incident });
      return { rows: rows as NotificationRecord[] };
    };
    const found = page('n', query, find, ({ id }) => id);
    const total = incident === undefined ? (this.statements.total.get() as number) : totalOf(found);
    return { ...found, rows: found.rows.map(toNotification), total };
  }
}

function prepare(db: Db) {
  const both = (condition: string) => {
    const part = (compare: string, order: string) =>
      db.prepare(`SELECT id, received_at_ms, message_id, outcome, reason, incident_id, alarm_key
                    FROM notification
                   WHERE ${condition} AND id ${compare} :from ORDER BY id ${order} LIMIT :limit`);
    return { older: part('<', 'DESC'), newer: part('>', 'ASC') };
  };
  return {
    all: both('TRUE'),
    incident: both('incident_id = :incident'),
    total: db.prepare(`SELECT COALESCE(SUM(n), 0) FROM tally WHERE kind = 'notification'`).pluck(),
  };
}
