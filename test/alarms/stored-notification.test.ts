import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readMessage } from '../../service/alarms/read-message.ts';
import { parseStoredNotification } from '../../service/alarms/stored-notification.ts';
import { AppError } from '../../service/shared/errors.ts';
import { notification } from '../fixtures/alarms/envelopes.ts';
import { singleMetric, stateChangeEvent, TOPIC } from '../fixtures/alarms/messages.ts';

describe('a stored notification', () => {
  test('may be the envelope that SNS posted', () => {
    const { MessageId: messageId, TopicArn: topicArn, Message: message } = notification();
    assert.deepEqual(parseStoredNotification(JSON.stringify(notification(), null, 2)), [
      { messageId, topicArn, message },
    ]);
  });

  test('may be the event of a Lambda function with several records', () => {
    const Sns = { ...notification(), SigningCertUrl: 'EXAMPLE' };
    const records = parseStoredNotification(JSON.stringify({ Records: [{ Sns }, { Sns: { Message: 'hello' } }] }));
    assert.equal(records[0]?.topicArn, TOPIC);
    assert.deepEqual(records[1], { messageId: null, topicArn: '', message: 'hello' });
  });

  test('may be what the aws command or a Lambda function received from SQS, with envelopes or messages alone', () => {
    const { MessageId: messageId, TopicArn: topicArn, Message: message } = notification();
    const bodies = [JSON.stringify(notification()), JSON.stringify(stateChangeEvent()), 'hello'];
    const expected = [
      { messageId, topicArn, message },
      { messageId: null, topicArn: '', message: bodies[1] },
      { messageId: null, topicArn: '', message: 'hello' },
    ];
    const received = { Messages: bodies.map((Body) => ({ MessageId: 'a', ReceiptHandle: 'r', Body })) };
    assert.deepEqual(parseStoredNotification(JSON.stringify(received)), expected);
    const event = { Records: bodies.map((body) => ({ messageId: 'a', eventSource: 'aws:sqs', body })) };
    assert.deepEqual(parseStoredNotification(JSON.stringify(event)), expected);
  });

  test('may begin with the mark that editors of Windows write', () => {
    assert.equal(parseStoredNotification(`\ufeff${JSON.stringify(notification())}`)[0]?.topicArn, TOPIC);
    const [alone] = parseStoredNotification(`\ufeff${JSON.stringify(singleMetric())}`);
    assert.equal(readMessage(alone?.message ?? '', '').kind, 'alarm');
  });

  test('may be the message alone, of SNS or of EventBridge', () => {
    for (const message of [singleMetric(), stateChangeEvent()]) {
      const [stored] = parseStoredNotification(JSON.stringify(message));
      assert.equal(readMessage(stored?.message ?? '', stored?.topicArn ?? '').kind, 'alarm');
    }
  });

  test('is refused with a hint when it is not a JSON object', () => {
    for (const text of ['', 'hello', '[1', '5', 'null']) {
      assert.throws(
        () => parseStoredNotification(text),
        (error: unknown) =>
          error instanceof AppError && error.code === 'BAD_NOTIFICATION_FILE' && error.hint !== undefined,
      );
    }
  });
});
