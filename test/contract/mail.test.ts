import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test from 'node:test';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createMailer } from '../../service/mail/mailer.ts';
import { FakeMail } from '../support/fakes/fake-mail.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { mailContract } from './mail-contract.ts';

mailContract('the fake', async () => {
  const mail = new FakeMail();
  return { mail, arrived: async () => mail.raw };
});

mailContract('SES', async () => {
  const { client, sandbox } = await sandboxSetUp();
  const mail = createMailer({ from: 'Smokejumper <smokejumper@example.com>', smtpUrl: null }, new SESv2Client(client));
  return { mail, arrived: async () => sandbox.mailbox().map((stored) => stored.raw) };
});

test('a server that refuses the mail may accept it later; the hint says what to check, not the password', async () => {
  const server = createServer((socket) => socket.end('554 no service here\r\n'))
    .listen(0, '127.0.0.1')
    .unref();
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const smtpUrl = `smtp://me:secret@127.0.0.1:${port}`;
  const mail = createMailer({ from: 'smokejumper@example.com', smtpUrl }, new SESv2Client({ region: 'us-east-1' }));
  const message = { raw: Buffer.from('Subject: s\r\n\r\n'), to: ['oncall@example.com'] };
  await assert.rejects(mail.send(message), (error: Error & { code?: string; retry?: string; hint?: string }) => {
    assert.deepEqual([error.code, error.retry], ['MAIL_FAILED', 'later']);
    assert.match(error.message, /^Sending the mail to oncall@example\.com failed: .*554/);
    assert.match(error.hint ?? '', /SMTP_URL.*SES/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});
