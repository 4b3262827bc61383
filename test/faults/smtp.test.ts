/** A mail server that is slow, silent or not there: each mail ends in time, and its connection with it. */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { sesSender } from '../../service/aws/ses-sender.ts';
import { createMailer } from '../../service/mail/mailer.ts';
import { SMTP_LIMITS, type SmtpLimits } from '../../service/mail/smtp-transport.ts';
import { verifySmtp } from '../../service/mail/verify-smtp.ts';
import { AppError } from '../../service/shared/errors.ts';
import { until } from '../support/sandbox/wait-for.ts';

const MESSAGE = { raw: Buffer.from('Subject: s\r\n\r\nt\r\n'), to: ['oncall@example.com'] };
const LONG = 600_000;
const PATIENT: SmtpLimits = { connectMs: LONG, greetingMs: LONG, idleMs: LONG, sendMs: LONG };

/** Where the server stops talking. */
type Silence = 'greeting' | 'hello' | 'data' | 'never' | 'dripping';

function serve(socket: Socket, is: (stage: Silence) => boolean): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  const taken = () => {
    if (is('data')) return;
    if (!is('dripping')) return say('250 taken');
    const drip = setInterval(() => say('250-still at it'), 20);
    socket.once('close', () => clearInterval(drip));
    return;
  };
  say('220 mail.example.com');
  let mail: string | null = null;
  socket.on('data', (bytes) => {
    const text = bytes.toString();
    if (mail !== null) {
      // Its end may come in parts.
      mail += text;
      if (!mail.endsWith('\r\n.\r\n')) return;
      mail = null;
      taken();
    } else if (text.startsWith('DATA')) {
      mail = '';
      say('354 go on');
    } else if (text.startsWith('QUIT')) say('221 bye');
    else if (!(text.startsWith('EHLO') && is('hello'))) say('250 ok');
  });
}

async function mailServer(silence: Silence) {
  const open = new Set<Socket>();
  let reached = false;
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => undefined);
    const is = (stage: Silence) => {
      reached ||= silence === stage;
      return silence === stage;
    };
    if (!is('greeting')) serve(socket, is);
  })
    .listen(0, '127.0.0.1')
    .unref();
  after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ses = sesSender(new SESv2Client({ region: 'us-east-1' }));
  return {
    host,
    url: `smtp://${host}`,
    reached: () => until(() => (reached ? true : undefined)),
    allClosed: () => until(() => (open.size === 0 ? true : undefined)),
    mailer: (limits: Partial<SmtpLimits>) =>
      createMailer(
        { from: 'smokejumper@example.com', smtpUrl: `smtp://${host}`, limits: { ...PATIENT, ...limits } },
        ses,
      ),
  };
}

const SILENCES: readonly (readonly [Silence, Partial<SmtpLimits>, RegExp])[] = [
  ['greeting', { greetingMs: 100 }, /did not answer in time \(Greeting never received\)\.$/],
  ['hello', { idleMs: 100 }, /did not answer in time \(.*\)\.$/],
  ['data', { idleMs: 100 }, /did not answer in time \(Timeout\)\.$/],
  ['data', { sendMs: 300 }, /did not take it within 0\.3 s\.$/],
  ['dripping', { sendMs: 300 }, /did not take it within 0\.3 s\.$/],
];

for (const [silence, limits, said] of SILENCES) {
  test(`${silence} (${Object.keys(limits)}): the mail fails for now, says why, and its connection ends`, async () => {
    const server = await mailServer(silence);
    await assert.rejects(server.mailer(limits).send(MESSAGE), (error: unknown) => {
      assert.ok(error instanceof AppError);
      const start = `Sending the mail to oncall@example.com failed: ${server.host} `;
      assert.equal(error.message.slice(0, start.length), start);
      assert.match(error.message, said);
      assert.deepEqual([error.code, error.retry], ['MAIL_FAILED', 'later']);
      assert.match(error.hint ?? '', /SMTP_URL/);
      return true;
    });
    await server.allClosed();
  });
}

for (const silence of ['greeting', 'hello', 'data'] as const) {
  test(`${silence}: a mail that nobody waits for any more ends at once, with its connection`, async () => {
    const server = await mailServer(silence);
    const caller = new AbortController();
    const working = server.mailer({}).send(MESSAGE, caller.signal);
    await server.reached();
    caller.abort();
    await assert.rejects(working, {
      code: 'MAIL_FAILED',
      message: 'Sending the mail to oncall@example.com was interrupted.',
      retry: 'later',
    });
    await server.allClosed();
  });
}

test('a mail that is taken leaves no connection behind', async () => {
  const server = await mailServer('never');
  await server.mailer({}).send(MESSAGE);
  await server.allClosed();
});

test('the doctor does not wait for ever for a mail server either', async () => {
  const { url } = await mailServer('greeting');
  await assert.rejects(verifySmtp(url, { ...PATIENT, greetingMs: 100 }), { code: 'SMTP_UNUSABLE' });
  await assert.rejects(verifySmtp(url, { ...PATIENT, sendMs: 100 }), { code: 'SMTP_UNUSABLE' });
});

test('the limits of a mail are seconds', () => {
  assert.deepEqual(SMTP_LIMITS, { connectMs: 10_000, greetingMs: 10_000, idleMs: 30_000, sendMs: 60_000 });
});
