import { AppError } from '../../shared/errors.ts';
import { ascii } from '../../shared/text/untrusted.ts';
import type { MailPort, SubscriptionsPort } from '../ports.ts';
import type { Deliver } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';
import { MAIL_FILE, storedMail } from './stored-mail.ts';

export interface DeliverDeps {
  readonly store: IncidentStore;
  readonly mail: MailPort;
  readonly subscriptions: SubscriptionsPort;
}

/** SNS takes at most 100 printable ASCII characters of subject and 256 KiB of text. */
const MAX_SUBJECT = 99;
const MAX_TEXT = 100_000;

/** One report to one recipient. */
export function deliverReport({ store, mail, subscriptions }: DeliverDeps): Deliver {
  return async ({ incidentId, channel, recipient }, signal) => {
    if (channel === 'sns') {
      const { subject, text } = await storedMail(store, incidentId);
      return subscriptions.publish(recipient, ascii(subject).slice(0, MAX_SUBJECT), text.slice(0, MAX_TEXT), signal);
    }
    const file = await store.file(incidentId, MAIL_FILE);
    if (!file) throw new AppError('MAIL_MISSING', `The mail of incident ${incidentId} is not in the artifact folder.`);
    await mail.send({ raw: file.content, to: [recipient] }, signal);
  };
}
