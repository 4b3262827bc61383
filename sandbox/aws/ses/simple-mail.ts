import { createTransport } from 'nodemailer';
import type { Fields } from '../fields.ts';

/** Writes mails instead of sending them. */
const composer = createTransport({
  streamTransport: true,
  buffer: true,
  newline: 'windows',
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** Builds the mail that SES would make of `Simple` content. */
export async function simpleMail(input: Fields, simple: Fields, from: string): Promise<Buffer> {
  const destination = input.structure('Destination');
  const body = simple.structure('Body');
  const html = body?.structure('Html')?.needText('Data');
  const sent = await composer.sendMail({
    from,
    to: [...(destination?.texts('ToAddresses') ?? [])],
    cc: [...(destination?.texts('CcAddresses') ?? [])],
    replyTo: [...input.texts('ReplyToAddresses')],
    subject: simple.structure('Subject')?.needText('Data') ?? '',
    text: body?.structure('Text')?.needText('Data') ?? '',
    ...(html === undefined ? {} : { html }),
    headers: simple
      .list('Headers')
      .map((header) => ({ key: header.needText('Name'), value: header.needText('Value') })),
    attachments: simple.list('Attachments').map(attachmentOf),
  });
  return Buffer.from(sent.message as Buffer);
}

function attachmentOf(attachment: Fields) {
  return {
    filename: attachment.needText('FileName'),
    content: attachment.bytes('RawContent') ?? Buffer.alloc(0),
    contentType: attachment.text('ContentType') ?? 'application/octet-stream',
    contentDisposition:
      attachment.text('ContentDisposition') === 'INLINE' ? ('inline' as const) : ('attachment' as const),
    ...(attachment.has('ContentId') ? { cid: attachment.needText('ContentId') } : {}),
  };
}
