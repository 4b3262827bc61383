/** What `doctor` finds wrong: each fault with what to do, or a note where the service can do without. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { type AwsClients, createClients } from '../../service/aws/clients.ts';
import { instanceChecks } from '../../service/cli/checks/check-instance.ts';
import { serviceChecks } from '../../service/cli/checks/check-service.ts';
import {
  type Check,
  type Checked,
  checkedLines,
  missing,
  note,
  ok,
  runChecks,
  summary,
} from '../../service/cli/checks/run-checks.ts';
import { testMail } from '../../service/cli/checks/test-mail.ts';
import { terminalOf } from '../../service/cli/output/terminal.ts';
import { type Config, readConfig } from '../../service/config.ts';
import { readSsmDocument } from '../../service/remote-scripts.ts';
import { AppError } from '../../service/shared/errors.ts';
import { openSqliteStore } from '../../service/store/open-store.ts';
import { HOT } from '../support/accept-alarm.ts';
import { answering, refusing } from '../support/answering-client.ts';
import { keepingMailServer } from '../support/keeping-mail-server.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { createQueue, sqsClient } from '../support/sandbox/queues.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cpu';
const aws = createClients('us-east-1');

function configOf(changes: Record<string, string> = {}): Config {
  return readConfig({ SNS_TOPIC_ARNS: TOPIC, DATA_DIR: temporaryFolder(), ...changes });
}

/** Runs the check of this name. */
async function check(name: string, config: Config, clients: Partial<AwsClients> = {}) {
  const found = serviceChecks(config, { ...aws, ...clients }).find((one) => one.name === name);
  return found === undefined ? assert.fail(`there is no check ${name}`) : found.run();
}

test('a data folder that is a file cannot be written to', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await assert.rejects(check('data folder', configOf({ DATA_DIR: join(file, 'data') })), {
    code: 'DATA_UNWRITABLE',
    message: `${file} is not a folder that this user may write to.`,
    hint: /DATA_DIR/,
  });
});

test('a database that an older release made is noted: the service brings it up to date', async () => {
  const config = configOf();
  const { db } = openSqliteStore(config.DATA_DIR, MIGRATIONS, 'writing');
  assert.deepEqual(await check('data folder', config), { state: 'ok', text: `${config.DATA_DIR} holds 0 incidents` });
  db.pragma('user_version = 1');
  const noted = [await check('data folder', config)].flat()[0];
  assert.deepEqual([noted?.state, /Start the service/.test(noted?.fix ?? '')], ['note', true]);
  db.close();
});

test('a topic that signs with SHA-1 is refused where the configuration asks for more', async () => {
  const sns = answering(aws.sns, () => ({ Attributes: {}, Subscriptions: [] }));
  await assert.rejects(check('topic', configOf({ SNS_REQUIRE_SIGNATURE_V2: 'true' }), { sns }), {
    code: 'TOPIC_SIGNS_SHA1',
    message: new RegExp(`^${TOPIC} signs with SHA-1`),
    hint: 'Set the attribute SignatureVersion of the topic to 2.',
  });
  const [first] = [await check('topic', configOf(), { sns })].flat();
  assert.match(first?.text ?? '', /signature version 1 \(2 is safer\)$/);
});

test('a topic that does not exist is a fault; one that may not be asked about is noted', async () => {
  await assert.rejects(check('topic', configOf(), { sns: refusing(aws.sns, 'NotFoundException') }), {
    code: 'TOPIC_UNKNOWN',
    message: `Asking about ${TOPIC} failed: NotFoundException (no).`,
    retry: 'never',
  });
  const noted = [await check('topic', configOf(), { sns: refusing(aws.sns, 'AuthorizationErrorException') })].flat();
  assert.equal(noted.length, 1);
});

test('a queue is told with its messages and its dead-letter queue, and one that is not there is a fault', async () => {
  const { sandbox, client } = await sandboxSetUp();
  process.env.AWS_ENDPOINT_URL = client.endpoint;
  process.env.AWS_ACCESS_KEY_ID = client.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = client.credentials.secretAccessKey;
  const sqs = sqsClient(sandbox);
  const dead = await createQueue(sqs, 'dead');
  const redrive = (maxReceiveCount: number) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount }),
  });
  const texts = async (url: string) => {
    const results = [await check('queue', configOf({ SQS_QUEUE_URLS: url }))].flat();
    return results.map(({ state, text }) => `${state}: ${text}`);
  };
  assert.deepEqual(await texts(dead.url), [
    'ok: dead, with 0 messages',
    'note: no dead-letter queue: what is refused is deleted',
  ]);
  const { url } = await createQueue(sqs, 'cpu', redrive(10));
  assert.deepEqual((await texts(url))[1], 'ok: what comes 10 times is put into dead');
  const few = await createQueue(sqs, 'few', redrive(2));
  assert.match((await texts(few.url))[1] ?? '', /^note: what comes 2 times .* a minute is enough$/);
  await assert.rejects(texts(`${url}-absent`), { code: 'QUEUE_UNKNOWN', hint: /SQS_QUEUE_URLS/ });
  sqs.destroy();
});

test('a topic that delivers to the queue needs no address of the service', async () => {
  const url = 'https://sqs.us-east-1.amazonaws.com/123456789012/cpu';
  const Endpoint = 'arn:aws:sqs:us-east-1:123456789012:cpu';
  const subscribed = (Subscriptions: readonly object[]) => ({
    sns: answering(aws.sns, () => ({ Attributes: { SignatureVersion: '2' }, Subscriptions })),
  });
  const config = configOf({ SQS_QUEUE_URLS: url });
  const last = async (subscriptions: readonly object[]) =>
    [await check('topic', config, subscribed(subscriptions))].flat().at(-1);
  assert.equal((await last([{ Endpoint, SubscriptionArn: 'arn:x' }]))?.text, `delivers to ${Endpoint}`);
  assert.deepEqual((await last([]))?.state, 'missing');
  const alone = readConfig({ SQS_QUEUE_URLS: url, DATA_DIR: temporaryFolder() });
  const silent = { cloudWatch: answering(aws.cloudWatch, () => ({ MetricAlarms: [] })) };
  assert.equal([await check('alarms', alone, silent)].flat()[0]?.state, 'note');
});

test('subscriptions that may not be listed are noted, with the reason', async () => {
  let calls = 0;
  const sns = answering(aws.sns, () => {
    if (calls++ === 0) return { Attributes: { SignatureVersion: '2' } };
    throw Object.assign(new Error('no'), { name: 'AccessDenied' });
  });
  const config = configOf({ PUBLIC_URL: 'https://smokejumper.example.com' });
  const results = [await check('topic', config, { sns })].flat();
  assert.deepEqual(
    results.map(({ state }) => state),
    ['ok', 'note'],
  );
  assert.equal(results[1]?.text, `Listing the subscriptions of ${TOPIC} failed: AccessDenied (no).`);
});

test('what the service may not ask AWS is a fault that names the right to add', async () => {
  await assert.rejects(check('alarms', configOf(), { cloudWatch: refusing(aws.cloudWatch, 'AccessDenied') }), {
    code: 'ALARMS_UNKNOWN',
    message: /^Listing the alarms failed: AccessDenied/,
    hint: /IAM policy/,
  });
  const refused: readonly (readonly [string, string, Partial<AwsClients>])[] = [
    ['Auto Scaling', 'Asking Auto Scaling', { autoScaling: refusing(aws.autoScaling, 'AccessDenied') }],
    ['EC2', 'Asking EC2', { ec2: refusing(aws.ec2, 'UnauthorizedOperation') }],
    ['SSM', 'Asking SSM for its instances', { ssm: refusing(aws.ssm, 'AccessDenied') }],
  ];
  for (const [name, doing, clients] of refused) {
    await assert.rejects(check(name, configOf(), clients), {
      code: 'NOT_PERMITTED',
      message: new RegExp(`^${doing} failed: \\w+ \\(no\\)\\.$`),
      hint: /IAM policy/,
    });
  }
});

test('AWS’s own document is noted, as it runs any shell; one of ours must be there and of this release', async () => {
  const [noted] = [await check('document', configOf())].flat();
  assert.deepEqual([noted?.state, /script document/.test(noted?.fix ?? '')], ['note', true]);
  const config = configOf({ SSM_DOCUMENT: 'Smokejumper-Profile' });
  const holding = (Content: string) => ({ ssm: answering(aws.ssm, () => ({ Content })) });
  const [found] = [await check('document', config, holding(readSsmDocument().content))].flat();
  assert.deepEqual([found?.state, found?.text], ['ok', 'Smokejumper-Profile is the one of this release']);
  await assert.rejects(check('document', config, holding('{}')), { code: 'SSM_DOCUMENT_CHANGED' });
  await assert.rejects(check('document', config, { ssm: refusing(aws.ssm, 'InvalidDocument') }), {
    code: 'SSM_DOCUMENT_MISSING',
  });
});

test('a bucket is tried with an upload; one that takes none is a fault that says what to check', async () => {
  const { client } = await sandboxSetUp();
  const s3 = new S3Client({ ...client, requestChecksumCalculation: 'WHEN_REQUIRED' });
  const config = configOf({ CAPTURE_BUCKET: 'captures-of-acme' });
  await assert.rejects(check('bucket', config, { s3 }), {
    code: 'BUCKET_UNUSABLE',
    message: 'captures-of-acme answers an upload with status 404.',
    hint: /s3:PutObject/,
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'captures-of-acme' }));
  const [tried] = [await check('bucket', config, { s3 })].flat();
  assert.deepEqual([tried?.state, tried?.text], ['ok', 'captures-of-acme takes uploads, gives and removes them']);
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: 'captures-of-acme' }));
  assert.equal(KeyCount, 0);
  const [unset] = [await check('bucket', configOf(), { s3 })].flat();
  assert.equal(unset?.state, 'note');
});

test('a service that nothing would wake, or that would tell nobody, is not ready, and the fix is named', async () => {
  const silent = { cloudWatch: answering(aws.cloudWatch, () => ({ MetricAlarms: [] })) };
  const unheard = answering(aws.sns, () => ({ Attributes: { SignatureVersion: '2' }, Subscriptions: [] }));
  const pending = answering(aws.sns, () => ({
    Attributes: { SignatureVersion: '2' },
    Subscriptions: [{ Endpoint: 'https://smokejumper.example.com/sns', SubscriptionArn: 'PendingConfirmation' }],
  }));
  const config = configOf({ PUBLIC_URL: 'https://smokejumper.example.com' });
  const results = [
    await check('alarms', config, silent),
    await check('topic', config, { sns: unheard }),
    await check('topic', config, { sns: pending }),
    await check('mail', config),
  ].map((result) => [result].flat().at(-1));
  assert.deepEqual(
    results.map((result) => result?.state),
    ['missing', 'missing', 'missing', 'missing'],
  );
  assert.match(results[0]?.fix ?? '', /ALARM and OK action/);
  assert.match(results[1]?.fix ?? '', /smokejumper subscribe/);
  assert.match(results[2]?.text ?? '', /waiting for confirmation/);
  assert.match(results[3]?.fix ?? '', /MAIL_TO/);
});

test('checks are a line each with the fix below, in the width of the terminal; they sum up', async () => {
  const fault = new AppError('SMTP_UNUSABLE', 'mail.example.com does not accept mail.', { hint: 'Check SMTP_URL.' });
  const told: Checked[] = [];
  const checks: Check[] = [
    { name: 'data folder', run: async () => ok('/data holds 3 incidents') },
    {
      name: 'alarms',
      run: async () => [ok('one'), missing(`${'nothing fires '.repeat(6)}\u001b[2J`, 'Make an alarm.')],
    },
    { name: 'mail', run: async () => Promise.reject(fault) },
    { name: 'bucket', run: async () => note('none', 'Set CAPTURE_BUCKET.') },
  ];
  const all = await runChecks(checks, (checked) => told.push(checked));
  assert.deepEqual(told, all);
  assert.deepEqual(
    all.map(({ name, state, fix }) => [name, state, fix]),
    [
      ['data folder', 'ok', null],
      ['alarms', 'ok', null],
      ['alarms', 'missing', 'Make an alarm.'],
      ['mail', 'failed', 'Check SMTP_URL.'],
      ['bucket', 'note', 'Set CAPTURE_BUCKET.'],
    ],
  );
  const terminal = terminalOf({ isTTY: true, columns: 60 }, 'never', {});
  const lines = all.flatMap((checked) => checkedLines(checked, terminal));
  assert.equal(lines[0], '✓ data folder   /data holds 3 incidents');
  assert.deepEqual(lines.slice(-4), [
    '✗ mail          mail.example.com does not accept mail.',
    '                → Check SMTP_URL.',
    '– bucket        none',
    '                → Set CAPTURE_BUCKET.',
  ]);
  for (const line of lines) assert.ok([...line].length <= 60 && !line.includes('\u001b'), line);
  assert.deepEqual(summary(all), {
    ready: false,
    words: 'Not ready; does not work: mail; nothing would fire or nobody be told: alarms.',
  });
  assert.deepEqual(summary(all.filter(({ state }) => state === 'note' || state === 'ok')), {
    ready: true,
    words: 'Ready: everything works.',
  });
});

test('a test mail goes to MAIL_TO or to the address that is named, and to nobody else', async () => {
  const server = await keepingMailServer();
  const config = configOf({ SMTP_URL: server.url, MAIL_TO: 'oncall@example.com, lead@example.com' });
  const sent = [await testMail(config, aws, undefined).run()].flat();
  assert.match(sent[0]?.text ?? '', /^sent to oncall@example\.com, lead@example\.com: look whether/);
  assert.equal(server.raw.length, 2);
  await testMail(config, aws, 'me@example.com').run();
  const mail = Buffer.from(server.raw[2] ?? []).toString();
  assert.match(mail, /^To: me@example\.com\r$/m);
  assert.match(mail, /^Subject: \[Smokejumper\] Test mail\r$/m);
  await assert.rejects(async () => testMail(configOf(), aws, undefined).run(), {
    code: 'NO_RECIPIENT',
    hint: /MAIL_TO/,
  });
});

test('a mail server that takes nothing is named, its password is not', async () => {
  const server = createServer((socket) => socket.end('554 no service here\r\n'))
    .listen(0, '127.0.0.1')
    .unref();
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const config = configOf({ SMTP_URL: `smtp://me:secret@127.0.0.1:${port}`, MAIL_TO: 'oncall@example.com' });
  await assert.rejects(check('mail', config), (error: Error & { code?: string; hint?: string }) => {
    assert.deepEqual([error.code, error.hint], ['SMTP_UNUSABLE', 'Check SMTP_URL.']);
    assert.match(error.message, new RegExp(`^127\\.0\\.0\\.1:${port} does not accept mail from us: .*554`));
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test('no perf on an instance is a fault, or a note where the first capture may install it', async () => {
  const missing = (message: string) => {
    const report = { smokejumper: 1, ok: false, id: 'cli-1', code: 'PERF_MISSING', message, hint: 'Do this.' };
    const sent: string[] = [];
    const ssm = answering(aws.ssm, (input) => {
      if (!('DocumentName' in input)) {
        const StandardOutputContent = `${JSON.stringify(report)}\n`;
        return { Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 71, StandardOutputContent };
      }
      sent.push(JSON.stringify(input));
      return { Command: { CommandId: 'cmd-1' } };
    });
    const recording = (changes: Record<string, string>) =>
      instanceChecks(configOf(changes), { ...aws, ssm }, HOT)
        .find(({ name }) => name === 'recording')
        ?.run();
    return { sent, recording };
  };
  const on = { CAPTURE_INSTALL_PERF: 'on' };
  const { sent, recording } = missing('There is no perf here.');
  await assert.rejects(async () => recording({}), { code: 'PERF_MISSING', hint: 'Do this.' });
  const [noted] = [await recording(on)].flat();
  assert.equal(noted?.state, 'note');
  assert.match(noted?.text ?? '', /^There is no perf here\. CAPTURE_INSTALL_PERF=on: the first capture installs it/);
  // A check changes nothing.
  assert.doesNotMatch(sent.join(), /'--install-perf'\\n"/);
  const image = missing('There is no perf here, and it cannot be installed: packages cannot be installed on Flatcar.');
  await assert.rejects(async () => image.recording(on), { code: 'PERF_MISSING' });
});

test('an instance whose functions would have no names: the check says which process, and which options', async () => {
  const recorded = gunzipSync(await readFile(join(import.meta.dirname, '../fixtures/captures/busy-hot.capture.gz')));
  const nameless = gzipSync(recorded.toString().replaceAll('"perfMap":"ok"', '"perfMap":"none"'));
  const ssm = answering(aws.ssm, (input) => {
    if ('DocumentName' in input) return { Command: { CommandId: 'cmd-1' } };
    const chunk = { offset: 0, length: nameless.length };
    const sha256 = createHash('sha256').update(nameless).digest('hex');
    const report = { smokejumper: 1, ok: true, id: 'cli-1', bytes: nameless.length, sha256, chunk };
    const StandardOutputContent = `${nameless.toString('base64')}\n${JSON.stringify(report)}\n`;
    return { Status: 'Success', StatusDetails: 'Success', ResponseCode: 0, StandardOutputContent };
  });
  const checks = instanceChecks(configOf(), { ...aws, ssm }, HOT);
  await assert.rejects(async () => checks.find(({ name }) => name === 'recording')?.run(), {
    code: 'NO_SYMBOLS',
    message: 'The functions of busy.js (15943) will have no names.',
    hint: /^Start Node with NODE_OPTIONS="--perf-basic-prof-only-functions/,
  });
});
