import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { MailMessage, MailPort } from '../../../service/incidents/ports.ts';
import { refuseAborted } from './refuse-aborted.ts';

function listId({ list }: NonNullable<MailMessage['thread']>) {
  return { prepared: true, value: `"${list.name.replace(/\p{Cc}+/gu, ' ')}" <${list.id}>` };
}

/** `MailPort` into a list. */
export class FakeMail implements MailPort {
  readonly messages: MailMessage[] = [];
  readonly raw: Uint8Array[] = [];
  readonly recipients: string[] = [];

  private readonly composed = new Map<string, MailMessage>();

  async compose(message: MailMessage): Promise<Uint8Array> {
    const raw = await new MailComposer({
      from: 'smokejumper@example.com',
      to: [...message.to],
      subject: message.subject.replace(/\p{Cc}+/gu, ' '),
      text: message.text,
      html: message.html,
      messageId: `<${message.messageId}>`,
      ...(message.thread && {
        references: message.thread.references.map((id) => `<${id}>`).join(' '),
        inReplyTo: `<${message.thread.references.at(-1)}>`,
        headers: { 'List-Id': listId(message.thread) },
      }),
      date: new Date(message.atMs),
      baseBoundary: 'fake',
      attachments: message.attachments.map((attachment) => ({
        ...attachment,
        content: Buffer.from(attachment.content),
      })),
    })
      .compile()
      .build();
    this.composed.set(raw.toString('latin1'), message);
    return raw;
  }

  async send(
    { raw, to }: { readonly raw: Uint8Array; readonly to: readonly string[] },
    signal?: AbortSignal,
  ): Promise<void> {
    refuseAborted(signal);
    const message = this.composed.get(Buffer.from(raw).toString('latin1'));
    if (message === undefined) throw new Error('a mail was sent that was not composed here');
    this.messages.push(message);
    this.raw.push(raw);
    this.recipients.push(...to);
  }
}
