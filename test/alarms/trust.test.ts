import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Envelope } from '../../service/alarms/envelope.ts';
import { certificateUrl, checkClock, checkTrust, type TopicTrust } from '../../service/alarms/trust.ts';
import { AppError } from '../../service/shared/errors.ts';
import { CERTIFICATE_PATH, notification, SENT_AT } from '../fixtures/alarms/envelopes.ts';
import { TOPIC } from '../fixtures/alarms/messages.ts';

const NOW = Date.parse(SENT_AT);
const TRUST: TopicTrust = { topicArns: [TOPIC] };

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'trusted';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('a message is trusted', () => {
  const check = (envelope: Partial<Envelope>, trust = TRUST, now = NOW) =>
    codeOf(() => checkTrust(notification(envelope), trust, now));

  test('only from a listed topic, compared as a whole', () => {
    assert.equal(check({}), 'trusted');
    for (const TopicArn of [`${TOPIC}2`, TOPIC.slice(0, -1), TOPIC.toUpperCase(), '', '*']) {
      assert.equal(check({ TopicArn }), 'FOREIGN_TOPIC');
    }
    assert.equal(check({}, { topicArns: [] }), 'FOREIGN_TOPIC');
  });

  test('for two hours; from the future too, until it is proven', () => {
    const hour = 3_600_000;
    assert.equal(check({}, TRUST, NOW + 2 * hour), 'trusted');
    assert.equal(check({}, TRUST, NOW + 2 * hour + 1), 'STALE_MESSAGE');
    assert.equal(check({}, TRUST, NOW - 24 * hour), 'trusted');
  });

  test('once proven, when it is at most a quarter of an hour ahead of our clock, and its certificate is valid', () => {
    const clock = (now: number, validFromMs = NOW - 3_600_000) =>
      codeOf(() => checkClock(notification({}), validFromMs, now));
    assert.equal(clock(NOW + 3_600_000), 'trusted');
    assert.equal(clock(NOW - 900_000), 'trusted');
    assert.equal(clock(NOW - 900_001), 'CLOCK_BEHIND');
    assert.equal(clock(NOW, NOW + 1), 'CLOCK_BEHIND');
  });

  test('when signed with SHA-1, unless version 2 is required', () => {
    const strict = { ...TRUST, requireSignatureV2: true };
    assert.equal(check({ SignatureVersion: '1' }, strict), 'WEAK_SIGNATURE');
    assert.equal(check({ SignatureVersion: '2' }, strict), 'trusted');
  });
});

describe('the address of a signing certificate', () => {
  const at = (SigningCertURL: string, TopicArn = TOPIC, trust = TRUST) =>
    codeOf(() => certificateUrl(notification({ SigningCertURL, TopicArn }), trust));

  test('is the one that the topic allows, in every partition', () => {
    const hosts = {
      'arn:aws:sns:eu-west-1:111122223333:t': 'sns.eu-west-1.amazonaws.com',
      'arn:aws:sns:me-south-1:111122223333:t.fifo': 'sns.me-south-1.amazonaws.com',
      'arn:aws-cn:sns:cn-north-1:111122223333:t': 'sns.cn-north-1.amazonaws.com.cn',
      'arn:aws-us-gov:sns:us-gov-west-1:111122223333:t': 'sns.us-gov-west-1.amazonaws.com',
      'arn:aws-eusc:sns:eusc-de-east-1:111122223333:t': 'sns.eusc-de-east-1.amazonaws.eu',
    };
    for (const [topic, host] of Object.entries(hosts)) {
      const url = certificateUrl(
        notification({ TopicArn: topic, SigningCertURL: `https://${host}${CERTIFICATE_PATH}` }),
        TRUST,
      );
      assert.equal(url.href, `https://${host}${CERTIFICATE_PATH}`);
    }
  });

  test('is refused when anything about it differs', () => {
    const host = 'sns.eu-west-1.amazonaws.com';
    const forged = [
      `http://${host}${CERTIFICATE_PATH}`,
      `https://sns.us-east-1.amazonaws.com${CERTIFICATE_PATH}`,
      `https://sns.eu-west-1.amazonaws.com.cn${CERTIFICATE_PATH}`,
      // An S3 bucket named "sns": accepted by the validators on npm.
      `https://sns.s3-eu-west-1.amazonaws.com${CERTIFICATE_PATH}`,
      `https://sns.eu-west-1.amazonaws.com.evil.example${CERTIFICATE_PATH}`,
      `https://evil.example/https://${host}${CERTIFICATE_PATH}`,
      `https://${host}@evil.example${CERTIFICATE_PATH}`,
      `https://user@${host}${CERTIFICATE_PATH}`,
      `https://${host}:8443${CERTIFICATE_PATH}`,
      `https://${host}:443${CERTIFICATE_PATH}`,
      `https://${host}${CERTIFICATE_PATH}?x=.pem`,
      `https://${host}${CERTIFICATE_PATH}#x`,
      `https://${host}/a/..${CERTIFICATE_PATH}`,
      `https://${host}//${CERTIFICATE_PATH}`,
      `https://${host}/SimpleNotificationService-0123456789ABCDEF0123456789ABCDEF.pem`,
      `https://${host}/SimpleNotificationService-0123.pem`,
      `https://${host}\\${CERTIFICATE_PATH}`,
      `https://${host}${CERTIFICATE_PATH}\n`,
      ` https://${host}${CERTIFICATE_PATH}`,
      `HTTPS://${host}${CERTIFICATE_PATH}`,
      'javascript:alert(1)',
      'not a url',
      '',
    ];
    for (const url of forged) assert.equal(at(url), 'BAD_CERTIFICATE_URL', url);
  });

  test('is refused for a topic whose ARN is not an ARN', () => {
    for (const topic of ['arn:aws:sns:evil.example/:111122223333:t', 'arn:aws:sqs:eu-west-1:111122223333:q', '']) {
      assert.equal(at(`https://sns.eu-west-1.amazonaws.com${CERTIFICATE_PATH}`, topic), 'BAD_CERTIFICATE_URL');
    }
  });

  test('in a sandbox is at its origin only, with the same path', () => {
    const sandbox = { ...TRUST, certificateOrigin: 'http://127.0.0.1:4566/' };
    assert.equal(at(`http://127.0.0.1:4566${CERTIFICATE_PATH}`, TOPIC, sandbox), 'trusted');
    assert.equal(at(`https://sns.eu-west-1.amazonaws.com${CERTIFICATE_PATH}`, TOPIC, sandbox), 'BAD_CERTIFICATE_URL');
    assert.equal(at('http://127.0.0.1:4566/other.pem', TOPIC, sandbox), 'BAD_CERTIFICATE_URL');
  });
});
