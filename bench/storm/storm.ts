/** Many alarms at once, and what became of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Recording } from '../../sandbox/fleet/answering/answering-fleet.ts';
import { readLedger, unsettled, waits } from '../chaos/ledger.ts';
import type { World } from '../chaos/world.ts';

export interface StormResult {
  readonly received: number;
  readonly accepted: number;
  readonly attached: number;
  readonly throttled: number;
  readonly lapsed: number;
  readonly reports: number;
  /** Those in which no instance is missing. */
  readonly whole: number;
  /** Incidents that were recorded at the same time. */
  readonly mostAtOnce: number;
  readonly mails: number;
  readonly distinctMails: number;
  /** From the alarm to the mail, in order. */
  readonly waitsMs: readonly number[];
}

const LOOK_MS = 250;

/** Publishes `messages` evenly over `overMs`, and waits until all that came of them has ended. */
export async function storm(
  world: World,
  messages: readonly { readonly group: string; readonly alarm?: string }[],
  { overMs, limitMs }: { readonly overMs: number; readonly limitMs: number },
): Promise<StormResult> {
  const until = performance.now() + limitMs;
  const pauseMs = overMs / messages.length;
  const startedAt = performance.now();
  const publishing: Promise<unknown>[] = [];
  for (const [at, { group, alarm }] of messages.entries()) {
    publishing.push(world.publisher.publish(group, 'ALARM', alarm));
    await sleep(Math.max(0, startedAt + (at + 1) * pauseMs - performance.now()));
  }
  await Promise.all(publishing);
  while (unsettled(world.dataDir) > 0) {
    if (performance.now() > until) throw new Error(`After ${limitMs / 1000} s, not all incidents have ended.`);
    await sleep(LOOK_MS);
  }
  return resultOf(world);
}

function resultOf({ dataDir, mail, fleet, publisher }: World): StormResult {
  const { notifications, incidents, captures } = readLedger(dataDir);
  const outcome = (name: string) => notifications.filter((row) => row.outcome === name).length;
  const notified = incidents.filter(({ state }) => state === 'notified');
  const halves = new Set(captures.filter((row) => row.outcome !== 'collected').map(({ incidentId }) => incidentId));
  return {
    received: publisher.published.filter(({ status }) => status === 200).length,
    accepted: outcome('accepted'),
    attached: outcome('attached'),
    throttled: outcome('throttled'),
    lapsed: incidents.filter(({ state }) => state === 'lapsed').length,
    reports: notified.filter(({ hasReport }) => hasReport === 1).length,
    whole: notified.filter(({ id, failed }) => failed === 0 && !halves.has(id)).length,
    mostAtOnce: mostAtOnce(fleet.recordings),
    mails: mail.taken.length,
    distinctMails: new Set(mail.taken.map(({ messageId }) => messageId)).size,
    waitsMs: waits(dataDir),
  };
}

/** By the log of the instances themselves: from the order to the end of the recording. */
function mostAtOnce(recordings: readonly Recording[]): number {
  const changes = recordings.flatMap(({ beganAtMs, endedAtMs, groupName }) => [
    { atMs: beganAtMs, by: 1, groupName },
    { atMs: endedAtMs, by: -1, groupName },
  ]);
  const running = new Map<string, number>();
  let most = 0;
  // Who ends in the same millisecond makes room first.
  for (const { groupName, by } of changes.sort((a, b) => a.atMs - b.atMs || a.by - b.by)) {
    const left = (running.get(groupName) ?? 0) + by;
    if (left > 0) running.set(groupName, left);
    else running.delete(groupName);
    most = Math.max(most, running.size);
  }
  return most;
}
