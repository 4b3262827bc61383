import assert from 'node:assert/strict';
import test from 'node:test';
import { queueAddress, queueArn } from '../../service/shared/queue-address.ts';

const PATH = '/123456789012/cpu-alarms';

test('every form of address that AWS gives a queue tells region, account and name', () => {
  const addresses = [
    ['https://sqs.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['https://sqs-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['https://sqs.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['https://sqs.us-east-2.api.aws', 'us-east-2'],
    ['https://ap-southeast-2.queue.amazonaws.com', 'ap-southeast-2'],
    ['https://queue.amazonaws.com', 'us-east-1'],
  ] as const;
  for (const [host, region] of addresses) {
    const url = `${host}${PATH}`;
    const expected = { url, endpoint: null, region, accountId: '123456789012', name: 'cpu-alarms' };
    assert.deepEqual(queueAddress(url), expected);
  }
});

test('a private address is the only one that reaches its queue', () => {
  const origin = 'https://vpce-0a1b2c-3d4e.sqs.eu-west-1.vpce.amazonaws.com';
  assert.equal(queueAddress(`${origin}${PATH}`)?.endpoint, origin);
});

test('an ARN is as good as an address, in every partition', () => {
  for (const [arn, url] of [
    ['arn:aws:sqs:eu-west-1:123456789012:cpu.fifo', 'https://sqs.eu-west-1.amazonaws.com/123456789012/cpu.fifo'],
    ['arn:aws-cn:sqs:cn-north-1:123456789012:cpu', 'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/cpu'],
    ['arn:aws-us-gov:sqs:us-gov-east-1:123456789012:cpu', 'https://sqs.us-gov-east-1.amazonaws.com/123456789012/cpu'],
    ['arn:aws-eusc:sqs:eusc-de-east-1:123456789012:cpu', 'https://sqs.eusc-de-east-1.amazonaws.eu/123456789012/cpu'],
  ] as const) {
    const address = queueAddress(arn);
    assert.equal(address?.url, url);
    assert.equal(address && queueArn(address, 'us-east-1'), arn);
  }
});

test('an emulator does not tell its region', () => {
  const address = queueAddress('http://127.0.0.1:4566/000000000000/cpu');
  assert.equal(address?.region, null);
  assert.equal(address && queueArn(address, 'eu-west-1'), 'arn:aws:sqs:eu-west-1:000000000000:cpu');
});

test('what is no address of a queue is none', () => {
  for (const text of [
    'cpu-alarms',
    'arn:aws:sns:eu-west-1:123456789012:cpu',
    'arn:aws:sqs:eu-west-1:12345:cpu',
    `https://sqs.eu-west-1.amazonws.com${PATH}`,
    `https://sqs.eu-west-1.amazonaws.com.evil.example${PATH}`,
    `https://sqs.eu-west-1.amazonaws.com:8443${PATH}`,
    `https://user:secret@sqs.eu-west-1.amazonaws.com${PATH}`,
    `https://sqs.eu-west-1.amazonaws.com${PATH}?Action=DeleteQueue`,
    `https://sqs.eu-west-1.amazonaws.com${PATH}/more`,
    'https://sqs.eu-west-1.amazonaws.com/cpu-alarms',
    `ftp://127.0.0.1${PATH}`,
  ]) {
    assert.equal(queueAddress(text), undefined, text);
  }
});
