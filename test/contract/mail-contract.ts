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
  test(`${name}: a mail arrives as it was composed, with both parts, pictures, files and Message-ID`, async () => {
    const { mail, arrived } = await setUp();
    const message = {
      to: ['oncall@example.com', 'second@example.com'],
      subject: 'web i-0abc: parseHTML 0.02 → 1.41 cores\r\nBcc: evil@example.com',
      html: '<p>Hello <img src="cid:hot@smokejumper" alt="hot"></p>',
      text: 'Hello',
      messageId: 'inc-1@smokejumper.invalid',
      thread: {
        references: ['group.web@smokejumper.invalid', 'thread.inc-1@smokejumper.invalid'],
        list: { id: 'web.smokejumper.invalid', name: 'Smokejumper, web\r\nBcc: evil@example.com' },
      },
      atMs: Date.UTC(2026, 10, 23, 3, 0, 0),
      attachments: [
        { filename: 'hot.png', contentType: 'image/png', content: PIXEL, cid: 'hot@smokejumper' },
        { filename: 'hot.svg', contentType: 'image/svg+xml', content: Buffer.from('<svg/>') },
      ],
    };
    const raw = await mail.compose(message);
    assert.deepEqual(await mail.compose(message), raw, 'the same bytes whenever it is composed');
    await mail.send({ raw, to: ['oncall@example.com'] });
    const mails = await arrived();
    assert.equal(mails.length, 1);
    const parsed = await simpleParser(Buffer.from(mails[0] ?? []));
    assert.equal(parsed.messageId, '<inc-1@smokejumper.invalid>');
    assert.deepEqual(parsed.references, ['<group.web@smokejumper.invalid>', '<thread.inc-1@smokejumper.invalid>']);
    assert.equal(parsed.inReplyTo, '<thread.inc-1@smokejumper.invalid>');
    const unfolded = Buffer.from(mails[0] ?? [])
      .toString()
      .replace(/\r?\n(?=\s)/g, '');
    assert.match(unfolded, /^List-Id: .*<web\.smokejumper\.invalid>$/im);
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
    assert.deepEqual(parsed.date, new Date(message.atMs));
    const { to } = parsed;
    assert.match(String(to && !Array.isArray(to) ? to.text : ''), /oncall@example\.com, second@example\.com/);
  });

  test(`${name}: nothing is sent for somebody who has gone`, async () => {
    const { mail, arrived } = await setUp();
    const contents = { subject: 's', html: '', text: '', messageId: 'm', atMs: 0, attachments: [] };
    const message = {
      raw: await mail.compose({ to: ['oncall@example.com'], ...contents }),
      to: ['oncall@example.com'],
    };
    await refusesTheGone({ send: (signal) => mail.send(message, signal) });
    assert.equal((await arrived()).length, 0);
  });
}
