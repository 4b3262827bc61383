import { type IncidentState, isFinal } from '../../incidents/incident.ts';
import { conflict } from '../../incidents/triage/judge-change.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { ArtifactFolder } from '../artifact-folder.ts';
import type { Db } from '../database.ts';
import { PruneFiles } from '../prune-files.ts';
import type { MuteTable } from './mute-table.ts';

/** Deletes an incident that a person wants gone, with its files, as retention does. */
export class DeleteIncident {
  private readonly db: Db;
  private readonly files: PruneFiles;
  private readonly log: Pick<MuteTable, 'note'>;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, artifacts: ArtifactFolder, log: Pick<MuteTable, 'note'>) {
    this.db = db;
    this.files = new PruneFiles(db, artifacts);
    this.log = log;
    this.statements = prepare(db);
  }

  /** True while there is more to do: many notifications may point to one incident. */
  step(id: IncidentId, by: string, nowMs: number, maxRows: number): boolean {
    const hashes: string[] = [];
    const apply = this.db.transaction(() => {
      const row = this.statements.find.get({ id }) as Found | undefined;
      if (row === undefined) return false;
      refuse(row);
      if (this.statements.detach.run({ id, limit: maxRows }).changes === maxRows) return true;
      hashes.push(...(this.statements.hashes.all({ id }) as string[]));
      this.statements.bury.run({ id, at: nowMs, by });
      this.statements.remove.run({ id });
      const what = row.headline ?? `alarm ${row.alarm_name}`;
      this.log.note({
        who: by,
        what: 'delete',
        subject: id,
        detail: `${row.group_name ?? 'no group'}: ${what}`,
        atMs: nowMs,
      });
      return false;
    });
    const more = apply.immediate();
    // After the commit: a kill in between leaves a file that nothing refers to, which the sweep finds.
    this.files.remove(hashes);
    return more;
  }
}

interface Found {
  readonly state: IncidentState;
  readonly pinned: number;
  readonly headline: string | null;
  readonly alarm_name: string;
  readonly group_name: string | null;
}

function refuse({ state, pinned }: Found): void {
  if (!isFinal(state)) {
    throw conflict(`The incident is under way (${state}).`, 'It can be deleted when everybody has been told.');
  }
  if (pinned === 1) throw conflict('The incident is pinned: it is to be kept.', 'Unpin it first.');
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    find: sql('SELECT state, pinned, headline, alarm_name, group_name FROM incident WHERE id = :id'),
    detach: sql(`UPDATE notification SET incident_id = NULL
                  WHERE id IN (SELECT id FROM notification WHERE incident_id = :id LIMIT :limit)`),
    hashes: sql('SELECT hash FROM artifact WHERE incident_id = :id').pluck(),
    bury: sql(`INSERT OR REPLACE INTO pruned (id, headline, alarm_name, group_name, opened_at_ms, pruned_at_ms,
                                              deleted_by)
               SELECT id, headline, alarm_name, group_name, opened_at_ms, :at, :by FROM incident WHERE id = :id`),
    remove: sql('DELETE FROM incident WHERE id = :id'),
  };
}
