import {
  NOTHING_PRUNED,
  type Pruned,
  type PrunedIncident,
  type RetentionPolicy,
} from '../../incidents/retention/retention.ts';
import type { ArtifactFolder } from '../artifact-folder.ts';
import type { BaselineTable } from '../baseline/baseline-table.ts';
import type { Db } from '../database.ts';
import { PRUNABLE } from '../state-sql.ts';
import { IncidentRemoval } from './incident-removal.ts';
import { PruneFiles } from './prune-files.ts';

/** A link to something deleted longer ago than that is answered like one to something that never was. */
const TOMBSTONE_MS = 5 * 366 * 86_400_000;
/** By size alone nothing goes that is younger: a mail that links to it may not have been read yet. */
const MIN_AGE_BY_SIZE_MS = 86_400_000;
/** Free pages that stay: the next notifications take them. 4 MB. */
const SPARE_PAGES = 1_000;
/** Given back to the disk in one step: 1 MB, moved from the end of the file. */
const VACUUMED_PAGES = 256;

interface Prunable {
  readonly id: string;
  readonly opened_at_ms: number;
  readonly bytes: number;
}

/** Deletes what is too old or too much, the oldest first, in steps that hold the lock on the database only briefly. */
export class Prune {
  private readonly db: Db;
  private readonly baselines: Pick<BaselineTable, 'prune'>;
  private readonly files: PruneFiles;
  private readonly removal: IncidentRemoval;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, artifacts: ArtifactFolder, baselines: Pick<BaselineTable, 'prune'>) {
    this.db = db;
    this.baselines = baselines;
    this.files = new PruneFiles(db, artifacts);
    this.removal = new IncidentRemoval(db);
    this.statements = prepare(db);
  }

  /** One step of at most `maxRows` rows of each kind; `more`: whether another one finds something to do. */
  step(policy: RetentionPolicy, nowMs: number, maxRows: number): Pruned & { readonly more: boolean } {
    const hashes: string[] = [];
    const apply = this.db.transaction(() => {
      const incidents = this.incidents(policy, nowMs, maxRows, hashes);
      hashes.push(...this.baselines.prune(policy.incidentMs === null ? null : nowMs - policy.incidentMs));
      const notifications = this.notifications(policy, nowMs, maxRows);
      // Not of rows that the next step deletes.
      const bodies = notifications === maxRows ? 0 : this.bodies(policy, nowMs, maxRows);
      this.statements.dropTombstones.run({ before: nowMs - TOMBSTONE_MS, limit: maxRows });
      this.statements.dropOperations.run({ before: nowMs - TOMBSTONE_MS, limit: maxRows });
      const more = incidents.more || notifications === maxRows || bodies === maxRows;
      return { ...NOTHING_PRUNED, incidents: incidents.deleted, notifications, bodies, more };
    });
    const done = apply.immediate();
    // After the commit: a kill in between leaves a file that nothing refers to, which `sweep` finds.
    const files = this.files.remove(hashes);
    return { ...done, ...files, more: this.vacuum() || done.more };
  }

  /** Asked for one after the other, the oldest first: whether it goes, by age or by what there is with it. */
  private goes({ incidentMs, fileBytes }: RetentionPolicy, nowMs: number): (row: Prunable) => boolean {
    let bytes = this.statements.bytes.get() as number;
    return (row) => {
      const ageMs = nowMs - row.opened_at_ms;
      const isTooMuch = fileBytes !== null && bytes > fileBytes && ageMs > MIN_AGE_BY_SIZE_MS;
      bytes -= row.bytes;
      return isTooMuch || (incidentMs !== null && ageMs > incidentMs);
    };
  }

  private incidents(
    policy: RetentionPolicy,
    nowMs: number,
    maxRows: number,
    hashes: string[],
  ): { readonly deleted: number; readonly more: boolean } {
    const goes = this.goes(policy, nowMs);
    let deleted = 0;
    let rows = 0;
    const oldest = this.statements.oldest.all({ limit: maxRows }) as Prunable[];
    for (const row of oldest) {
      if (!goes(row)) return { deleted, more: false };
      const detached = this.removal.detach(row.id, maxRows - rows);
      rows += detached + 1;
      if (rows > maxRows) return { deleted, more: true };
      hashes.push(...this.removal.hashes(row.id));
      this.removal.remove(row.id, null, nowMs);
      deleted++;
    }
    return { deleted, more: oldest.length === maxRows };
  }

  private notifications({ notificationMs }: RetentionPolicy, nowMs: number, limit: number): number {
    if (notificationMs === null) return 0;
    return this.statements.deleteNotifications.run({ before: nowMs - notificationMs, limit }).changes;
  }

  private bodies({ bodyMs }: RetentionPolicy, nowMs: number, limit: number): number {
    if (bodyMs === null) return 0;
    return this.statements.emptyBodies.run({ before: nowMs - bodyMs, limit }).changes;
  }

  /** Gives a little back to the disk. True while there is more: of a database made without this there never is. */
  private vacuum(): boolean {
    const spare = () => (this.db.pragma('freelist_count', { simple: true }) as number) - SPARE_PAGES;
    if ((this.db.pragma('auto_vacuum', { simple: true }) as number) === 0 || spare() <= 0) return false;
    this.db.pragma(`incremental_vacuum(${Math.min(VACUUMED_PAGES, spare())})`);
    return spare() > 0;
  }

  /** Files that nothing refers to, in one of the 256 folders. */
  sweep(folder: number, nowMs: number): Pruned {
    return { ...NOTHING_PRUNED, ...this.files.sweep(folder, nowMs) };
  }

  pruned(id: string): PrunedIncident | undefined {
    return this.statements.pruned.get({ id }) as PrunedIncident | undefined;
  }

  /** What a run would delete. It looks at all that would go: for a person who asks, not for the service. */
  plan(policy: RetentionPolicy, nowMs: number): Pruned {
    const goes = this.goes(policy, nowMs);
    const references = new Map<string, number>();
    let incidents = 0;
    for (const row of this.statements.oldest.all({ limit: -1 }) as Prunable[]) {
      if (!goes(row)) break;
      for (const hash of this.removal.hashes(row.id)) references.set(hash, (references.get(hash) ?? 0) + 1);
      incidents++;
    }
    const before = (ms: number | null) => (ms === null ? 0 : nowMs - ms);
    const deleted = before(policy.notificationMs);
    return {
      incidents,
      notifications: this.statements.oldNotifications.get({ before: deleted }) as number,
      bodies: this.statements.oldBodies.get({ from: deleted, before: before(policy.bodyMs) }) as number,
      ...this.files.lastReferences(references),
    };
  }
}

/** The order of ids is that of arrival: the first that is young enough ends the search, and none is sorted. */
function oldNotifications(condition: string): string {
  return `SELECT id FROM (SELECT id, received_at_ms FROM notification WHERE ${condition} ORDER BY id LIMIT :limit)
           WHERE received_at_ms < :before`;
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    bytes: sql(`SELECT n FROM tally WHERE kind = 'artifact'`).pluck(),
    oldest: sql(`SELECT id, opened_at_ms,
                        (SELECT COALESCE(SUM(bytes), 0) FROM artifact WHERE incident_id = incident.id) AS bytes
                   FROM incident WHERE ${PRUNABLE} ORDER BY opened_at_ms LIMIT :limit`),
    dropTombstones: sql(`DELETE FROM pruned WHERE id IN (
                           SELECT id FROM pruned WHERE pruned_at_ms < :before ORDER BY pruned_at_ms LIMIT :limit)`),
    dropOperations: sql(`DELETE FROM operation WHERE id IN (
                           SELECT id FROM (SELECT id, at_ms FROM operation ORDER BY id LIMIT :limit)
                            WHERE at_ms < :before)`),
    deleteNotifications: sql(`DELETE FROM notification WHERE id IN (${oldNotifications('TRUE')})`),
    emptyBodies: sql(`UPDATE notification SET body = '' WHERE id IN (${oldNotifications("body <> ''")})`),
    pruned: sql(`SELECT id, headline, alarm_name AS alarmName, group_name AS "group", opened_at_ms AS openedAtMs,
                        pruned_at_ms AS prunedAtMs, deleted_by AS deletedBy
                   FROM pruned WHERE id = :id`),
    oldNotifications: sql('SELECT COUNT(*) FROM notification WHERE received_at_ms < :before').pluck(),
    oldBodies: sql(`SELECT COUNT(*) FROM notification WHERE body <> '' AND received_at_ms >= :from
                                                       AND received_at_ms < :before`).pluck(),
  };
}
