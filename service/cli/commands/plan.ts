import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Alarm } from '../../alarms/alarm.ts';
import { createClients } from '../../aws/clients.ts';
import { openStoreToLook, rulesOf } from '../../compose.ts';
import { type Config, readConfig } from '../../config.ts';
import { chooseDeps, placesOf } from '../../engine.ts';
import { type AlarmPlan, planAlarm } from '../../incidents/plan/plan-alarm.ts';
import type { Chosen } from '../../incidents/steps/choose-for.ts';
import { otherWords } from '../../incidents/steps/scope/other-fires.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import type { Decision } from '../../rules/decision.ts';
import { type NotificationFacts, scopeOf } from '../../rules/notification-facts.ts';
import { placeOf } from '../../rules/place.ts';
import type { InstanceId } from '../../shared/ids.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { storedAlarms } from '../stored-alarms.ts';
import { parseCommand, usageError } from '../usage.ts';

const NOTHING_YET: NotificationFacts = {
  open: [],
  newestChangeMs: null,
  mute: null,
  scopeAccepted: [],
  allAcceptedAtMs: [],
  capturing: 0,
  waiting: 0,
};

/** `smokejumper plan ALARM.json|-`: what the alarm would lead to if it came now. Asks AWS, changes nothing. */
export async function runPlan(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('plan', args);
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw usageError('plan takes one file with an alarm.');
  const config = readConfig(process.env, { topics: 'optional' });
  const plans: AlarmPlan[] = [];
  for (const { alarm } of await storedAlarms(path)) {
    const plan = await planOf(config, { ...alarm, changedAtMs: Date.now() });
    plans.push(plan);
    if (!values.json) for (const line of planLines(config, plan)) process.stdout.write(`${visible(line)}\n`);
  }
  if (values.json)
    process.stdout.write(`${JSON.stringify({ alarms: plans.map((plan) => planJson(config, plan)) }, null, 2)}\n`);
  return 0;
}

async function planOf(config: Config, alarm: Alarm): Promise<AlarmPlan> {
  const limits = await rulesOf(config);
  const places = placesOf(config, createClients(config.AWS_REGION), () => limits.book?.targets ?? []);
  return planAlarm(
    {
      limits: () => limits,
      facts: (asked, nowMs) => withStore(config, NOTHING_YET, (store) => store.facts(asked, nowMs)),
      burning: () => withStore<readonly InstanceId[]>(config, [], (store) => store.burning(null)),
      choose: chooseDeps(config, places.clientsAt(placeOf(alarm))),
    },
    alarm,
  );
}

function planLines(config: Config, { alarm, decision, choice }: AlarmPlan): string[] {
  const lines = [`alarm     ${alarm.name}: ${alarm.state}`, `decision  ${decision.outcome}: ${decision.reason}`];
  return choice === null
    ? lines
    : [...lines, ...choiceLines(choice), ...captureLines(wantedBy(config, decision), choice)];
}

function planJson(config: Config, { alarm, decision, choice }: AlarmPlan) {
  const { outcome, reason } = decision;
  const about = { name: alarm.name, state: alarm.state, decision: { outcome, reason } };
  if (choice === null) return about;
  const { hot, peers, group = null, hotReason, noPeerReason } = choice;
  const { told, ...capture } = wantedBy(config, decision);
  return {
    ...about,
    group,
    hot,
    peers,
    members: choice.verdicts.map((member) => ({
      instanceId: member.instanceId,
      role: member.role,
      reason: member.reason,
    })),
    also: choice.others.followed.map((other) => ({ name: other.name, scope: scopeOf(other) })),
    missing: [...(hot === null ? [hotReason] : []), ...(noPeerReason === null ? [] : [noPeerReason])],
    capture: hot === null ? null : capture,
    notifies: told,
  };
}

interface Wanted {
  readonly seconds: number;
  readonly hz: number;
  readonly document: string;
  readonly told: readonly string[];
}

/** By the rule that applies, else as configured. */
function wantedBy(config: Config, decision: Decision): Wanted {
  const settings = decision.outcome === 'accepted' ? (decision.plan?.settings ?? {}) : {};
  const { seconds = config.CAPTURE_SECONDS, hz = config.CAPTURE_HZ, mailTo = config.MAIL_TO } = settings;
  const { reportTopicArn = config.REPORT_TOPIC_ARN ?? null, recordOnly = false } = settings;
  const told = recordOnly ? [] : [...mailTo, ...(reportTopicArn === null ? [] : [reportTopicArn])];
  return { seconds, hz, document: config.SSM_DOCUMENT, told };
}

/**
 * What the notification log knows; without one, that of a service which has seen nothing yet. Planning must not make
 * a data folder.
 */
async function withStore<T>(config: Config, fallback: T, ask: (store: IncidentStore) => Promise<T>): Promise<T> {
  if (!existsSync(join(config.DATA_DIR, 'smokejumper.sqlite'))) return fallback;
  const { db, store } = openStoreToLook(config);
  try {
    return await ask(store);
  } finally {
    db.close();
  }
}

function choiceLines(choice: Chosen): string[] {
  const group = choice.group === undefined ? 'none' : choice.group;
  const members = choice.verdicts.map(
    ({ instanceId, role, reason }) => `${role.padEnd(10).slice(0, 10)}${instanceId}  ${reason}`,
  );
  const missing = [
    ...(choice.hot === null ? [`no hot    ${choice.hotReason}`] : []),
    ...(choice.noPeerReason === null ? [] : [`no peer   ${choice.noPeerReason}`]),
  ];
  const also = choice.others.followed.map((other) => `also      ${otherWords(other)}: decided on by itself`);
  return [`group     ${group}`, ...members, ...missing, ...also];
}

function captureLines({ seconds, hz, document, told }: Wanted, choice: Chosen): string[] {
  if (choice.hot === null) return [];
  return [
    `capture   ${seconds} s at ${hz} Hz, ${document} on ${[choice.hot, ...choice.peers].join(' and ')}`,
    `notifies  ${told.length > 0 ? told.join(', ') : 'nobody (MAIL_TO, REPORT_TOPIC_ARN)'}`,
  ];
}
