/** A store as the years leave it, written in bulk: rows of the sizes that real incidents have. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Finding } from '../../service/compare/differential.ts';
import type { ReportData } from '../../service/report/report-data.ts';
import type { Db } from '../../service/store/database.ts';
import { IncidentHistory } from '../../service/store/history/incident-history.ts';
import { reportWords } from '../../service/store/lists/report-words.ts';
import { openSqliteStore } from '../../service/store/open-store.ts';
import { cpuAlarm } from '../../test/support/accept-alarm.ts';
import { completeReport } from '../../test/support/sample-report.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
/** As much on the page of a group or a function in a small store as in a large one: what is read then is the same. */
const PER_GROUP = 200;
const PER_FUNCTION = 25;
/** 274 a day, whatever their number: what the rules look back at, a day, is the same in each store. */
const APART_MS = 315_000;
const NOTIFICATIONS_EACH = 10;
/** As many as a report of 9 kB has. */
const FINDINGS = 8;
/** Of a body as SNS sends it: envelope, alarm and signature. */
const BODY = 'x'.repeat(2_600);
const STEPS = ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported', 'notified'];
const FILES: readonly (readonly [name: string, bytes: number])[] = [
  ['cap-hot.capture.gz', 180_000],
  ['cap-peer.capture.gz', 120_000],
  ['hot.svg', 900_000],
  ['healthy.svg', 700_000],
  ['differential.svg', 1_100_000],
  ['report.html', 1_500_000],
  ['mail.eml', 2_000_000],
];
/** Rejected messages, about. */
const FORGED = 900;
/** In one transaction. */
const BATCH = 2_000;

/** What searches are for. The rare word is in three incidents. */
export const RARE = 'uncommonlyNamedFunction';
export const groupName = (at: number, incidents: number) => `team-${at % (incidents / PER_GROUP)}-asg`;
/** Of the finding that comes first in the incident. */
export const functionOf = (at: number, incidents: number) => finding(at, 0, incidents);
export const incidentId = (at: number) => `inc-${at.toString(36).padStart(6, '0')}`;

function finding(at: number, place: number, incidents: number): Finding {
  const model = completeReport.findings[place % completeReport.findings.length] as Finding;
  const number = (at * 31 + place * 977) % (incidents / PER_FUNCTION);
  const name = at % (incidents * 0.4) === 17 && place === 3 ? RARE : `handle${number.toString(36)}Request`;
  const file = `/srv/app/src/module-${number % 300}/service-${number}.js`;
  return { ...model, function: name, package: place % 2 === 0 ? `library-${number % 200}` : null, file };
}

function report(at: number, openedAtMs: number, incidents: number): ReportData {
  const findings = Array.from({ length: FINDINGS }, (_, place) => finding(at, place, incidents));
  const headline = `${findings[0]?.function} 0.02 → 1.41 cores`;
  const verdict = { ...completeReport.verdict, headline };
  return { ...completeReport, incidentId: incidentId(at), openedAtMs, findings, verdict };
}

function prepare(db: Db) {
  return {
    incident: db.prepare(
      `INSERT INTO incident (id, state, alarm_key, alarm_name, changed_at_ms, scope, account_id, group_name,
                             hot_instance, headline, verdict_class, opened_at_ms, closed_at_ms, next_attempt_at_ms,
                             alarm_json, members_json, words, report_json)
       VALUES (:id, :state, :key, :name, :at, 'group ' || :group, '123456789012', :group, :hot, :headline, :verdict,
               :at, :closed, :at, :alarm, :members, :words, :report)`,
    ),
    event: db.prepare(
      'INSERT INTO incident_event (incident_id, at_ms, state, detail) VALUES (:id, :at, :state, :detail)',
    ),
    capture: db.prepare(
      `INSERT INTO capture (id, incident_id, position, instance_id, role, seconds, hz, outcome)
       VALUES (:capture, :id, :position, :instance, :role, 30, 99, 'collected')`,
    ),
    artifact: db.prepare('INSERT INTO artifact VALUES (:id, :name, :type, :bytes, :hash)'),
    notification: db.prepare(
      `INSERT INTO notification (received_at_ms, message_id, topic_arn, outcome, reason, incident_id, alarm_key,
                                 changed_at_ms, body)
       VALUES (:at, :message, 'arn:aws:sns:us-east-1:123456789012:cpu', :outcome, :reason, :id, :key, :at, :body)`,
    ),
  };
}

/** Writes the rows of one incident after the other. */
class Filler {
  private readonly statements: ReturnType<typeof prepare>;
  private readonly history: IncidentHistory;
  private readonly incidents: number;
  private readonly nowMs: number;

  constructor(db: Db, incidents: number, nowMs: number) {
    this.statements = prepare(db);
    this.history = new IncidentHistory(db);
    this.incidents = incidents;
    this.nowMs = nowMs;
  }

  /** Three of ten are throttled; one of fifty is never over, nor is the newest. */
  write(at: number): void {
    const openedAtMs = this.nowMs - (this.incidents - at) * APART_MS;
    const id = incidentId(at);
    const name = `${groupName(at, this.incidents)} CPU high`;
    const key = `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`;
    const isNewest = at === this.incidents - 1;
    const isThrottled = at % 10 < 3 && !isNewest;
    const incident = {
      id,
      key,
      name,
      at: openedAtMs,
      group: groupName(at, this.incidents),
      closed: at % 50 === 7 || isNewest ? null : openedAtMs + 600_000,
      alarm: JSON.stringify(cpuAlarm(openedAtMs, { key, name })),
    };
    const nothing = { state: 'throttled', hot: null, headline: null, verdict: null, members: '[]' };
    if (isThrottled) this.statements.incident.run({ ...incident, ...nothing, words: '', report: null });
    else this.captured(incident);
    this.events(id, openedAtMs, isThrottled ? ['throttled'] : STEPS);
    this.notifications(at, id, key, openedAtMs, isThrottled ? 'throttled' : 'accepted');
  }

  private captured(incident: { readonly id: string; readonly at: number }): void {
    const { id, at } = incident;
    const number = Number.parseInt(id.slice(4), 36);
    const data = report(number, at, this.incidents);
    const hot = `i-${createHash('sha256').update(id).digest('hex').slice(0, 17)}`;
    const { lastInsertRowid } = this.statements.incident.run({
      ...incident,
      state: 'notified',
      hot,
      headline: data.verdict.headline,
      verdict: data.verdict.class,
      members: JSON.stringify(data.members),
      words: reportWords(data),
      report: JSON.stringify(data),
    });
    this.history.save(Number(lastInsertRowid), data);
    for (const [position, role] of ['hot', 'peer'].entries()) {
      this.statements.capture.run({ capture: `${id}-${role}`, id, position, role, instance: hot });
    }
    for (const [file, bytes] of FILES) {
      const hash = createHash('sha256')
        .update(id + file)
        .digest('hex');
      this.statements.artifact.run({ id, name: file, type: 'application/octet-stream', bytes, hash });
    }
  }

  private events(id: string, fromMs: number, states: readonly string[]): void {
    for (const [step, state] of states.entries()) {
      this.statements.event.run({
        id,
        at: fromMs + step * 9_000,
        state,
        detail: `${state}: so it was, in some words.`,
      });
    }
  }

  /** The last of each incident is not for us; of the newest incidents it is forged: that many are kept. */
  private notifications(number: number, id: string, key: string, fromMs: number, first: string): void {
    const last = number < this.incidents - FORGED ? 'ignored' : 'rejected';
    for (let message = 0; message < NOTIFICATIONS_EACH; message++) {
      const isLast = message === NOTIFICATIONS_EACH - 1;
      this.statements.notification.run({
        at: fromMs + message * 1_000,
        message: `${id}-${message}`,
        outcome: isLast ? last : message === 0 ? first : 'attached',
        reason: 'The group already has an open incident; the alarm is noted there.',
        id: isLast ? null : id,
        key: isLast ? null : key,
        body: BODY,
      });
    }
  }
}

/** Fills a new data folder; the newest incident is of now, and burning. */
export function fill(folder: string, incidents: number, nowMs: number): void {
  const { db } = openSqliteStore(folder, MIGRATIONS, 'writing');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  const filler = new Filler(db, incidents, nowMs);
  const batch = db.transaction((from: number) => {
    for (let at = from; at < Math.min(from + BATCH, incidents); at++) filler.write(at);
  });
  for (let from = 0; from < incidents; from += BATCH) batch.immediate(from);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
