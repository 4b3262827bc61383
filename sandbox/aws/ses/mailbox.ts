import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import type { StoredMail } from '../events.ts';

/** Older mails leave first. */
const MAX_MAILS = 500;
const MAX_BYTES = 256 * 1024 * 1024;

/** Every mail that SES or an SNS e-mail subscription has sent. */
export class Mailbox {
  private readonly context: Pick<Context, 'now' | 'events'>;
  private readonly mails: StoredMail[] = [];
  private bytes = 0;

  constructor(context: Pick<Context, 'now' | 'events'>) {
    this.context = context;
  }

  all(): readonly StoredMail[] {
    return [...this.mails];
  }

  get(id: string): StoredMail | undefined {
    return this.mails.find((mail) => mail.id === id);
  }

  store(mail: Omit<StoredMail, 'id' | 'receivedAt'>): StoredMail {
    const stored: StoredMail = { id: randomUUID(), receivedAt: new Date(this.context.now()), ...mail };
    this.mails.push(stored);
    this.bytes += stored.raw.length;
    while (this.mails.length > MAX_MAILS || (this.bytes > MAX_BYTES && this.mails.length > 1)) {
      this.bytes -= this.mails.shift()?.raw.length ?? 0;
    }
    this.context.events.emit({ kind: 'mail', mail: stored });
    return stored;
  }
}
