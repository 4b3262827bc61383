import { whyMuted } from '../../rules/mute.ts';
import { quietAt, quietWords } from '../../rules/quiet-hours.ts';
import type { Clock } from '../../shared/clock.ts';
import { quoted } from '../../shared/text/untrusted.ts';
import { isStale } from '../drill/stale.ts';
import type { RawMail } from '../files/raw-mail.ts';
import type { Incident } from '../incident.ts';
import { whySecondOver } from '../second/second-step.ts';
import type { Step, StepOutcome } from '../step.ts';
import type { IncidentStore, Recipient, SettledDelivery } from '../store-port.ts';

export interface NotifyDeps {
  readonly store: IncidentStore;
  readonly rawMail: RawMail;
  readonly clock: Clock;
  readonly to: readonly string[];
  readonly reportTopicArn: string | null;
}

/** The outbox wakes us when its last row is settled; this is for the case that it cannot. */
const LOOK_MS = 60_000;

/**
 * reported → notified: fills the outbox, then waits until each of its rows is settled. The mail is composed here, so
 * that it is in the cache when it is sent.
 */
export function notifyStep(deps: NotifyDeps): Step {
  return async (incident, signal) => {
    const { id, alarm, openedAtMs } = incident;
    const { drill, second } = alarm;
    const rows = (await deps.store.deliveries(id)).filter(({ kind }) => kind === 'report');
    if (rows.length > 0) return told(rows);
    if (drill !== undefined && isStale(openedAtMs, deps.clock.now()))
      return advance('nobody waits for this drill any more');
    const over = second === undefined ? null : await whySilent(deps, incident);
    const silent = over ?? (drill === undefined ? whyNobody(incident, deps.clock.now()) : null);
    if (silent !== null) return advance(`nobody is told: ${silent}`);
    const recipients =
      second !== undefined
        ? toldBefore(await deps.store.deliveries(second.of))
        : recipientsOf(drill === undefined ? toldBy(deps, incident) : { to: drill.mailTo, reportTopicArn: null });
    if (recipients.length === 0) {
      return advance(drill ? 'nobody is told' : 'nobody is configured to be notified (MAIL_TO, REPORT_TOPIC_ARN)');
    }
    const to = recipients.filter(({ channel }) => channel === 'mail').map(({ recipient }) => recipient);
    if (to.length > 0) await deps.rawMail(id, to, signal);
    await deps.store.addDeliveries(id, recipients, deps.clock.now());
    return { kind: 'wait', ms: LOOK_MS, told: true };
  };
}

/** Who is told: those of the rule, and where it names none, those of the configuration. */
function toldBy(deps: NotifyDeps, { plan }: Incident): Pick<NotifyDeps, 'to' | 'reportTopicArn'> {
  const { mailTo = deps.to, reportTopicArn = deps.reportTopicArn } = plan?.settings ?? {};
  return { to: mailTo, reportTopicArn };
}

/** Why the report is on the page only; null where somebody is told. */
function whyNobody({ plan }: Incident, nowMs: number): string | null {
  if (plan === undefined) return null;
  const { rule, settings } = plan;
  const who = rule === null ? 'the rules file' : `the rule ${quoted(rule)}`;
  if (settings.recordOnly === true) return `${who} says to record only`;
  const quiet = quietAt(settings.quietHours ?? [], nowMs);
  return quiet === undefined ? null : `${who} has quiet hours, ${quietWords(quiet)}`;
}

function recipientsOf({ to, reportTopicArn }: Pick<NotifyDeps, 'to' | 'reportTopicArn'>): Recipient[] {
  const mails = to.map((recipient) => ({ channel: 'mail' as const, recipient }));
  return reportTopicArn === null ? mails : [...mails, { channel: 'sns', recipient: reportTopicArn }];
}

/** Whoever got the report gets the second one. */
function toldBefore(rows: readonly SettledDelivery[]): Recipient[] {
  return rows
    .filter(({ kind, state }) => kind === 'report' && state === 'sent')
    .map(({ channel, recipient }) => ({ channel, recipient }));
}

/** Why nobody wants to know any more: the alarm is OK, or the group was muted. */
async function whySilent({ store, clock }: NotifyDeps, incident: Incident): Promise<string | null> {
  const now = clock.now();
  const mute = (await store.mutes(now)).find(({ group }) => group === incident.group) ?? null;
  return (await whySecondOver(store, incident)) ?? whyMuted(mute, now);
}

function told(rows: readonly SettledDelivery[]): StepOutcome {
  if (rows.some(({ state }) => state === 'pending')) return { kind: 'wait', ms: LOOK_MS };
  const sent = (channel: Recipient['channel']) =>
    rows.filter((row) => row.channel === channel && row.state === 'sent').map(({ recipient }) => recipient);
  const [mails, topics] = [sent('mail'), sent('sns')];
  const failed = rows.filter(({ state }) => state === 'failed');
  return advance(
    [
      ...(mails.length > 0 ? [`mailed to ${mails.join(', ')}`] : []),
      ...(topics.length > 0 ? [`announced to ${topics.join(', ')}`] : []),
      ...failed.map(({ recipient, note }) => `gave up on ${recipient}: ${note ?? 'no reason is known'}`),
    ].join('; '),
  );
}

function advance(detail: string): StepOutcome {
  return { kind: 'advance', to: 'notified', detail };
}
