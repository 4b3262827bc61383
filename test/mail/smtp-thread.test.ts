/** SMTP in a thread of its own: what is noted at once, and what becomes of mails when that thread fails. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SmtpThread } from '../../service/mail/smtp-thread.ts';
import { SMTP_LIMITS } from '../../service/mail/smtp-transport.ts';
import { receiptLine } from '../../service/shared/receipt.ts';
import { temporaryFolder } from '../support/open-test-store.ts';

const RECEIPT = { id: 7, owner: 'service-1' };
const ORDER = {
  from: 'smokejumper@example.com',
  to: ['oncall@example.com'],
  raw: Buffer.from('Subject: s\r\n\r\nt\r\n'),
  receipt: RECEIPT,
};
/** Far longer than a line takes to be written; nobody waits that long unless it never is. */
const PATIENCE_MS = 10_000;

/** What the server does when it has the whole mail; by default it takes it. */
async function mailServer(hasMail: (say: (line: string) => void) => void = (say) => say('250 taken')) {
  const server = createServer((socket) => {
    const say = (line: string) => void socket.write(`${line}\r\n`);
    socket.on('error', () => undefined);
    let mail: string | null = null;
    say('220 mail.example.com');
    socket.on('data', (bytes) => {
      const text = bytes.toString();
      if (mail !== null) {
        // Its end may come in parts.
        mail += text;
        if (!mail.endsWith('\r\n.\r\n')) return;
        mail = null;
        hasMail(say);
      } else if (text.startsWith('DATA')) {
        mail = '';
        say('354 go on');
      } else say('250 ok');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  after(() => void server.close());
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function threadOf(url: string, options: ConstructorParameters<typeof SmtpThread>[1] = {}, limits = SMTP_LIMITS) {
  const journal = join(temporaryFolder(), 'sent.journal');
  const thread = new SmtpThread({ url, limits, journal }, options);
  after(() => thread.end());
  const written = () => {
    try {
      return readFileSync(journal, 'utf8');
    } catch {
      return '';
    }
  };
  return { thread, journal, written };
}

test('a yes is written down while the thread that asked for the mail is held by something else', async () => {
  let sawMs = Number.POSITIVE_INFINITY;
  let journal = '';
  const url = await mailServer((say) => {
    say('250 taken');
    // From here on nothing else runs in this thread: the look is the proof.
    const beganAt = performance.now();
    while (performance.now() - beganAt < PATIENCE_MS) {
      if (readFileSync(journal, 'utf8').endsWith('\n')) {
        sawMs = performance.now() - beganAt;
        return;
      }
    }
  });
  const { thread, ...world } = threadOf(url);
  journal = world.journal;
  await thread.send(ORDER, undefined);
  assert.ok(sawMs < PATIENCE_MS, 'the line was there before anybody was told');
  const { atMs, ...receipt } = JSON.parse(world.written());
  assert.deepEqual(receipt, RECEIPT);
  assert.ok(Math.abs(Date.now() - atMs) < 60_000);
});

test('what is refused leaves no receipt', async () => {
  const { thread, written } = threadOf(await mailServer((say) => say('451 later')));
  await assert.rejects(thread.send(ORDER, undefined), /451 later/);
  assert.equal(written(), '');
});

test('where the journal cannot be written, the mail goes out all the same', async () => {
  const url = await mailServer();
  const thread = new SmtpThread({ url, limits: SMTP_LIMITS, journal: join(temporaryFolder(), 'none', 'x') });
  after(() => thread.end());
  await thread.send(ORDER, undefined);
});

test('a thread that dies fails the mails that it had; the next mail has a new one', async () => {
  const has = Promise.withResolvers<void>();
  let mails = 0;
  const { thread } = threadOf(
    await mailServer((say) => {
      has.resolve();
      if (++mails > 1) say('250 taken');
    }),
  );
  const sending = thread.send(ORDER, undefined);
  sending.catch(() => undefined);
  await has.promise;
  await thread.end();
  await assert.rejects(sending, /the thread that was sending it ended before its time/);
  await thread.send(ORDER, undefined);
  assert.equal(mails, 2);
});

test('a mail that was written down before its thread died was sent, and is not sent again', async () => {
  const has = Promise.withResolvers<void>();
  const { thread, journal } = threadOf(await mailServer(() => has.resolve()));
  const sending = thread.send(ORDER, undefined);
  const other = thread.send({ ...ORDER, receipt: { ...RECEIPT, id: 8 } }, undefined);
  other.catch(() => undefined);
  await has.promise;
  // As its thread would, between the note and the word to its owner.
  writeFileSync(journal, receiptLine({ ...RECEIPT, atMs: 1 }));
  await thread.end();
  await sending;
  await assert.rejects(other, /ended before its time/);
});

test('a thread that hangs is ended a moment after it was told to let go of a mail', async () => {
  const stuck = join(temporaryFolder(), 'stuck.mjs');
  writeFileSync(
    stuck,
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { for (;;); });",
  );
  const url = await mailServer();
  const { thread } = threadOf(url, { entry: new URL(`file://${stuck}`), stopMs: 100 }, { ...SMTP_LIMITS, sendMs: 300 });
  // Nobody tells this one to stop, and yet it does not wait for ever.
  const other = new SmtpThread({ url, limits: SMTP_LIMITS, journal: null });
  after(() => other.end());
  await assert.rejects(thread.send(ORDER, undefined), { name: 'DeadlineError' });
  const second = thread.send(ORDER, undefined);
  await assert.rejects(second, /ended before its time|no answer within/);
  rmSync(stuck);
  await other.send(ORDER, undefined);
});

test('bytes that others use, too, are left as they were', async () => {
  const { thread } = threadOf(await mailServer());
  const raw = Buffer.from('Subject: s\r\n\r\nt\r\n');
  await Promise.all([thread.send({ ...ORDER, raw }, undefined), thread.send({ ...ORDER, raw }, undefined)]);
  assert.equal(raw.toString(), 'Subject: s\r\n\r\nt\r\n');
});
