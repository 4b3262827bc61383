import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULT_RETRY_POLICY, type RetryPolicy, retryDelaySeconds } from '../../../sandbox/aws/sns/retry-policy.ts';

function delays(policy: Partial<RetryPolicy>): number[] {
  const whole = { ...DEFAULT_RETRY_POLICY, ...policy };
  return Array.from({ length: whole.numRetries }, (_, retry) => retryDelaySeconds(whole, retry));
}

test('SNS repeats a delivery three times, 20 s apart', () => {
  assert.deepEqual(delays({}), [20, 20, 20]);
});

test('linear delays go from the smallest to the largest in equal steps', () => {
  assert.deepEqual(delays({ minDelayTarget: 10, maxDelayTarget: 40, numRetries: 4 }), [10, 20, 30, 40]);
  assert.deepEqual(delays({ minDelayTarget: 10, maxDelayTarget: 40, numRetries: 1 }), [10]);
});

test('exponential delays double up to the largest', () => {
  const policy = { minDelayTarget: 5, maxDelayTarget: 25, numRetries: 5, backoffFunction: 'exponential' };
  assert.deepEqual(delays(policy), [5, 10, 20, 25, 25]);
});
