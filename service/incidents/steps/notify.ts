import type { IncidentId } from '../../shared/ids.ts';
import { ascii } from '../../shared/text/untrusted.ts';
import type { MailAttachment, MailPort, SubscriptionsPort } from '../ports.ts';
import type { Step } from '../runner.ts';
import type { IncidentStore } from '../store-port.ts';
import { picturesOf, type StoredMail } from './write-report.ts';

export interface NotifyDeps {
  readonly store: IncidentStore;
  readonly mail: MailPort;
  readonly subscriptions: SubscriptionsPort;
  readonly to: readonly string[];
  readonly reportTopicArn: string | null;
}

const FLAME_GRAPHS = ['hot.svg', 'healthy.svg', 'differential.svg'];

/**
 * reported → notified. The mail carries the same Message-ID at each try. A kill between the server's acceptance and our
 * note of it is the one moment at which a mail can come twice; SMTP and SES offer nothing to ask.
 */
export function notifyStep(deps: NotifyDeps): Step {
  return async (incident) => {
    const told: string[] = [];
    if (deps.to.length > 0) {
      if (!(await deps.store.file(incident.id, 'mail.eml'))) await sendMail(deps, incident.id);
      told.push(`mailed to ${deps.to.join(', ')}`);
    }
    if (deps.reportTopicArn !== null) {
      const mail = await storedMail(deps.store, incident.id);
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

async function sendMail(deps: NotifyDeps, id: IncidentId): Promise<void> {
  const mail = await storedMail(deps.store, id);
  const { raw } = await deps.mail.send({
    to: deps.to,
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    messageId: `${id}@smokejumper.invalid`,
    attachments: await attachments(deps.store, id),
  });
  await deps.store.putFile(id, 'mail.eml', 'message/rfc822', raw);
}

async function storedMail(store: IncidentStore, id: IncidentId): Promise<StoredMail> {
  const file = await store.file(id, 'mail.json');
  if (!file) throw new Error(`incident ${id} is reported but has no mail`);
  return JSON.parse(new TextDecoder().decode(file.content)) as StoredMail;
}

async function attachments(store: IncidentStore, id: IncidentId): Promise<MailAttachment[]> {
  const report = await store.report(id);
  const inline = (report === undefined ? [] : picturesOf(report)).map(async (name) => {
    const file = await store.file(id, `${name}.png`);
    return file
      ? [{ filename: `${name}.png`, contentType: 'image/png', content: file.content, cid: `${name}@smokejumper` }]
      : [];
  });
  const graphs = FLAME_GRAPHS.map(async (filename) => {
    const file = await store.file(id, filename);
    return file ? [{ filename, contentType: 'image/svg+xml', content: file.content }] : [];
  });
  return (await Promise.all<MailAttachment[]>([...inline, ...graphs])).flat();
}
