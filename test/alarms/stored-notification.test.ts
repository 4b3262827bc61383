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

  test('may be one of several: in a list, or one behind the other as commands appended them', () => {
    const { MessageId: messageId, TopicArn: topicArn, Message: message } = notification();
    const envelope = JSON.stringify(notification(), null, 2);
    const event = JSON.stringify({ Records: [{ body: envelope }, { Sns: notification() }] });
    const answer = JSON.stringify({ Messages: [{ Body: envelope }] }, null, 4);
    const alone = JSON.stringify({ AlarmName: 'brackets ]}" \\ in a name' });
    const one = { messageId, topicArn, message };
    const expected = [one, one, one, one, { messageId: null, topicArn: '', message: alone }];
    for (const file of [
      `${envelope}\n${event}${answer}\n\n${alone}\n`,
      `[${[envelope, event, answer, alone].join(', ')}]`,
    ]) {
      assert.deepEqual(parseStoredNotification(file), expected);
    }
  });

  test('that holds no message, is empty, or breaks off says so', () => {
    const faults = [
      ['', /empty.*queue without messages/],
      [' \r\n', /empty/],
      ['{"Messages": []}', /holds no message/],
      ['[]', /holds no message/],
      ['{"Records": []}', /holds no message/],
      [`${JSON.stringify(singleMetric())} {"AlarmName": "broken`, /Text 2 of 2 in the file is not JSON/],
      [`${JSON.stringify(singleMetric())} 5`, /does not hold a JSON object/],
      ['{"Messages": [', /not JSON/],
      ['['.repeat(5_000) + ']'.repeat(5_000), /does not hold a JSON object/],
    ] as const;
    for (const [file, message] of faults) {
      assert.throws(() => parseStoredNotification(file), { code: 'BAD_NOTIFICATION_FILE', message }, file.slice(0, 60));
    }
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
