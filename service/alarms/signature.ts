import { type KeyObject, verify } from 'node:crypto';
import { AppError } from '../shared/errors.ts';
import type { Envelope } from './envelope.ts';

/** Proven by the certificate store, and parsed once: that takes as long as verifying three signatures. */
export interface SigningCertificate {
  readonly publicKey: KeyObject;
  /** Epoch milliseconds. */
  readonly validFromMs: number;
}

const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;
/** What a signature covers, in order: SNS Developer Guide, "Verifying the signatures of Amazon SNS messages". */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: CONFIRMATION,
  UnsubscribeConfirmation: CONFIRMATION,
} as const satisfies Record<Envelope['Type'], readonly (keyof Envelope)[]>;

/** The text that SNS signed: key, line end, value, line end; a Subject that was not sent is left out. */
export function stringToSign(envelope: Envelope): string {
  const keys: readonly (keyof Envelope)[] = SIGNED[envelope.Type];
  return keys.map((key) => (envelope[key] === undefined ? '' : `${key}\n${envelope[key]}\n`)).join('');
}

/**
 * RSA PKCS#1 v1.5 with SHA-1 (version 1, still the default of topics) or SHA-256 (version 2).
 * Throws `BAD_SIGNATURE`, the same for every cause.
 */
export function verifySignature(envelope: Envelope, publicKey: KeyObject): void {
  if (!isSigned(envelope, publicKey)) {
    throw new AppError('BAD_SIGNATURE', 'The signature does not match the message.');
  }
}

function isSigned(envelope: Envelope, key: KeyObject): boolean {
  try {
    if (key.asymmetricKeyType !== 'rsa') return false;
    const algorithm = envelope.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
    const text = Buffer.from(stringToSign(envelope), 'utf8');
    return verify(algorithm, text, key, Buffer.from(envelope.Signature, 'base64'));
  } catch {
    return false;
  }
}
