import type { IncidentId } from '../../shared/ids.ts';
import { ascii } from '../../shared/text/untrusted.ts';
import type { MailParts } from '../files/mail-parts.ts';
import { type AllClearDeps, rawAllClear } from '../files/raw-all-clear.ts';
import { mailedTo, type RawMail } from '../files/raw-mail.ts';
import type { MailPort, SubscriptionsPort } from '../ports.ts';
import type { Deliver } from '../step.ts';

export interface DeliverDeps extends AllClearDeps {
  readonly mail: MailPort;
  readonly subscriptions: SubscriptionsPort;
  readonly mailParts: (id: IncidentId, signal: AbortSignal) => Promise<MailParts>;
  readonly rawMail: RawMail;
}

/** SNS takes at most 100 printable ASCII characters of subject and 256 KiB of text. */
const MAX_SUBJECT = 99;
const MAX_TEXT = 100_000;

/** One report, or one all-clear, to one recipient. */
export function deliverNews({ store, mail, subscriptions, ...deps }: DeliverDeps): Deliver {
  return async ({ id, owner, incidentId, kind, channel, recipient }, signal) => {
    const allClear = kind === 'all-clear' ? await rawAllClear({ store, mail, ...deps }, incidentId) : null;
    if (channel === 'sns') {
      const { subject, text } = allClear?.words ?? (await deps.mailParts(incidentId, signal));
      return subscriptions.publish(recipient, ascii(subject).slice(0, MAX_SUBJECT), text.slice(0, MAX_TEXT), signal);
    }
    const raw =
      (await allClear?.compose()) ??
      (await deps.rawMail(incidentId, mailedTo(await store.deliveries(incidentId)), signal)).content;
    await mail.send({ raw, to: [recipient], receipt: { id, owner } }, signal);
  };
}
