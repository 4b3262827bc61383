import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { createTransport } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { MailMessage, MailPort, MailThread } from '../incidents/ports.ts';
import { DeadlineError, InterruptedError } from '../shared/deadline.ts';
import { AppError, OutageError } from '../shared/errors.ts';
import { ascii, oneLine } from '../shared/text/untrusted.ts';
import { SmtpThread } from './smtp-thread.ts';
import { SMTP_LIMITS, type SmtpLimits } from './smtp-transport.ts';

export interface MailerOptions {
  /** `Smokejumper <smokejumper@example.com>`; SES must have verified it. */
  readonly from: string;
  /** `smtp://user:password@host:587`; null sends through SES. */
  readonly smtpUrl: string | null;
  /** Default: `SMTP_LIMITS`. */
  readonly limits?: SmtpLimits;
  /** Where receipts of SMTP are written, `DATA_DIR/sent.journal`. Default: nowhere. */
  readonly journal?: string | null;
}

export interface Mailer extends MailPort {
  /** Ends the thread of SMTP; mails under way fail for now. */
  close(): Promise<void>;
}

/** SES for one mail, which obeys the signal and throws `AppError`s. */
type SesSender = (signal: AbortSignal | undefined) => {
  send(command: SendEmailCommand): Promise<unknown>;
  readonly config: SESv2Client['config'];
};

/** `MailPort` over SES v2 or any SMTP server. */
export function createMailer(options: MailerOptions, ses: SesSender): Mailer {
  const { from, smtpUrl, limits = SMTP_LIMITS, journal = null } = options;
  const smtp =
    smtpUrl === null
      ? null
      : { server: new URL(smtpUrl).host, thread: new SmtpThread({ url: smtpUrl, limits, journal }) };
  return {
    compose: (message) => compose(from, message),
    async send({ raw, to, receipt = null }, signal) {
      if (smtp === null) return sendThroughSes(ses(signal), { raw, envelope: { from, to: [...to] } });
      try {
        await smtp.thread.send({ from, to, raw, receipt }, signal);
      } catch (cause) {
        throw smtpError(smtp.server, to, cause);
      }
    },
    async close() {
      await smtp?.thread.end();
    },
  };
}

async function sendThroughSes(
  sender: ReturnType<SesSender>,
  { raw, envelope }: { readonly raw: Uint8Array; readonly envelope: { readonly from: string; readonly to: string[] } },
): Promise<void> {
  const sesClient = sender as unknown as SESv2Client;
  await createTransport({ SES: { sesClient, SendEmailCommand } }).sendMail({ raw: Buffer.from(raw), envelope });
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
    ...threadHeaders(message.thread),
    headers: {
      // RFC 3834: no out-of-office answers to a machine.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(message.thread && { 'List-Id': listId(message.thread) }),
    },
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

function threadHeaders(thread: MailMessage['thread']) {
  if (thread === undefined) return {};
  const ids = thread.references.map((id) => `<${id}>`);
  return { references: ids.join(' '), inReplyTo: ids.at(-1) ?? '' };
}

/** As it stands: encoded words, which nodemailer makes of long values, are not read by filters. */
function listId({ list }: MailThread) {
  const name = ascii(oneLine(list.name)).replace(/["\\]/g, '?');
  return { prepared: true, foldLines: true, value: `"${name}" <${ascii(oneLine(list.id)).replace(/[<>\s]/g, '')}>` };
}

function smtpError(server: string, to: readonly string[], cause: unknown): AppError {
  const doing = `Sending the mail to ${to.join(', ')}`;
  if (cause instanceof InterruptedError) return new OutageError('MAIL_FAILED', `${doing} was interrupted.`, { cause });
  return new AppError('MAIL_FAILED', `${doing} failed: ${wordsOf(server, cause)}`, {
    cause,
    retry: 'later',
    hint: 'Check SMTP_URL (or leave it out to send through SES), and the mail server.',
  });
}

/** nodemailer says what it waited for, not for whom, and not all of its words are for people. */
function wordsOf(server: string, cause: unknown): string {
  if (cause instanceof DeadlineError) return `${server} did not take it within ${cause.ms / 1000} s.`;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ETIMEDOUT') return `${server} did not answer in time (${message}).`;
  if (code === 'EDNS') return `the name of ${server} could not be looked up (${message}).`;
  return message;
}
