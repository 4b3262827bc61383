import type { IncidentId } from '../../shared/ids.ts';
import { ascii } from '../../shared/text/untrusted.ts';
import type { MailParts } from '../files/mail-parts.ts';
import type { MailPort, SubscriptionsPort } from '../ports.ts';
import type { Step } from '../runner.ts';
import type { IncidentStore } from '../store-port.ts';

export interface NotifyDeps {
  readonly store: IncidentStore;
  readonly mailParts: (id: IncidentId, signal?: AbortSignal) => Promise<MailParts>;
  readonly mail: MailPort;
  readonly subscriptions: SubscriptionsPort;
  readonly to: readonly string[];
  readonly reportTopicArn: string | null;
}

/**
 * reported → notified. The mail carries the same Message-ID at each try. A kill between the server's acceptance and our
 * note of it is the one moment at which a mail can come twice; SMTP and SES offer nothing to ask.
 */
export function notifyStep(deps: NotifyDeps): Step {
  return async (incident, signal) => {
    const told: string[] = [];
    if (deps.to.length > 0) {
      if (!(await deps.store.file(incident.id, 'mail.eml'))) await sendMail(deps, incident.id, signal);
      told.push(`mailed to ${deps.to.join(', ')}`);
    }
    if (deps.reportTopicArn !== null) {
      const mail = await deps.mailParts(incident.id, signal);
      // SNS takes at most 100 printable ASCII characters of subject and 256 KiB of text.
      const subject = ascii(mail.subject).slice(0, 99);
      await deps.subscriptions.publish(deps.reportTopicArn, subject, mail.text.slice(0, 100_000));
      told.push(`announced to ${deps.reportTopicArn}`);
    }
    const detail =
      told.length > 0 ? told.join('; ') : 'nobody is configured to be notified (MAIL_TO, REPORT_TOPIC_ARN)';
    return { kind: 'advance', to: 'notified', detail };
  };
}

async function sendMail(deps: NotifyDeps, id: IncidentId, signal: AbortSignal): Promise<void> {
  const mail = await deps.mailParts(id, signal);
  const { raw } = await deps.mail.send({
    to: deps.to,
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    messageId: `${id}@smokejumper.invalid`,
    attachments: mail.attachments,
  });
  await deps.store.putFile(id, 'mail.eml', 'message/rfc822', raw);
}
