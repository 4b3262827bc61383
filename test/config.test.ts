import assert from 'node:assert/strict';
import { isAbsolute } from 'node:path';
import test from 'node:test';
import { readConfig } from '../service/config.ts';
import { AppError } from '../service/shared/errors.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cpu';

test('the least configuration is a topic; the rest has defaults, and the result cannot be changed', () => {
  const config = readConfig({ SNS_TOPIC_ARNS: TOPIC });
  assert.deepEqual(config.SNS_TOPIC_ARNS, [TOPIC]);
  assert.equal(config.CAPTURE_HZ, 99);
  assert.ok(isAbsolute(config.DATA_DIR));
  assert.ok(Object.isFrozen(config));
});

test('every fault is reported at once, with the variable it is in', () => {
  assert.throws(
    () => readConfig({ SNS_TOPIC_ARNS: 'nonsense', PORT: '70000', CAPTURE_SECONDS: 'long', SMTP_URL: 'http://x' }),
    (error: unknown) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'BAD_CONFIG');
      for (const name of ['SNS_TOPIC_ARNS', 'PORT', 'CAPTURE_SECONDS', 'SMTP_URL'])
        assert.match(error.message, new RegExp(name));
      return true;
    },
  );
});

test('a fault is said in words, of one value of a list, and without a password', () => {
  const faults = (given: Record<string, string>) => {
    try {
      readConfig({ SNS_TOPIC_ARNS: TOPIC, ...given });
    } catch (error) {
      return (error as Error).message.split('\n').slice(1);
    }
    return [];
  };
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ PORT: '70000' }, 'PORT is "70000"; it must be a whole number from 0 to 65535.'],
    [{ PORT: '1.5' }, 'PORT is "1.5"; it must be a whole number from 0 to 65535.'],
    [{ CAPTURE_SECONDS: 'long' }, 'CAPTURE_SECONDS is "long"; it must be a whole number from 1 to 300.'],
    [{ SNS_REQUIRE_SIGNATURE_V2: 'maybe' }, 'SNS_REQUIRE_SIGNATURE_V2 is "maybe"; it must be true or false.'],
    [{ SNS_TOPIC_ARNS: `${TOPIC}, x,` }, 'SNS_TOPIC_ARNS has "x"; it is not the ARN of an SNS topic.'],
    [
      { SQS_QUEUE_URLS: 'https://sqs.x/1/q' },
      'SQS_QUEUE_URLS has "https://sqs.x/1/q"; it is neither the address nor the ARN of an SQS queue.',
    ],
    [{ ALARM_ACCOUNTS: '12' }, 'ALARM_ACCOUNTS has "12"; it is not the number of an account.'],
    [{ SMTP_URL: 'http://me:secret@x' }, 'SMTP_URL must be an address such as smtp://user:password@host:587.'],
    [{ PUBLIC_URL: 'ftp://me:secret@x' }, 'PUBLIC_URL must be an address that begins with https:// or http://.'],
    [
      { LOG_LEVEL: `\u001b[2J${'x'.repeat(99)}` },
      `LOG_LEVEL is "\\u001b[2J${'x'.repeat(55)}…"; it must be fatal, error, warn, info, debug, trace or silent.`,
    ],
  ];
  for (const [given, words] of cases) assert.deepEqual(faults(given), [`  ${words}`]);
});

test('queues are told by address or ARN, and make the topics optional', () => {
  const url = 'https://sqs.eu-west-1.amazonaws.com/123456789012/cpu';
  const config = readConfig({ SQS_QUEUE_URLS: `${url}, arn:aws:sqs:us-east-1:123456789012:more` });
  assert.deepEqual(
    config.SQS_QUEUE_URLS.map(({ region, name }) => [region, name]),
    [
      ['eu-west-1', 'cpu'],
      ['us-east-1', 'more'],
    ],
  );
  assert.deepEqual(config.SNS_TOPIC_ARNS, []);
  assert.throws(() => readConfig({ SQS_QUEUE_URLS: ',' }), { message: /SQS_QUEUE_URLS is ","; it names no queue\.$/m });
});

test('a required variable that is not set is named', () => {
  assert.throws(() => readConfig({}), { message: /^ {2}SNS_TOPIC_ARNS is required but not set\.$/m });
});

test('an empty variable counts as unset', () => {
  assert.equal(readConfig({ SNS_TOPIC_ARNS: TOPIC, SMTP_URL: '', PORT: '' }).PORT, 3000);
});

test('perf is installed on instances only where that is switched on, by one of two words', () => {
  assert.equal(readConfig({ SNS_TOPIC_ARNS: TOPIC }).CAPTURE_INSTALL_PERF, 'off');
  assert.equal(readConfig({ SNS_TOPIC_ARNS: TOPIC, CAPTURE_INSTALL_PERF: 'on' }).CAPTURE_INSTALL_PERF, 'on');
  assert.throws(() => readConfig({ SNS_TOPIC_ARNS: TOPIC, CAPTURE_INSTALL_PERF: 'yes' }), {
    message: /CAPTURE_INSTALL_PERF is "yes"; it must be off or on\.$/,
  });
});

test('lists are split at commas and trimmed', () => {
  const config = readConfig({ SNS_TOPIC_ARNS: `${TOPIC} , ${TOPIC}2`, MAIL_TO: 'a@example.com, b@example.com,' });
  assert.deepEqual(config.SNS_TOPIC_ARNS, [TOPIC, `${TOPIC}2`]);
  assert.deepEqual(config.MAIL_TO, ['a@example.com', 'b@example.com']);
});

test('the base of links is kept without a slash at its end, as links add their own', () => {
  const config = readConfig({ SNS_TOPIC_ARNS: TOPIC, PUBLIC_URL: 'https://smokejumper.example.com/base//' });
  assert.equal(config.PUBLIC_URL, 'https://smokejumper.example.com/base');
});

test('a template for links to code must lead to a code host, by http or https', () => {
  const url = 'https://github.com/acme/web/blob/{commit}/{path}#L{line}';
  const config = readConfig({ SNS_TOPIC_ARNS: TOPIC, SOURCE_URL: url, SOURCE_EXCERPTS: 'mail' });
  assert.deepEqual([config.SOURCE_URL, config.SOURCE_EXCERPTS], [url, 'mail']);
  assert.equal(readConfig({ SNS_TOPIC_ARNS: TOPIC }).SOURCE_EXCERPTS, 'pages');
  assert.throws(() => readConfig({ SNS_TOPIC_ARNS: TOPIC, SOURCE_URL: 'javascript:{path}', SOURCE_EXCERPTS: 'all' }), {
    code: 'BAD_CONFIG',
    message:
      /SOURCE_EXCERPTS is "all"; it must be [^\n]+\n {2}SOURCE_URL is "javascript:\{path\}"; it must begin with https/,
  });
});

test('the bucket for large results is one that S3 could have', () => {
  assert.equal(
    readConfig({ SNS_TOPIC_ARNS: TOPIC, CAPTURE_BUCKET: 'acme-captures.eu' }).CAPTURE_BUCKET,
    'acme-captures.eu',
  );
  for (const CAPTURE_BUCKET of ['s3://acme', 'Acme', 'a', 'acme/captures', 'arn:aws:s3:::acme']) {
    assert.throws(() => readConfig({ SNS_TOPIC_ARNS: TOPIC, CAPTURE_BUCKET }), {
      code: 'BAD_CONFIG',
      message: /CAPTURE_BUCKET is ".+"; it is not the name of a bucket/,
    });
  }
});

test('proxies are a number or addresses; names of hosts are names', () => {
  const read = (more: Record<string, string>) =>
    readConfig({ SNS_TOPIC_ARNS: 'arn:aws:sns:us-east-1:123456789012:cpu', ...more });
  assert.deepEqual(read({}).TRUST_PROXY, []);
  assert.equal(read({ TRUST_PROXY: '2' }).TRUST_PROXY, 2);
  assert.deepEqual(read({ TRUST_PROXY: 'loopback, 10.0.0.0/8,::1' }).TRUST_PROXY, ['loopback', '10.0.0.0/8', '::1']);
  for (const wrong of ['true', '0', '99', 'balancer.example.com', '10.0.0.0/8,all']) {
    assert.throws(() => read({ TRUST_PROXY: wrong }), /TRUST_PROXY is ".+"; it is neither/, wrong);
  }
  assert.deepEqual(read({ HTTP_HOSTS: 'Smoke.example.com, *.internal' }).HTTP_HOSTS, [
    'smoke.example.com',
    '*.internal',
  ]);
  for (const wrong of ['*', 'https://smoke.example.com', 'smoke.example.com:3000', 'a.*.example.com']) {
    assert.throws(() => read({ HTTP_HOSTS: wrong }), /HTTP_HOSTS/, wrong);
  }
});
