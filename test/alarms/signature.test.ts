import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Envelope } from '../../service/alarms/envelope.ts';
import { stringToSign, verifySignature } from '../../service/alarms/signature.ts';
import { AppError } from '../../service/shared/errors.ts';
import { confirmation, notification, PUBLIC_KEY, signed } from '../fixtures/alarms/envelopes.ts';
import { TOPIC } from '../fixtures/alarms/messages.ts';

function refuses(envelope: Envelope, key: KeyObject = PUBLIC_KEY): void {
  assert.throws(
    () => verifySignature(envelope, key),
    (error: unknown) =>
      error instanceof AppError &&
      error.code === 'BAD_SIGNATURE' &&
      error.retry === 'never' &&
      error.message === 'The signature does not match the message.',
  );
}

describe('what is signed', () => {
  test('of a notification, with and without a subject', () => {
    const envelope = notification({ Message: 'm\nm', Subject: 's' });
    const id = `MessageId\n${envelope.MessageId}\n`;
    const end = `Timestamp\n${envelope.Timestamp}\nTopicArn\n${TOPIC}\nType\nNotification\n`;
    assert.equal(stringToSign(envelope), `Message\nm\nm\n${id}Subject\ns\n${end}`);
    assert.equal(stringToSign({ ...envelope, Subject: undefined }), `Message\nm\nm\n${id}${end}`);
    assert.equal(stringToSign({ ...envelope, Subject: '' }), `Message\nm\nm\n${id}Subject\n\n${end}`);
  });

  test('of both confirmations, the token and the address too', () => {
    for (const Type of ['SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const) {
      const envelope = confirmation({ Type, Message: 'm', Token: 't', SubscribeURL: 'u', Subject: 'never part of it' });
      assert.equal(
        stringToSign(envelope),
        `Message\nm\nMessageId\n${envelope.MessageId}\nSubscribeURL\nu\nTimestamp\n${envelope.Timestamp}\n` +
          `Token\nt\nTopicArn\n${TOPIC}\nType\n${Type}\n`,
      );
    }
  });
});

describe('a signature', () => {
  test('of version 1 and of version 2 is accepted', () => {
    for (const SignatureVersion of ['1', '2'] as const) {
      verifySignature(signed(notification({ SignatureVersion, Message: 'é🔥\r\n' })), PUBLIC_KEY);
      verifySignature(signed(confirmation({ SignatureVersion })), PUBLIC_KEY);
    }
  });

  test('breaks with any signed field', () => {
    const good = signed(confirmation());
    for (const field of ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn'] as const) {
      refuses({ ...good, [field]: `${good[field]}x` });
    }
    refuses({ ...good, Type: 'UnsubscribeConfirmation' });
    refuses({ ...signed(notification()), Subject: undefined });
  });

  test('of one version does not pass for the other', () => {
    refuses({ ...signed(notification({ SignatureVersion: '1' })), SignatureVersion: '2' });
    refuses({ ...signed(notification({ SignatureVersion: '2' })), SignatureVersion: '1' });
  });

  test('that is empty, not base64 or made by somebody else is refused in the same words', () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    refuses(notification());
    refuses(notification({ Signature: '!!!' }));
    refuses(signed(notification()), stranger);
  });

  test('is not accepted with a key that is not an RSA key', () => {
    refuses(signed(notification()), generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  });
});
