import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { bits, integer, nothing, objectId, octets, sequence, setOf, tlv, utcTime, utf8 } from './der.ts';

export interface SigningIdentity {
  readonly privateKey: KeyObject;
  readonly certificatePem: string;
  /** As AWS names them: `/SimpleNotificationService-<32 hex>.pem` */
  readonly certificatePath: string;
}

const SUBJECT = 'sns.amazonaws.com';
const DAY_MS = 86_400_000;
/** AWS's certificates live about a year. */
const VALID_DAYS = 365;

/** A fresh RSA key and a certificate for it (X.509 v3, RFC 5280, signed by itself). */
export async function createSigningIdentity(now: Date): Promise<SigningIdentity> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const algorithm = sequence(objectId('1.2.840.113549.1.1.11'), nothing()); // sha256WithRSAEncryption
  const name = sequence(setOf(sequence(objectId('2.5.4.3'), utf8(SUBJECT)))); // commonName
  const validity = sequence(
    utcTime(new Date(now.getTime() - DAY_MS)),
    utcTime(new Date(now.getTime() + VALID_DAYS * DAY_MS)),
  );
  const alternative = sequence(objectId('2.5.29.17'), octets(sequence(tlv(0x82, Buffer.from(SUBJECT, 'latin1')))));
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    validity,
    name,
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(alternative)),
  );
  const certificate = sequence(body, algorithm, bits(sign('sha256', body, pair.privateKey)));
  return {
    privateKey: pair.privateKey,
    certificatePem: pem(certificate),
    certificatePath: `/SimpleNotificationService-${randomBytes(16).toString('hex')}.pem`,
  };
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
