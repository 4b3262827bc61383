import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { checkInstance } from '../../aws/check-instance.ts';
import { createClients } from '../../aws/clients.ts';
import { openStore, rulesOf } from '../../compose.ts';
import { type Config, readConfig } from '../../config.ts';
import { type Around, aroundOf, reporting, runnerDeps } from '../../engine.ts';
import { drillAlarm } from '../../incidents/drill/drill-alarm.ts';
import { createRunner } from '../../incidents/lanes/runner.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import type { Place } from '../../rules/place.ts';
import { systemClock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId, InstanceId } from '../../shared/ids.ts';
import { randomId } from '../../shared/random-id.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { instanceArgument } from '../capture/remote-capture.ts';
import { interruptible } from '../interruptible.ts';
import { parseCommand, usageError, wholeOption } from '../usage.ts';
import { nameOf } from '../user-name.ts';
import { follow } from './follow.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

interface Asked {
  readonly instanceId: InstanceId;
  /** Null: the account and region of the service. */
  readonly target: Place | null;
  readonly seconds: number;
  readonly mailTo: readonly string[];
  readonly by: string;
}

/**
 * `smokejumper drill INSTANCE_ID`: all that an alarm on this instance would lead to, marked as a drill. Exit code 0:
 * both were recorded, and the mail was accepted.
 */
export async function runDrill(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('drill', args);
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw usageError('drill takes one INSTANCE_ID.');
  const instanceId = instanceArgument(id);
  checkTo(values.to, values['no-mail'] === true);
  const config = readConfig(process.env, { topics: 'optional' });
  const asked = {
    instanceId,
    target: values.target === undefined ? null : targetArgument(values.target),
    seconds: wholeOption('--seconds', values.seconds, config.CAPTURE_SECONDS, 1, 600),
    mailTo: values['no-mail'] ? [] : recipients(config, values.to),
    by: nameOf(values.as),
  };
  return interruptible(async (stop) => {
    const outcome = await drill(config, asked, stop);
    if (values.json) process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
    else process.stdout.write(`${outcome.url}\n`);
    say(outcome.headline);
    for (const fault of outcome.faults) say(`fault      ${fault}`);
    say(outcome.faults.length === 0 ? lastWords(outcome) : 'The chain does not work yet.');
    return outcome.faults.length === 0 ? 0 : 1;
  });
}

function checkTo(to: string | undefined, isUnmailed: boolean): void {
  if (to === undefined) return;
  if (isUnmailed) throw usageError('drill takes --to or --no-mail, not both.');
  if (!/^[^\s@]+@[^\s@]+$/.test(to)) throw usageError(`--to must be an address with an @, not ${JSON.stringify(to)}.`);
}

function targetArgument(text: string): Place {
  const [, accountId, region] = /^(\d{12})\/([a-z0-9-]+)$/.exec(text) ?? [];
  if (accountId !== undefined && region !== undefined) return { accountId, region };
  throw usageError(`--target must be ACCOUNT/REGION, such as 111122223333/eu-west-1, not ${JSON.stringify(text)}.`);
}

function recipients({ MAIL_TO }: Config, to: string | undefined): readonly string[] {
  const mailTo = to === undefined ? MAIL_TO : [to];
  if (mailTo.length > 0) return mailTo;
  throw new AppError('NO_RECIPIENT', 'There is nobody to mail the report of the drill to.', {
    hint: 'Set MAIL_TO, or say --to ADDRESS or --no-mail.',
  });
}

async function drill(config: Config, asked: Asked, stop: AbortSignal): Promise<Outcome> {
  const { instanceId, target, ...wishes } = asked;
  const limits = await rulesOf(config);
  const aws = createClients(config.AWS_REGION);
  const around = aroundOf(config, aws, () => limits.book);
  const place = { accountId: target?.accountId ?? null, region: target?.region ?? config.AWS_REGION };
  await checkInstance(around.places.clientsAt(place), { id: instanceId, region: place.region }, stop);
  const { db, store } = openStore(config);
  try {
    const incidentId = randomId('inc') as IncidentId;
    const nowMs = systemClock.now();
    const alarm = drillAlarm(instanceId, { ...wishes, ...place, nowMs });
    await store.openDrill(incidentId, alarm, `${asked.by} started a drill on ${instanceId}`, nowMs);
    const url = publicUrl(config);
    say(`page       ${url}/incidents/${incidentId}`);
    const lead = config.CAPTURE_LEAD_SECONDS;
    const runner = drillRunner(config, around, store, incidentId);
    await follow({ runner, store, id: incidentId }, lead + asked.seconds, stop);
    return await outcomeOf(store, incidentId, `${url}/incidents/${incidentId}`);
  } finally {
    db.close();
  }
}

function publicUrl({ PUBLIC_URL, PORT }: Config): string {
  return PUBLIC_URL ?? `http://127.0.0.1:${PORT}`;
}

/** It works on this drill alone: an alarm that comes meanwhile is the service's. */
function drillRunner(config: Config, around: Around, store: IncidentStore, only: IncidentId) {
  const log = pino({ level: 'warn', redact: ['*.body', '*.Token', '*.SMTP_URL'] }, pino.destination(2));
  const parts = reporting(config, around.aws, store, log, () => publicUrl(config));
  return createRunner({ ...runnerDeps(config, around, store, log, parts), owner: `drill-${randomUUID()}`, only });
}

function lastWords({ mailedTo }: Outcome): string {
  const mailed = mailedTo.length === 0 ? 'nobody was told' : `mailed to ${mailedTo.join(', ')}`;
  return `Everything works; ${mailed}.`;
}

function say(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}
