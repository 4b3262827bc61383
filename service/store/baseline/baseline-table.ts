import type { Alarm } from '../../alarms/alarm.ts';
import type { Baseline, ClaimedBaseline, NewBaseline } from '../../incidents/baseline/baseline.ts';
import type { Capture, Failure } from '../../incidents/incident.ts';
import type { StoredFile } from '../../incidents/store-port.ts';
import type { BaselineFacts, BaselineGroup } from '../../rules/baseline.ts';
import type { IncidentPlan } from '../../rules/rule-book.ts';
import type { CaptureId, GroupName, InstanceId } from '../../shared/ids.ts';
import type { ArtifactFolder } from '../artifact-folder.ts';
import type { Db } from '../database.ts';
import { CAPTURED, IN_EARNEST, OPEN, UNFINISHED } from '../state-sql.ts';

/** Of a group, of those that came back and of those that did not. */
const KEPT = 3;

export interface BaselineRecord {
  readonly id: string;
  readonly group_name: string;
  readonly account_id: string | null;
  readonly region: string | null;
  readonly instance_id: string | null;
  readonly launched_by: string | null;
  readonly cpu_percent: number | null;
  readonly seconds: number;
  readonly hz: number;
  readonly plan_json: string | null;
  readonly begun_at_ms: number;
  readonly start_at_ms: number | null;
  readonly command_id: string | null;
  readonly outcome: string;
  readonly failure_json: string | null;
  readonly attempts: number;
  readonly hash: string | null;
  readonly bytes: number | null;
}

function toBaseline(row: BaselineRecord): Baseline {
  return {
    id: row.id as CaptureId,
    group: row.group_name as GroupName,
    accountId: row.account_id,
    region: row.region,
    instanceId: row.instance_id as InstanceId | null,
    launchedBy: row.launched_by,
    cpuPercent: row.cpu_percent,
    seconds: row.seconds,
    hz: row.hz,
    ...(row.plan_json !== null && { plan: JSON.parse(row.plan_json) as IncidentPlan }),
    begunAtMs: row.begun_at_ms,
    startAtMs: row.start_at_ms,
    commandId: row.command_id,
    outcome: row.outcome as Capture['outcome'],
    failure: row.failure_json === null ? null : (JSON.parse(row.failure_json) as Failure),
    attempts: row.attempts,
  };
}

type GroupRecord = Omit<BaselineGroup, 'alarm'> & { readonly alarm_json: string };

/** Recordings of healthy members, one under way at most. */
export class BaselineTable {
  private readonly db: Db;
  private readonly artifacts: ArtifactFolder;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, artifacts: ArtifactFolder) {
    this.db = db;
    this.artifacts = artifacts;
    this.statements = prepare(db);
  }

  facts(sinceMs: number, limit: number): BaselineFacts {
    const rows = this.statements.groups.all({ since: sinceMs, limit }) as GroupRecord[];
    return {
      alarmGoesFirst: this.statements.busy.get() === 1,
      lastTryMs: this.statements.lastTry.get() as number | null,
      groups: rows.map(({ alarm_json: alarm, ...row }) => ({ ...row, alarm: JSON.parse(alarm) as Alarm })),
    };
  }

  begin({ failure, plan, ...baseline }: NewBaseline): boolean {
    const write = this.db.transaction(() => {
      if (this.statements.busy.get() === 1 || this.statements.pending.get() === 1) return false;
      const json = (value: object | null | undefined) => (value == null ? null : JSON.stringify(value));
      const outcome = failure === null ? 'pending' : 'failed';
      this.statements.insert.run({ ...baseline, outcome, plan: json(plan), failure: json(failure) });
      return true;
    });
    return write.immediate();
  }

  claim(owner: string, nowMs: number, leaseUntilMs: number): ClaimedBaseline | undefined {
    const take = this.db.transaction(() => {
      const row = this.statements.take.get({ owner, now: nowMs, until: leaseUntilMs }) as BaselineRecord | undefined;
      if (row === undefined) return undefined;
      return { ...toBaseline(row), makesWay: this.statements.alarmOf.get({ group: row.group_name }) === 1 };
    });
    return take.immediate();
  }

  renew(id: CaptureId, owner: string, leaseUntilMs: number): boolean {
    return this.statements.renew.run({ id, owner, until: leaseUntilMs }).changes === 1;
  }

  postpone(id: CaptureId, owner: string, attempts: number, nextMs: number): boolean {
    return this.statements.postpone.run({ id, owner, attempts, next: nextMs }).changes === 1;
  }

  nextDueMs(nowMs: number): number | undefined {
    return (this.statements.nextDue.get({ now: nowMs }) as number | null) ?? undefined;
  }

  get(id: CaptureId): Baseline | undefined {
    const row = this.statements.get.get({ id }) as BaselineRecord | undefined;
    return row && toBaseline(row);
  }

  note(id: CaptureId, { startAtMs, commandId }: { readonly startAtMs?: number; readonly commandId?: string }): void {
    this.statements.note.run({ id, startAt: startAtMs ?? null, commandId: commandId ?? null });
  }

  put(id: CaptureId, content: Uint8Array): void {
    const hash = this.artifacts.put(content);
    const refer = this.db.transaction(() => {
      this.statements.refer.run({ id, hash, bytes: content.length });
      // Somebody who deletes files may have had the lock before us, when no row referred to this one yet.
      if (!this.artifacts.has(hash)) this.artifacts.put(content);
    });
    refer.immediate();
  }

  file(id: CaptureId): StoredFile | undefined {
    const { hash } = (this.statements.get.get({ id }) as BaselineRecord | undefined) ?? { hash: null };
    return hash === null ? undefined : { content: this.artifacts.get(hash), contentType: 'application/gzip', hash };
  }

  end(id: CaptureId, outcome: 'collected' | 'failed', failure: Failure | null): void {
    this.statements.end.run({ id, outcome, failure: failure && JSON.stringify(failure) });
  }

  list(group: string, limit: number): readonly Baseline[] {
    return (this.statements.list.all({ group, limit }) as BaselineRecord[]).map(toBaseline);
  }

  releaseLeases(ownerPrefix: string): number {
    return this.statements.releaseLeases.run({ prefix: ownerPrefix }).changes;
  }

  shiftTimes(byMs: number): void {
    this.statements.shift.run({ by: byMs });
  }

  /** What is too old or too many, within the transaction of the caller; gives the hashes of the files. */
  prune(beforeMs: number | null): readonly string[] {
    const hashes = this.statements.prune.all({ before: beforeMs ?? 0, kept: KEPT }) as (string | null)[];
    return hashes.filter((hash) => hash !== null);
  }
}

const SAME_PLACE = 'group_name = recent.group_name AND account_id IS recent.account_id AND region IS recent.region';
const CAPTURING = `${UNFINISHED} AND state IN ('accepted', 'targeted', 'dispatched')`;
const IS_DUE = `outcome = 'pending' AND next_attempt_at_ms <= :now
                AND (lease_owner IS NULL OR lease_until_ms <= :now)`;

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    groups: sql(`
      WITH recent AS (
        SELECT group_name, account_id, region, MAX(opened_at_ms) AS newest, seq
          FROM incident INDEXED BY incident_captured
         WHERE ${CAPTURED} AND opened_at_ms > :since AND group_name IS NOT NULL AND ${IN_EARNEST}
         GROUP BY group_name, account_id, region ORDER BY newest DESC LIMIT :limit)
      SELECT group_name AS "group", account_id AS accountId, region,
             (SELECT alarm_json FROM incident WHERE incident.seq = recent.seq) AS alarm_json,
             (SELECT MAX(opened_at_ms) FROM incident WHERE ${OPEN} AND ${SAME_PLACE}) AS openSinceMs,
             MAX(newest, COALESCE((SELECT MAX(closed_at_ms) FROM incident INDEXED BY incident_captured_group
                                    WHERE ${CAPTURED} AND opened_at_ms > :since AND ${SAME_PLACE}), 0)) AS lastMovedMs,
             (SELECT MAX(begun_at_ms) FROM baseline WHERE ${SAME_PLACE}) AS lastTryMs
        FROM recent ORDER BY newest DESC`),
    busy: sql(`SELECT EXISTS (SELECT 1 FROM incident WHERE ${CAPTURING})`).pluck(),
    alarmOf: sql(`SELECT EXISTS (SELECT 1 FROM incident WHERE ${CAPTURING}
                                    AND (group_name IS NULL OR group_name = :group))`).pluck(),
    pending: sql(`SELECT EXISTS (SELECT 1 FROM baseline WHERE outcome = 'pending')`).pluck(),
    lastTry: sql('SELECT MAX(begun_at_ms) FROM baseline').pluck(),
    insert: sql(`INSERT INTO baseline (id, group_name, account_id, region, instance_id, launched_by, cpu_percent,
                                       seconds, hz, plan_json, begun_at_ms, outcome, failure_json, next_attempt_at_ms)
                 VALUES (:id, :group, :accountId, :region, :instanceId, :launchedBy, :cpuPercent, :seconds, :hz, :plan,
                         :begunAtMs, :outcome, :failure, :begunAtMs)`),
    take: sql(`UPDATE baseline SET lease_owner = :owner, lease_until_ms = :until
                WHERE id = (SELECT id FROM baseline WHERE ${IS_DUE} ORDER BY next_attempt_at_ms LIMIT 1) RETURNING *`),
    renew: sql('UPDATE baseline SET lease_until_ms = :until WHERE id = :id AND lease_owner = :owner'),
    postpone: sql(`UPDATE baseline SET lease_owner = NULL, lease_until_ms = NULL, attempts = :attempts,
                          next_attempt_at_ms = :next
                    WHERE id = :id AND lease_owner = :owner AND outcome = 'pending'`),
    nextDue: sql(`SELECT MIN(MAX(next_attempt_at_ms, COALESCE(lease_until_ms, 0))) FROM baseline
                   WHERE outcome = 'pending' AND MAX(next_attempt_at_ms, COALESCE(lease_until_ms, 0)) > :now`).pluck(),
    get: sql('SELECT * FROM baseline WHERE id = :id'),
    note: sql(`UPDATE baseline SET start_at_ms = COALESCE(:startAt, start_at_ms),
                      command_id = COALESCE(:commandId, command_id) WHERE id = :id`),
    refer: sql('UPDATE baseline SET hash = :hash, bytes = :bytes WHERE id = :id'),
    end: sql(`UPDATE baseline SET outcome = :outcome, failure_json = :failure, lease_owner = NULL, lease_until_ms = NULL
               WHERE id = :id AND outcome = 'pending'`),
    list: sql('SELECT * FROM baseline WHERE group_name = :group ORDER BY begun_at_ms DESC LIMIT :limit'),
    releaseLeases: sql(`UPDATE baseline SET lease_owner = NULL, lease_until_ms = NULL
                         WHERE outcome = 'pending' AND substr(lease_owner, 1, length(:prefix)) = :prefix`),
    shift: sql(`UPDATE baseline
                   SET next_attempt_at_ms = next_attempt_at_ms + :by, lease_until_ms = lease_until_ms + :by,
                       start_at_ms = CASE WHEN command_id IS NULL THEN start_at_ms ELSE start_at_ms + :by END
                 WHERE outcome = 'pending'`),
    prune: sql(`DELETE FROM baseline WHERE id IN (
                  SELECT id FROM (SELECT id, outcome, begun_at_ms, ROW_NUMBER() OVER (
                                    PARTITION BY group_name, account_id, region, outcome
                                        ORDER BY begun_at_ms DESC) AS place FROM baseline)
                   WHERE outcome <> 'pending' AND (place > :kept OR begun_at_ms < :before))
                RETURNING hash`).pluck(),
  };
}
