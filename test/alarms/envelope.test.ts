import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseEnvelope } from '../../service/alarms/envelope.ts';
import { AppError } from '../../service/shared/errors.ts';
import { confirmation, notification } from '../fixtures/alarms/envelopes.ts';
import { TOPIC } from '../fixtures/alarms/messages.ts';

function refused(code: string) {
  return (error: unknown) => error instanceof AppError && error.code === code && error.retry === 'never';
}

function refuses(code: string, body: unknown, headers: Record<string, string> = {}): void {
  assert.throws(() => parseEnvelope(typeof body === 'string' ? body : JSON.stringify(body), headers), refused(code));
}

describe('the envelope of SNS', () => {
  test('is read with the headers that SNS sends, unknown keys dropped', () => {
    const body = JSON.stringify({ ...notification(), UnsubscribeURL: 'https://x', MessageAttributes: {} }, null, 2);
    const headers = {
      'X-Amz-Sns-Message-Type': 'Notification',
      'x-amz-sns-message-id': notification().MessageId,
      'x-amz-sns-topic-arn': TOPIC,
      'x-amz-sns-subscription-arn': `${TOPIC}:4f9519e8-e213-4b33-b4a9-6cc24322f047`,
      'content-type': 'text/plain; charset=UTF-8',
    };
    assert.deepEqual(parseEnvelope(body, headers), notification());
  });

  test('is read without a Subject, or with one that is null', () => {
    const { Subject, ...rest } = notification();
    assert.equal(parseEnvelope(JSON.stringify(rest), {}).Subject, undefined);
    assert.equal(parseEnvelope(JSON.stringify({ ...rest, Subject: null }), {}).Subject, undefined);
  });

  test('of a confirmation has token and address', () => {
    for (const Type of ['SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const) {
      assert.equal(parseEnvelope(JSON.stringify(confirmation({ Type })), {}).Token, 'f00d'.repeat(64));
    }
    refuses('MALFORMED_ENVELOPE', { ...confirmation(), Token: undefined });
    refuses('MALFORMED_ENVELOPE', { ...confirmation(), SubscribeURL: undefined });
  });

  test('is refused above 256 KiB, counted in bytes', () => {
    const bytes = 256 * 1024;
    refuses('BODY_TOO_LARGE', 'x'.repeat(bytes + 1));
    refuses('BODY_TOO_LARGE', 'é'.repeat(bytes / 2 + 1));
    refuses('BODY_NOT_JSON', 'x'.repeat(bytes));
  });

  test('is refused when it is not JSON, without quoting the body', () => {
    for (const body of ['', 'hello', '{"Type":', '\u0000']) refuses('BODY_NOT_JSON', body);
    assert.throws(
      () => parseEnvelope('secret-token', {}),
      (error: unknown) => error instanceof AppError && !`${error.message}${String(error.cause)}`.includes('secret'),
    );
  });

  test('is refused after raw delivery, which proves nothing', () => {
    refuses('RAW_DELIVERY', notification(), { 'x-amz-sns-rawdelivery': 'true' });
    refuses('RAW_DELIVERY', 'any text', { 'X-AMZ-SNS-RAWDELIVERY': 'True' });
  });

  test('is called unsigned when nothing but its proof is missing or unknown', () => {
    for (const field of ['SignatureVersion', 'Signature', 'SigningCertURL']) {
      for (const value of [undefined, null, 5, {}, ['x']]) refuses('UNSIGNED', { ...notification(), [field]: value });
    }
    refuses('UNSIGNED', { ...notification(), SignatureVersion: '3' });
    refuses('MALFORMED_ENVELOPE', { ...notification(), Signature: undefined, Message: undefined });
  });

  test('is refused when a header contradicts the body', () => {
    refuses('HEADER_MISMATCH', notification(), { 'x-amz-sns-message-type': 'SubscriptionConfirmation' });
    refuses('HEADER_MISMATCH', notification(), { 'x-amz-sns-topic-arn': `${TOPIC}2` });
    refuses('HEADER_MISMATCH', notification(), { 'x-amz-sns-message-id': 'other' });
  });

  test('is refused when a used field is missing or of another type', () => {
    for (const field of ['Type', 'MessageId', 'TopicArn', 'Message', 'Timestamp']) {
      for (const value of [undefined, null, 5, {}, ['x']])
        refuses('MALFORMED_ENVELOPE', { ...notification(), [field]: value });
    }
    for (const body of [null, [], 'text', 3, {}]) refuses('MALFORMED_ENVELOPE', JSON.stringify(body));
    refuses('MALFORMED_ENVELOPE', { ...notification(), Type: 'Surprise' });
    refuses('MALFORMED_ENVELOPE', { ...notification(), Timestamp: 'now' });
    refuses('MALFORMED_ENVELOPE', { ...notification(), MessageId: '../../etc' });
  });

  test('ends, for any body and headers, in an envelope or a foreseen refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.dictionary(fc.string(), fc.string()), (body, headers) => {
        try {
          parseEnvelope(body, headers);
        } catch (error) {
          assert.ok(error instanceof AppError);
        }
      }),
    );
  });
});
