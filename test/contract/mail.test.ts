import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test from 'node:test';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { sesSender } from '../../service/aws/ses-sender.ts';
import { createMailer } from '../../service/mail/mailer.ts';
import { answering } from '../support/answering-client.ts';
import { FakeMail } from '../support/fakes/fake-mail.ts';
import { keepingMailServer } from '../support/keeping-mail-server.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { mailContract } from './mail-contract.ts';

mailContract('the fake', async () => {
  const mail = new FakeMail();
  return { mail, arrived: async () => mail.raw };
});

mailContract('SES', async () => {
  const { client, sandbox } = await sandboxSetUp();
  const mail = createMailer(
    { from: 'Smokejumper <smokejumper@example.com>', smtpUrl: null },
    sesSender(new SESv2Client(client)),
  );
  return { mail, arrived: async () => sandbox.mailbox().map((stored) => stored.raw) };
});

const SMTP = { from: 'Smokejumper <smokejumper@example.com>' };
const noSes = sesSender(new SESv2Client({ region: 'us-east-1' }));

mailContract('SMTP', async () => {
  const { url, raw } = await keepingMailServer();
  return { mail: createMailer({ ...SMTP, smtpUrl: url }, noSes), arrived: async () => raw };
});

test('a mail of megabytes arrives byte for byte, also where its lines begin with dots', async () => {
  const { url, raw } = await keepingMailServer();
  const lines = Array.from({ length: 60_000 }, (_, i) => `${'.'.repeat(i % 4)}line ${i} of a long mail`);
  const mail = Buffer.from(`Subject: s\r\n\r\n${lines.join('\r\n')}\r\n`);
  await createMailer({ ...SMTP, smtpUrl: url }, noSes).send({ raw: mail, to: ['oncall@example.com'] });
  assert.equal(Buffer.compare(Buffer.from(raw[0] ?? []), mail), 0);
});

test('a server that refuses the mail may accept it later; the hint says what to check, not the password', async () => {
  const server = createServer((socket) => socket.end('554 no service here\r\n'))
    .listen(0, '127.0.0.1')
    .unref();
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const smtpUrl = `smtp://me:secret@127.0.0.1:${port}`;
  const mail = createMailer(
    { from: 'smokejumper@example.com', smtpUrl },
    sesSender(new SESv2Client({ region: 'us-east-1' })),
  );
  const message = { raw: Buffer.from('Subject: s\r\n\r\n'), to: ['oncall@example.com'] };
  await assert.rejects(mail.send(message), (error: Error & { code?: string; retry?: string; hint?: string }) => {
    assert.deepEqual([error.code, error.retry], ['MAIL_FAILED', 'later']);
    assert.match(error.message, /^Sending the mail to oncall@example\.com failed: .*554/);
    assert.match(error.hint ?? '', /SMTP_URL.*SES.*mail server/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test('a mail that SES refuses may go out later: senders are verified while an incident is open', async () => {
  const ses = answering(new SESv2Client({ region: 'us-east-1' }), () => {
    throw Object.assign(new Error('Email address is not verified.'), { name: 'MessageRejected' });
  });
  const mail = createMailer({ from: 'smokejumper@example.com', smtpUrl: null }, sesSender(ses));
  const message = { raw: Buffer.from('Subject: s\r\n\r\n'), to: ['oncall@example.com'] };
  await assert.rejects(mail.send(message), {
    code: 'MAIL_FAILED',
    message: 'Sending the mail to oncall@example.com failed: MessageRejected (Email address is not verified.).',
    retry: 'later',
    hint: /MAIL_FROM.*verified the sender.*sandbox/,
  });
});
