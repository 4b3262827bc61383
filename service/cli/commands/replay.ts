import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { createClients } from '../../aws/clients.ts';
import { openStore, rulesOf } from '../../compose.ts';
import { type Config, readConfig } from '../../config.ts';
import { aroundOf, reporting, runnerDeps } from '../../engine.ts';
import { isFinal } from '../../incidents/incident.ts';
import { createRunner, type Runner } from '../../incidents/lanes/runner.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import type { Limits } from '../../rules/decide.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { randomId } from '../../shared/random-id.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { interruptible } from '../interruptible.ts';
import { type StoredAlarm, storedAlarms } from '../stored-alarms.ts';
import { parseCommand, usageError } from '../usage.ts';

/** Between two looks for work that is due. */
const LOOK_MS = 200;

/**
 * `smokejumper replay NOTIFICATION.json|-`: the stored alarm as if it came now, through to the mail. The
 * signature is not checked: the person who runs the command vouches for the file. Limits apply unless `--force`.
 */
export async function runReplay(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('replay', args);
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw usageError('replay takes one file with a notification.');
  const config = readConfig(process.env, { topics: 'optional' });
  const limits = await rulesOf(config);
  const alarms = await storedAlarms(path);
  const { db, store } = openStore(config);
  try {
    return await interruptible(async (stop) => {
      const told: object[] = [];
      for (const stored of alarms) {
        const { name } = stored.alarm;
        const { outcome, reason, incidentId } = await accept(limits, store, stored, values.force === true);
        if (incidentId !== null) await follow(createReplayRunner(config, limits, store), store, incidentId, stop);
        if (incidentId !== null && !values.json) process.stdout.write(`${incidentId}\n`);
        const state = incidentId === null ? null : ((await store.row(incidentId))?.state ?? null);
        told.push({ name, outcome, reason, incidentId, state });
      }
      if (values.json) process.stdout.write(`${JSON.stringify({ alarms: told }, null, 2)}\n`);
      return 0;
    });
  } finally {
    db.close();
  }
}

function createReplayRunner(config: Config, { book }: Limits, store: IncidentStore): Runner {
  const log: Logger = pino({ level: 'warn', redact: ['*.body', '*.Token', '*.SMTP_URL'] }, pino.destination(2));
  const aws = createClients(config.AWS_REGION);
  const around = aroundOf(config, aws, () => book);
  const url = config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}`;
  const parts = reporting(config, aws, store, log, () => url);
  return createRunner({
    ...runnerDeps(config, around, store, log, parts),
    owner: `replay-${randomUUID()}`,
  });
}

/** What became of the alarm, and the incident that was opened, if one was. */
async function accept(
  limits: Limits,
  store: IncidentStore,
  stored: StoredAlarm,
  force: boolean,
): Promise<{ readonly outcome: string; readonly reason: string; readonly incidentId: IncidentId | null }> {
  const now = Date.now();
  // The news is old; the question is what it leads to now.
  const alarm = { ...stored.alarm, changedAtMs: now };
  const accepted = await store.accept(
    {
      receivedAtMs: now,
      messageId: randomId('replay'),
      topicArn: stored.notification.topicArn,
      body: stored.notification.message,
      alarm,
      incidentId: randomId('inc') as IncidentId,
    },
    { limits, force },
  );
  say(`${accepted.outcome.padEnd(10)} ${accepted.reason}`);
  const { outcome, reason } = accepted;
  return { outcome, reason, incidentId: accepted.outcome === 'accepted' ? accepted.incidentId : null };
}

/**
 * Works until the incident has ended. A service that runs on the same data may take steps of it: leases keep them
 * apart.
 */
async function follow(runner: Runner, store: IncidentStore, id: IncidentId, signal: AbortSignal): Promise<void> {
  let told = 1;
  for (;;) {
    const worked = await runner.tick(signal);
    const events = await store.events(id);
    for (const { state, detail } of events.slice(told)) say(`${state.padEnd(10)} ${detail}`);
    told = events.length;
    const state = (await store.row(id))?.state;
    if (state !== undefined && isFinal(state)) break;
    if (signal.aborted) {
      throw new AppError('INTERRUPTED', `The replay was interrupted in state ${state}.`, {
        hint: 'Start the service to resume it.',
      });
    }
    if (!worked) await pause(LOOK_MS);
  }
}

function say(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}
