import type { Remark, TriageMarks } from '../../incidents/triage/triage.ts';
import type { Db } from '../database.ts';

export interface MarksRecord {
  readonly id: string;
  readonly pinned: number;
  readonly acknowledged_by: string | null;
  readonly acknowledged_at_ms: number | null;
  readonly assignee: string | null;
  readonly known: string | null;
  readonly known_by: string | null;
  readonly known_at_ms: number | null;
  readonly fixed_in: string | null;
  readonly fixed_by: string | null;
  readonly fixed_at_ms: number | null;
  readonly labels: string;
  readonly muted_group: string | null;
  readonly until_ms: number | null;
  readonly muted_by: string | null;
  readonly muted_at_ms: number | null;
  readonly reason: string | null;
}

/** Of the incidents in a JSON array of ids, as of now. */
export const MARKS = `
  SELECT incident.id, incident.pinned, acknowledged_by, acknowledged_at_ms, assignee, known, known_by, known_at_ms,
         fixed_in, fixed_by, fixed_at_ms, mute.group_name AS muted_group, until_ms, muted_by, muted_at_ms, reason,
         (SELECT json_group_array(label) FROM incident_label WHERE seq = incident.seq) AS labels
    FROM json_each(:ids) AS asked CROSS JOIN incident ON incident.id = asked.value
    LEFT JOIN incident_triage AS triage ON triage.incident_id = incident.id
    LEFT JOIN group_mute AS mute ON mute.group_name = incident.group_name AND until_ms > :now`;

export function toRemark(text: string | null, by: string | null, atMs: number | null): Remark | null {
  return text === null || by === null || atMs === null ? null : { text, by, atMs };
}

export function toMarks(row: MarksRecord): TriageMarks {
  const { acknowledged_by: by, acknowledged_at_ms: atMs, muted_group: group, until_ms: untilMs } = row;
  return {
    acknowledged: by === null || atMs === null ? null : { by, atMs },
    assignee: row.assignee,
    known: toRemark(row.known, row.known_by, row.known_at_ms),
    fixed: toRemark(row.fixed_in, row.fixed_by, row.fixed_at_ms),
    labels: (JSON.parse(row.labels) as string[]).sort(),
    pinned: row.pinned === 1,
    mute:
      group === null || untilMs === null
        ? null
        : { group, untilMs, by: row.muted_by ?? '', atMs: row.muted_at_ms ?? 0, reason: row.reason },
  };
}

/** Whether there is anything to show. */
function isMarked(marks: TriageMarks): boolean {
  const { acknowledged, assignee, known, fixed, labels, pinned, mute } = marks;
  return pinned || labels.length > 0 || [acknowledged, assignee, known, fixed, mute].some((mark) => mark !== null);
}

/** Of the incidents in a list; those without a mark are left out. */
export function prepareMarks(db: Db): (ids: readonly string[], nowMs: number) => Record<string, TriageMarks> {
  const select = db.prepare(MARKS);
  return (ids, nowMs) => {
    const rows = select.all({ ids: JSON.stringify(ids), now: nowMs }) as MarksRecord[];
    const marks = rows.map((row) => [row.id, toMarks(row)] as const);
    return Object.fromEntries(marks.filter(([, mark]) => isMarked(mark)));
  };
}
