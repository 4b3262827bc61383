import type { Change } from '../../incidents/triage/change.ts';
import { judgeChange } from '../../incidents/triage/judge-change.ts';
import { NO_TRIAGE, type Note, type Triage, type TriageChange } from '../../incidents/triage/triage.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { Db } from '../database.ts';
import { MARKS, type MarksRecord, toMarks } from './marks.ts';

interface NoteRecord {
  readonly id: number;
  readonly at_ms: number;
  readonly author: string;
  readonly text: string;
  readonly closed_by: string | null;
  readonly closed_at_ms: number | null;
}

/** What people do with an incident: each change with its row in the trail. */
export class TriageTable {
  private readonly db: Db;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.db = db;
    this.statements = prepare(db);
  }

  triage(id: IncidentId, nowMs: number): Triage {
    const row = this.statements.marks.get({ ids: JSON.stringify([id]), now: nowMs }) as MarksRecord | undefined;
    if (row === undefined) return NO_TRIAGE;
    return {
      ...toMarks(row),
      notes: (this.statements.notes.all({ id }) as NoteRecord[]).map(toNote),
      changes: this.statements.changes.all({ id }) as TriageChange[],
    };
  }

  change(id: IncidentId, change: Change, by: string, nowMs: number): boolean {
    const apply = this.db.transaction(() => {
      const verdict = judgeChange(this.triage(id, nowMs), change, by);
      if (verdict === null) return false;
      this.write(id, change, by, nowMs);
      this.statements.addChange.run({ id, at: nowMs, by, what: change.what, from: verdict.from, to: verdict.to });
      return true;
    });
    return apply.immediate();
  }

  private write(id: IncidentId, change: Change, by: string, at: number): void {
    const { statements } = this;
    switch (change.what) {
      case 'acknowledge':
        return void statements.acknowledge.run({ id, by, at });
      case 'unacknowledge':
        return void statements.acknowledge.run({ id, by: null, at: null });
      case 'assign':
        return void statements.assign.run({ id, to: change.to });
      case 'known':
      case 'fixed': {
        const { to } = change;
        return void statements[change.what].run({ id, to, by: to === null ? null : by, at: to === null ? null : at });
      }
      case 'note':
        return void statements.addNote.run({ id, at, by, text: change.text });
      case 'close-note':
        return void statements.closeNote.run({ note: change.note, by, at });
      case 'label':
      case 'unlabel':
        return void statements[change.what].run({ id, label: change.label });
      case 'pin':
      case 'unpin':
        return void statements.pin.run({ id, pinned: change.what === 'pin' ? 1 : 0 });
    }
  }
}

function toNote({ id, at_ms: atMs, author: by, text, closed_by, closed_at_ms }: NoteRecord): Note {
  const closed = closed_by === null || closed_at_ms === null ? null : { by: closed_by, atMs: closed_at_ms };
  return { id, atMs, by, text, closed };
}

/** Makes the row of an incident that has none yet. */
function setting(columns: readonly (readonly [column: string, value: string])[]): string {
  const names = columns.map(([column]) => column).join(', ');
  const values = columns.map(([, value]) => value).join(', ');
  const updates = columns.map(([column]) => `${column} = excluded.${column}`).join(', ');
  return `INSERT INTO incident_triage (incident_id, ${names}) VALUES (:id, ${values})
            ON CONFLICT DO UPDATE SET ${updates}`;
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    marks: sql(MARKS),
    notes: sql(`SELECT id, at_ms, author, text, closed_by, closed_at_ms FROM incident_note
                 WHERE incident_id = :id ORDER BY id`),
    changes: sql(`SELECT at_ms AS atMs, who, what, from_text AS "from", to_text AS "to" FROM incident_change
                   WHERE incident_id = :id ORDER BY id`),
    acknowledge: sql(
      setting([
        ['acknowledged_by', ':by'],
        ['acknowledged_at_ms', ':at'],
      ]),
    ),
    assign: sql(setting([['assignee', ':to']])),
    known: sql(
      setting([
        ['known', ':to'],
        ['known_by', ':by'],
        ['known_at_ms', ':at'],
      ]),
    ),
    fixed: sql(
      setting([
        ['fixed_in', ':to'],
        ['fixed_by', ':by'],
        ['fixed_at_ms', ':at'],
      ]),
    ),
    addNote: sql('INSERT INTO incident_note (incident_id, at_ms, author, text) VALUES (:id, :at, :by, :text)'),
    closeNote: sql('UPDATE incident_note SET closed_by = :by, closed_at_ms = :at WHERE id = :note'),
    label: sql('INSERT INTO incident_label (label, seq) SELECT :label, seq FROM incident WHERE id = :id'),
    unlabel: sql(`DELETE FROM incident_label
                   WHERE label = :label AND seq = (SELECT seq FROM incident WHERE id = :id)`),
    pin: sql('UPDATE incident SET pinned = :pinned WHERE id = :id'),
    addChange: sql(`INSERT INTO incident_change (incident_id, at_ms, who, what, from_text, to_text)
                    VALUES (:id, :at, :by, :what, :from, :to)`),
  };
}
