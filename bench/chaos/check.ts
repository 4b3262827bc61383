/** After a chaos run: what was promised, and whether it was kept. */
import { spawnSync } from 'node:child_process';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type Ledger, readLedger } from './ledger.ts';
import type { World } from './world.ts';

export interface Verdict {
  /** What is wrong, in words; empty when all is well. */
  readonly wrong: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Of all mails. */
const MAX_DOUBLED = 0.01;
/** Of all results: one that a fault or a kill left on an instance expires there. */
const MAX_LEFT = 0.1;
/** Older than what the sweep spares. */
const LONG_AGO_MS = 2 * 3_600_000;
const ROOT = join(import.meta.dirname, '../..');

/** The service must have ended. */
export function check(world: World): Verdict {
  const ledger = readLedger(world.dataDir);
  const wrong: string[] = [];
  const alarms = checkAlarms(world, ledger, wrong);
  const mails = checkMails(world, ledger, wrong);
  const captures = checkCaptures(world, ledger, wrong);
  const files = checkFiles(world, ledger, wrong);
  if (ledger.integrity !== 'ok') wrong.push(`the database is damaged: ${ledger.integrity}`);
  if (ledger.brokenReferences > 0) wrong.push(`${ledger.brokenReferences} rows refer to rows that are not there`);
  return { wrong, figures: { ...alarms, ...mails, ...captures, ...files } };
}

/** The first few, and how many there are. */
function some(what: string, found: readonly string[]): string[] {
  return found.length === 0 ? [] : [`${found.length} × ${what}: ${found.slice(0, 5).join('; ')}`];
}

function checkAlarms({ publisher }: World, ledger: Ledger, wrong: string[]): Record<string, number> {
  const { incidents, notifications } = ledger;
  const known = new Set(notifications.map(({ messageId }) => messageId));
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  const untaken = publisher.published.filter(({ status }) => status !== 200);
  const accepted = notifications.filter(({ outcome }) => outcome === 'accepted');
  const openers = new Set(accepted.map(({ incidentId }) => incidentId));
  const orphans = notifications.filter(
    ({ outcome, incidentId }) => ['accepted', 'attached', 'closed'].includes(outcome) && !byId.has(incidentId ?? ''),
  );
  const state = (name: string) => incidents.filter((incident) => incident.state === name);
  wrong.push(
    ...some(
      'a message was never taken',
      untaken.map(({ messageId, status }) => `${messageId} (last answer: ${status})`),
    ),
    ...some(
      'a message was taken and is not in the ledger',
      publisher.published.filter(({ messageId }) => !known.has(messageId)).map(({ messageId }) => messageId),
    ),
    ...some(
      'an alarm belongs to an incident that is not there',
      orphans.map(({ messageId }) => messageId),
    ),
    ...(openers.size === accepted.length ? [] : [`${accepted.length} alarms opened ${openers.size} incidents`]),
    ...some(
      'an incident has not ended',
      incidents.filter((row) => !['notified', 'lapsed', 'throttled'].includes(row.state)).map(({ id }) => id),
    ),
    ...some(
      'an incident was notified without a report',
      state('notified')
        .filter(({ hasReport, failed }) => !hasReport && !failed)
        .map(({ id }) => id),
    ),
    ...some(
      'an incident lapsed without a reason',
      state('lapsed')
        .filter(({ lastDetail }) => (lastDetail ?? '') === '')
        .map(({ id }) => id),
    ),
    ...some('a state was entered twice', ledger.repeated),
  );
  return {
    published: publisher.published.length,
    'sent again by SNS': publisher.published.reduce((sum, { tries }) => sum + tries - 1, 0),
    accepted: accepted.length,
    notified: state('notified').length,
    'reports of a failure': state('notified').filter(({ failed }) => failed).length,
    lapsed: state('lapsed').length,
    throttled: state('throttled').length,
  };
}

function checkMails({ mail, environment }: World, ledger: Ledger, wrong: string[]): Record<string, number> {
  const taken = new Map<string, number>();
  for (const { messageId, recipient } of mail.taken) {
    const key = `${messageId.split('@')[0]} to ${recipient}`;
    taken.set(key, (taken.get(key) ?? 0) + 1);
  }
  const recipients = (environment.MAIL_TO ?? '').split(',');
  const notified = ledger.incidents.filter(({ state }) => state === 'notified');
  const owed = notified.flatMap(({ id }) => recipients.map((recipient) => `${id} to ${recipient}`));
  const doubled = [...taken.values()].filter((times) => times > 1).length;
  wrong.push(
    ...some(
      'a mail was never sent',
      owed.filter((key) => !taken.has(key)),
    ),
    ...some(
      'a mail was given up',
      ledger.deliveries.filter(({ state }) => state !== 'sent').map(({ incidentId }) => incidentId),
    ),
  );
  if (doubled > MAX_DOUBLED * taken.size) wrong.push(`${doubled} of ${taken.size} mails came more than once`);
  return { mails: taken.size, 'doubled mails': doubled };
}

function checkCaptures({ fleet }: World, ledger: Ledger, wrong: string[]): Record<string, number> {
  const runs = new Map<string, number>();
  for (const { captureId, instanceId } of fleet.recordings) {
    const key = `${captureId} on ${instanceId}`;
    runs.set(key, (runs.get(key) ?? 0) + 1);
  }
  const left = fleet.kept();
  wrong.push(
    ...some(
      'an instance was profiled twice for one capture',
      [...runs].filter(([, times]) => times > 1).map(([key]) => key),
    ),
  );
  if (left.length > MAX_LEFT * runs.size) wrong.push(`${left.length} of ${runs.size} results lie on instances`);
  return {
    recordings: fleet.recordings.length,
    'captures that failed': ledger.captures.filter(({ outcome }) => outcome === 'failed').length,
    'results left to expire': left.length,
  };
}

/** No file is missing; what nothing refers to, a kill in the middle of a write, goes with the next sweep. */
function checkFiles({ dataDir, environment }: World, { hashes }: Ledger, wrong: string[]): Record<string, number> {
  const wanted = new Set(hashes);
  const before = artifacts(dataDir);
  wrong.push(
    ...some(
      'a file is missing',
      hashes.filter((hash) => !before.has(hash)),
    ),
  );
  const leftover = [...before].filter(([name]) => !wanted.has(name));
  const longAgo = new Date(Date.now() - LONG_AGO_MS);
  for (const path of before.values()) utimesSync(path, longAgo, longAgo);
  const pruned = spawnSync(process.execPath, [join(ROOT, 'service/cli/main.ts'), 'prune'], {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  });
  if (pruned.status !== 0) wrong.push(`prune failed: ${pruned.stderr}`);
  const after = artifacts(dataDir);
  wrong.push(
    ...some(
      'a file is left that nothing refers to',
      [...after.keys()].filter((name) => !wanted.has(name)),
    ),
    ...some(
      'the sweep took a file that is needed',
      hashes.filter((hash) => before.has(hash) && !after.has(hash)),
    ),
  );
  return { files: hashes.length, 'left for the sweep': leftover.length };
}

/** Paths by name. */
function artifacts(dataDir: string): Map<string, string> {
  const folder = join(dataDir, 'artifacts');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries.filter((entry) => entry.isFile()).map((entry) => [entry.name, join(entry.parentPath, entry.name)]),
  );
}
