import { hostname } from 'node:os';
import type { AwsClients } from '../../aws/clients.ts';
import { sesSender } from '../../aws/ses-sender.ts';
import type { Config } from '../../config.ts';
import { createMailer } from '../../mail/mailer.ts';
import { AppError } from '../../shared/errors.ts';
import { randomId } from '../../shared/random-id.ts';
import { formatUtc } from '../../shared/text/time.ts';
import { type Check, ok } from './run-checks.ts';

/** Goes out by the way of the reports: only that shows whether the server takes the sender and the recipients. */
export function testMail(config: Config, aws: AwsClients, address: string | undefined): Check {
  return {
    name: 'test mail',
    async run() {
      const to = address === undefined ? config.MAIL_TO : [address];
      if (to.length === 0) {
        throw new AppError('NO_RECIPIENT', 'There is nobody to send a test mail to.', {
          hint: 'Set MAIL_TO, or name an address: smokejumper doctor --send-mail oncall@example.com.',
        });
      }
      const mailer = createMailer({ from: config.MAIL_FROM, smtpUrl: config.SMTP_URL ?? null }, sesSender(aws.ses));
      const raw = await mailer.compose({ ...words(Date.now()), to, attachments: [] });
      for (const recipient of to) await mailer.send({ raw, to: [recipient] });
      return ok(`sent to ${to.join(', ')}: look whether it is in the inbox, and not among spam`);
    },
  };
}

function words(atMs: number) {
  const text =
    `smokejumper doctor sent this mail from ${hostname()} at ${formatUtc(atMs)}, by the way that reports go.\n\n` +
    'Nothing burns. When something does, the report comes to this address.\n';
  return {
    subject: '[Smokejumper] Test mail',
    text,
    html: text.replace(/^.+$/gm, (line) => `<p>${line.replace(/[<&]/g, '')}</p>`),
    messageId: `${randomId('test')}@smokejumper.invalid`,
    atMs,
  };
}
