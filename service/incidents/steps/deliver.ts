import type { IncidentId } from '../../shared/ids.ts';
import { ascii } from '../../shared/text/untrusted.ts';
import type { MailParts } from '../files/mail-parts.ts';
import { mailedTo, type RawMail } from '../files/raw-mail.ts';
import type { MailPort, SubscriptionsPort } from '../ports.ts';
import type { Deliver } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';

export interface DeliverDeps {
  readonly store: IncidentStore;
  readonly mail: Pick<MailPort, 'send'>;
  readonly subscriptions: SubscriptionsPort;
  readonly mailParts: (id: IncidentId, signal: AbortSignal) => Promise<MailParts>;
  readonly rawMail: RawMail;
}

/** SNS takes at most 100 printable ASCII characters of subject and 256 KiB of text. */
const MAX_SUBJECT = 99;
const MAX_TEXT = 100_000;

/** One report to one recipient. */
export function deliverReport({ store, mail, subscriptions, ...deps }: DeliverDeps): Deliver {
  return async ({ id, owner, incidentId, channel, recipient }, signal) => {
    if (channel === 'sns') {
      const { subject, text } = await deps.mailParts(incidentId, signal);
      return subscriptions.publish(recipient, ascii(subject).slice(0, MAX_SUBJECT), text.slice(0, MAX_TEXT), signal);
    }
    const { content } = await deps.rawMail(incidentId, mailedTo(await store.deliveries(incidentId)), signal);
    await mail.send({ raw: content, to: [recipient], receipt: { id, owner } }, signal);
  };
}
