import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { createTransport, type SentMessageInfo, type Transporter } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { MailMessage, MailPort } from '../incidents/ports.ts';
import { AppError } from '../shared/errors.ts';
import { oneLine } from '../shared/text/untrusted.ts';

export interface MailerOptions {
  /** `Smokejumper <smokejumper@example.com>`; SES must have verified it. */
  readonly from: string;
  /** `smtp://user:password@host:587`; null sends through SES. */
  readonly smtpUrl: string | null;
}

/** `MailPort` over SES v2 or any SMTP server. */
export function createMailer(options: MailerOptions, ses: SESv2Client): MailPort {
  const transport = options.smtpUrl
    ? createTransport(options.smtpUrl)
    : createTransport({ SES: { sesClient: ses, SendEmailCommand } });
  return {
    compose: (message) => compose(options.from, message),
    send: ({ raw, to }) => deliver(transport, options.from, to, raw),
  };
}

/** The mail is composed once, so that what is stored is what was sent, and its bytes depend on nothing else. */
async function compose(from: string, message: MailMessage): Promise<Buffer> {
  return new MailComposer({
    from,
    to: [...message.to],
    // A header is one line, whatever a function is called.
    subject: oneLine(message.subject),
    text: message.text,
    html: message.html,
    messageId: `<${message.messageId}>`,
    date: new Date(message.atMs),
    baseBoundary: message.messageId.replace(/[^A-Za-z0-9]/g, ''),
    // RFC 3834: no out-of-office answers to a machine.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    attachments: message.attachments.map((attachment) => ({
      filename: attachment.filename,
      contentType: attachment.contentType,
      content: Buffer.from(attachment.content),
      ...(attachment.cid ? { cid: attachment.cid, contentDisposition: 'inline' as const } : {}),
    })),
  })
    .compile()
    .build();
}

async function deliver(
  transport: Transporter<SentMessageInfo>,
  from: string,
  to: readonly string[],
  raw: Uint8Array,
): Promise<void> {
  try {
    await transport.sendMail({ raw: Buffer.from(raw), envelope: { from, to: [...to] } });
  } catch (cause) {
    throw new AppError('MAIL_FAILED', `Sending the mail to ${to.join(', ')} failed: ${(cause as Error).message}`, {
      cause,
      retry: 'later',
      hint: 'Check SMTP_URL, or that SES has verified the sender and is out of its sandbox.',
    });
  }
}
