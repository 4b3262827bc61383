import assert from 'node:assert/strict';
import test from 'node:test';
import { CALL_MS } from '../../service/aws/call.ts';
import { createClients, REQUEST_LIMITS } from '../../service/aws/clients.ts';
import { MAIL_CALL_MS } from '../../service/aws/ses-sender.ts';

test('a call ends within half a minute, and within it AWS is asked more than once', () => {
  assert.ok(CALL_MS <= 30_000 && MAIL_CALL_MS <= 30_000);
  const { connectMs, answerMs, mailAnswerMs, idleMs, attempts } = REQUEST_LIMITS;
  assert.ok(connectMs >= 1000 && connectMs < answerMs);
  assert.ok(2 * answerMs < CALL_MS, 'two tries without an answer leave time for a third');
  assert.ok(answerMs >= 5000 && idleMs >= 5000 && idleMs < CALL_MS);
  assert.ok(mailAnswerMs > answerMs && mailAnswerMs < MAIL_CALL_MS);
  // Pauses of 0.5, 1 and 2 s at most where AWS throttles.
  assert.ok(attempts === 4);
});

test('the limits reach the connections of every client', async () => {
  const clients = Object.entries(createClients('us-east-1'));
  assert.equal(clients.length, 7);
  for (const [name, { config }] of clients) {
    assert.equal(await config.maxAttempts(), REQUEST_LIMITS.attempts);
    // The handler knows its settings once it has made its first agent.
    const handler = config.requestHandler as unknown as { configProvider: Promise<object> };
    const { connectionTimeout, requestTimeout, socketTimeout, throwOnRequestTimeout } =
      (await handler.configProvider) as Record<string, unknown>;
    assert.deepEqual(
      { connectionTimeout, requestTimeout, socketTimeout, throwOnRequestTimeout },
      {
        connectionTimeout: REQUEST_LIMITS.connectMs,
        requestTimeout: name === 'ses' ? REQUEST_LIMITS.mailAnswerMs : REQUEST_LIMITS.answerMs,
        socketTimeout: REQUEST_LIMITS.idleMs,
        throwOnRequestTimeout: true,
      },
      name,
    );
  }
});
