import type { Clock } from '../../shared/clock.ts';
import { isStale } from '../drill/stale.ts';
import type { RawMail } from '../files/raw-mail.ts';
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
  return async ({ id, alarm: { drill }, openedAtMs }, signal) => {
    const rows = (await deps.store.deliveries(id)).filter(({ kind }) => kind === 'report');
    if (rows.length > 0) return told(rows);
    if (drill !== undefined && isStale(openedAtMs, deps.clock.now()))
      return advance('nobody waits for this drill any more');
    const recipients = recipientsOf(drill === undefined ? deps : { to: drill.mailTo, reportTopicArn: null });
    if (recipients.length === 0) {
      return advance(drill ? 'nobody is told' : 'nobody is configured to be notified (MAIL_TO, REPORT_TOPIC_ARN)');
    }
    const to = recipients.filter(({ channel }) => channel === 'mail').map(({ recipient }) => recipient);
    if (to.length > 0) await deps.rawMail(id, to, signal);
    await deps.store.addDeliveries(id, recipients, deps.clock.now());
    return { kind: 'wait', ms: LOOK_MS, told: true };
  };
}

function recipientsOf({ to, reportTopicArn }: Pick<NotifyDeps, 'to' | 'reportTopicArn'>): Recipient[] {
  const mails = to.map((recipient) => ({ channel: 'mail' as const, recipient }));
  return reportTopicArn === null ? mails : [...mails, { channel: 'sns', recipient: reportTopicArn }];
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
