import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { MailMessage, MailPort } from '../../../service/incidents/ports.ts';
import { refuseAborted } from './refuse-aborted.ts';

/** `MailPort` into a list. */
export class FakeMail implements MailPort {
  readonly messages: MailMessage[] = [];
  readonly raw: Uint8Array[] = [];

  async send(message: MailMessage, signal?: AbortSignal): Promise<{ readonly raw: Uint8Array }> {
    refuseAborted(signal);
    const raw = await new MailComposer({
      from: 'smokejumper@example.com',
      to: [...message.to],
      subject: message.subject.replace(/\p{Cc}+/gu, ' '),
      text: message.text,
      html: message.html,
      messageId: `<${message.messageId}>`,
      attachments: message.attachments.map((attachment) => ({
        ...attachment,
        content: Buffer.from(attachment.content),
      })),
    })
      .compile()
      .build();
    this.messages.push(message);
    this.raw.push(raw);
    return { raw };
  }
}
