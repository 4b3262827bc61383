import assert from 'node:assert/strict';
import test from 'node:test';
import { simpleParser } from 'mailparser';
import type { MailPort } from '../../service/incidents/ports.ts';
import { refusesTheGone } from './interrupted.ts';

export interface MailSetUp {
  readonly mail: MailPort;
  /** Raw mails that arrived, oldest first. */
  readonly arrived: () => Promise<readonly Uint8Array[]>;
}

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** What every `MailPort` promises. */
export function mailContract(name: string, setUp: () => Promise<MailSetUp>): void {
  test(`${name}: a mail arrives with both parts, pictures, files and Message-ID, and is returned as sent`, async () => {
    const { mail, arrived } = await setUp();
    const { raw } = await mail.send({
      to: ['oncall@example.com', 'second@example.com'],
      subject: 'web i-0abc: parseHTML 0.02 → 1.41 cores\r\nBcc: evil@example.com',
      html: '<p>Hello <img src="cid:hot@smokejumper" alt="hot"></p>',
      text: 'Hello',
      messageId: 'inc-1@smokejumper.invalid',
      attachments: [
        { filename: 'hot.png', contentType: 'image/png', content: PIXEL, cid: 'hot@smokejumper' },
        { filename: 'hot.svg', contentType: 'image/svg+xml', content: Buffer.from('<svg/>') },
      ],
    });
    const mails = await arrived();
    assert.equal(mails.length, 1);
    const parsed = await simpleParser(Buffer.from(mails[0] ?? []));
    assert.equal(parsed.messageId, '<inc-1@smokejumper.invalid>');
    assert.equal(parsed.subject, 'web i-0abc: parseHTML 0.02 → 1.41 cores Bcc: evil@example.com');
    assert.equal(parsed.bcc, undefined, 'a header must not be injected');
    assert.equal(parsed.text?.trim(), 'Hello');
    assert.match(String(parsed.html), /Hello/);
    assert.deepEqual(
      parsed.attachments.map((attachment) => [attachment.filename, attachment.contentType]),
      [
        ['hot.png', 'image/png'],
        ['hot.svg', 'image/svg+xml'],
      ],
    );
    assert.equal((await simpleParser(Buffer.from(raw))).messageId, parsed.messageId);
  });

  test(`${name}: nothing is sent for somebody who has gone`, async () => {
    const { mail, arrived } = await setUp();
    const message = { to: ['oncall@example.com'], subject: 's', html: '', text: '', messageId: 'm', attachments: [] };
    await refusesTheGone({ send: (signal) => mail.send(message, signal) });
    assert.equal((await arrived()).length, 0);
  });
}
