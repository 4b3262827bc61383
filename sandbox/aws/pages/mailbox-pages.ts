import { type Attachment, type ParsedMail, simpleParser } from 'mailparser';
import { AwsFault } from '../aws-fault.ts';
import type { StoredMail } from '../events.ts';
import type { HttpReply } from '../http-message.ts';
import type { Mailbox } from '../ses/mailbox.ts';
import { html, htmlPage, type SafeHtml, table } from './html.ts';

/**
 * How the HTML of a mail, which anybody may have written, is shown: no scripts, no network, images only from the mail
 * itself.
 */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; " +
  "style-src 'unsafe-inline'; form-action 'none'";

/** `/mailbox…`: the list, one mail, its HTML, its attachments, its source. */
export async function mailboxPage(path: string, mailbox: Mailbox): Promise<HttpReply> {
  if (path === '/mailbox' || path === '/mailbox/') return listPage(mailbox);
  const [, id = '', rest = ''] = /^\/mailbox\/([0-9a-f-]{36})(?:\/(.*))?$/.exec(path) ?? [];
  const mail = mailbox.get(id);
  if (!mail) throw new AwsFault('NotFound', 'There is no such mail.', { status: 404 });
  if (rest === 'mail.eml') return download(mail.raw, 'message/rfc822', 'mail.eml');
  const parsed = await simpleParser(mail.raw, { skipTextToHtml: true });
  if (rest === '') return mailPage(mail, parsed);
  if (rest === 'html') return mailHtml(parsed);
  const attachment = parsed.attachments[Number(/^attachments\/(\d{1,3})$/.exec(rest)?.[1] ?? Number.NaN)];
  if (!attachment) throw new AwsFault('NotFound', 'There is no such part.', { status: 404 });
  return download(attachment.content, attachment.contentType, attachment.filename ?? 'attachment');
}

async function listPage(mailbox: Mailbox): Promise<HttpReply> {
  const rows = await Promise.all(
    mailbox
      .all()
      .toReversed()
      .map(async (mail) => {
        const { subject } = await simpleParser(mail.raw, { skipTextToHtml: true, skipImageLinks: true });
        const link = html`<a href="/mailbox/${mail.id}">${subject || '(no subject)'}</a>`;
        return [link, mail.from, mail.to.join(', '), time(mail.receivedAt)];
      }),
  );
  return htmlPage('Mailbox', table(['Subject', 'From', 'To', 'Received'], rows, 'No mail yet.'));
}

function mailPage(mail: StoredMail, parsed: ParsedMail): HttpReply {
  const head = table(
    ['From', 'To', 'Received', 'Source'],
    [
      [
        parsed.from?.text ?? mail.from,
        mail.to.join(', '),
        time(mail.receivedAt),
        html`<a href="/mailbox/${mail.id}/mail.eml">mail.eml</a>`,
      ],
    ],
    '',
  );
  const popups = 'allow-popups allow-popups-to-escape-sandbox';
  const frame = parsed.html
    ? html`<iframe title="The mail" sandbox="${popups}" src="/mailbox/${mail.id}/html"></iframe>`
    : html``;
  const text = parsed.text ? html`<h2>Text part</h2><pre>${parsed.text}</pre>` : html``;
  return htmlPage(
    parsed.subject || '(no subject)',
    html`${head}<br>${frame}${attachmentList(mail, parsed.attachments)}${text}`,
  );
}

function attachmentList(mail: StoredMail, attachments: readonly Attachment[]): SafeHtml {
  if (attachments.length === 0) return html``;
  const rows = attachments.map((attachment, index) => [
    html`<a href="/mailbox/${mail.id}/attachments/${index}">${attachment.filename ?? `part ${index + 1}`}</a>`,
    attachment.contentType,
    `${Math.ceil(attachment.size / 1024)} KB`,
    attachment.related ? 'shown in the mail' : '',
  ]);
  return html`<h2>Attachments</h2>${table(['File', 'Type', 'Size', ''], rows, '')}`;
}

/** The parser has put the mail's own images in place of their `cid:` links. */
function mailHtml(parsed: ParsedMail): HttpReply {
  if (!parsed.html) throw new AwsFault('NotFound', 'The mail has no HTML part.', { status: 404 });
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': MAIL_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: `<base target="_blank">${parsed.html}`,
  };
}

/** Never shown in the sandbox's own origin, whatever it claims to be. */
function download(body: Buffer, contentType: string, filename: string): HttpReply {
  const safeType = /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream';
  const name = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return {
    status: 200,
    headers: {
      'content-type': safeType,
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

function time(date: Date): string {
  return date.toISOString().replace('T', ' ').slice(0, 19);
}
