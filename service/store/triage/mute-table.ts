import type { Operation } from '../../incidents/triage/triage-store.ts';
import type { Mute } from '../../rules/mute.ts';
import { formatUtc } from '../../shared/text/time.ts';
import type { Db } from '../database.ts';
import { CAPTURED } from '../state-sql.ts';

/** Which groups are muted, and the log of what outlives an incident. */
export class MuteTable {
  private readonly db: Db;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.db = db;
    this.statements = prepare(db);
  }

  mute({ group, untilMs, by, atMs, reason }: Mute): void {
    const apply = this.db.transaction(() => {
      this.statements.dropOver.run({ now: atMs });
      this.statements.mute.run({ group, until: untilMs, by, at: atMs, reason });
      const detail = `until ${formatUtc(untilMs)}${reason === null ? '' : `: ${reason}`}`;
      this.note({ who: by, what: 'mute', subject: group, detail, atMs });
    });
    apply.immediate();
  }

  unmute(group: string, by: string, nowMs: number): boolean {
    const apply = this.db.transaction(() => {
      const mute = this.statements.muteOf.get({ group, now: nowMs }) as Mute | undefined;
      if (mute === undefined) return false;
      this.statements.unmute.run({ group });
      const detail = `it was muted until ${formatUtc(mute.untilMs)} by ${mute.by}`;
      this.note({ who: by, what: 'unmute', subject: group, detail, atMs: nowMs });
      return true;
    });
    return apply.immediate();
  }

  mutes(nowMs: number): readonly Mute[] {
    return this.statements.mutes.all({ now: nowMs }) as Mute[];
  }

  /**
   * What holds for an alarm: the scope is `group web`, or `instance i-0abc…`, of which the group is the one that it had
   * when it was last captured.
   */
  muteOfScope(scope: string, nowMs: number): Mute | null {
    const [, kind, name] = /^(group|instance) (.*)$/s.exec(scope) ?? [];
    if (name === undefined) return null;
    const group = kind === 'group' ? name : (this.statements.groupOf.get({ hot: name }) as string | null | undefined);
    if (group === null || group === undefined) return null;
    return (this.statements.muteOf.get({ group, now: nowMs }) as Mute | undefined) ?? null;
  }

  /** Within the transaction that does what is noted. */
  note(operation: Omit<Operation, 'id'>): void {
    this.statements.addOperation.run(operation);
  }

  operations(limit: number): readonly Operation[] {
    return this.statements.operations.all({ limit }) as Operation[];
  }
}

const MUTE = `group_name AS "group", until_ms AS untilMs, muted_by AS "by", muted_at_ms AS atMs, reason`;

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    mute: sql(`INSERT INTO group_mute (group_name, until_ms, muted_by, muted_at_ms, reason)
               VALUES (:group, :until, :by, :at, :reason)
               ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms, muted_by = excluded.muted_by,
                                         muted_at_ms = excluded.muted_at_ms, reason = excluded.reason`),
    unmute: sql('DELETE FROM group_mute WHERE group_name = :group'),
    dropOver: sql('DELETE FROM group_mute WHERE until_ms <= :now'),
    muteOf: sql(`SELECT ${MUTE} FROM group_mute WHERE group_name = :group AND until_ms > :now`),
    mutes: sql(`SELECT ${MUTE} FROM group_mute WHERE until_ms > :now ORDER BY until_ms, group_name`),
    groupOf: sql(`SELECT group_name FROM incident INDEXED BY incident_captured_hot
                   WHERE hot_instance = :hot AND ${CAPTURED} ORDER BY opened_at_ms DESC LIMIT 1`).pluck(),
    addOperation: sql(`INSERT INTO operation (at_ms, who, what, subject, detail)
                       VALUES (:atMs, :who, :what, :subject, :detail)`),
    operations: sql(`SELECT id, at_ms AS atMs, who, what, subject, detail FROM operation
                      ORDER BY id DESC LIMIT :limit`),
  };
}
