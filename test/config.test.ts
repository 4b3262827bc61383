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

test('a required variable that is not set is named', () => {
  assert.throws(() => readConfig({}), { message: /^ {2}SNS_TOPIC_ARNS: is required but not set$/m });
});

test('an empty variable counts as unset', () => {
  assert.equal(readConfig({ SNS_TOPIC_ARNS: TOPIC, SMTP_URL: '', PORT: '' }).PORT, 3000);
});

test('perf is installed on instances only where that is switched on, by one of two words', () => {
  assert.equal(readConfig({ SNS_TOPIC_ARNS: TOPIC }).CAPTURE_INSTALL_PERF, 'off');
  assert.equal(readConfig({ SNS_TOPIC_ARNS: TOPIC, CAPTURE_INSTALL_PERF: 'on' }).CAPTURE_INSTALL_PERF, 'on');
  assert.throws(() => readConfig({ SNS_TOPIC_ARNS: TOPIC, CAPTURE_INSTALL_PERF: 'yes' }), {
    message: /CAPTURE_INSTALL_PERF: /,
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
    message: /SOURCE_EXCERPTS: [^\n]+\n {2}SOURCE_URL: must begin with https/,
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
      message: /CAPTURE_BUCKET: is not the name of a bucket/,
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
    assert.throws(() => read({ TRUST_PROXY: wrong }), /TRUST_PROXY: /, wrong);
  }
  assert.deepEqual(read({ HTTP_HOSTS: 'Smoke.example.com, *.internal' }).HTTP_HOSTS, [
    'smoke.example.com',
    '*.internal',
  ]);
  for (const wrong of ['*', 'https://smoke.example.com', 'smoke.example.com:3000', 'a.*.example.com']) {
    assert.throws(() => read({ HTTP_HOSTS: wrong }), /HTTP_HOSTS/, wrong);
  }
});
