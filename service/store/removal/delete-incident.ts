import { type IncidentState, isFinal } from '../../incidents/incident.ts';
import { conflict } from '../../incidents/triage/judge-change.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { ArtifactFolder } from '../artifact-folder.ts';
import type { Db } from '../database.ts';
import type { MuteTable } from '../triage/mute-table.ts';
import { IncidentRemoval } from './incident-removal.ts';
import { PruneFiles } from './prune-files.ts';

/** Deletes an incident that a person wants gone, with its files, as retention does. */
export class DeleteIncident {
  private readonly db: Db;
  private readonly files: PruneFiles;
  private readonly log: Pick<MuteTable, 'note'>;
  private readonly removal: IncidentRemoval;
  private readonly second: ReturnType<Db['prepare']>;
  private readonly find: ReturnType<Db['prepare']>;

  constructor(db: Db, artifacts: ArtifactFolder, log: Pick<MuteTable, 'note'>) {
    this.db = db;
    this.files = new PruneFiles(db, artifacts);
    this.log = log;
    this.removal = new IncidentRemoval(db);
    this.second = db
      .prepare(
        `SELECT capture_id FROM incident JOIN second_look ON second_look.seq = incident.seq WHERE incident.id = :id`,
      )
      .pluck();
    this.find = db.prepare('SELECT state, pinned, headline, alarm_name, group_name FROM incident WHERE id = :id');
  }

  /** True while there is more to do: many notifications may point to one incident. */
  step(id: IncidentId, by: string, nowMs: number, maxRows: number): boolean {
    const hashes: string[] = [];
    const apply = this.db.transaction(() => {
      const row = this.find.get({ id }) as Found | undefined;
      if (row === undefined) return false;
      refuse(row);
      if (this.removal.detach(id, maxRows) === maxRows) return true;
      this.removeSecond(id, by, nowMs, hashes);
      hashes.push(...this.removal.hashes(id));
      this.removal.remove(id, by, nowMs);
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

  /** No notification points to it. */
  private removeSecond(id: IncidentId, by: string, nowMs: number, hashes: string[]): void {
    const second = this.second.get({ id }) as string | null | undefined;
    const row = second == null ? undefined : (this.find.get({ id: second }) as Found | undefined);
    if (second == null || row === undefined) return;
    refuse(row);
    hashes.push(...this.removal.hashes(second));
    this.removal.remove(second, by, nowMs);
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
