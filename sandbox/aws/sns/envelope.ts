import { createSign, randomUUID } from 'node:crypto';
import type { SigningIdentity } from './certificate.ts';

/** What goes into a signed SNS body, in the order AWS writes it; absent members are left out. */
export interface Envelope {
  readonly Type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation' | 'Notification';
  readonly MessageId: string;
  readonly Token?: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly SubscribeURL?: string;
  readonly Timestamp: string;
}

export interface MessageAttribute {
  readonly Type: string;
  readonly Value: string;
}

export interface SignedExtras {
  readonly UnsubscribeURL?: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

export type SignatureVersion = '1' | '2';

/** Signed members in byte order of their names, as the SNS developer guide lists them for either kind of message. */
const SIGNED = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;

/** The body of an HTTP delivery: signed and printed as AWS prints it (`"Key" : "value"`, one a line). */
export function signedBody(
  envelope: Envelope,
  extras: SignedExtras,
  version: SignatureVersion,
  identity: SigningIdentity,
  certificateUrl: string,
): string {
  const signature = createSign(version === '2' ? 'RSA-SHA256' : 'RSA-SHA1')
    .update(stringToSign(envelope), 'utf8')
    .sign(identity.privateKey, 'base64');
  return printed({
    ...envelope,
    SignatureVersion: version,
    Signature: signature,
    SigningCertURL: certificateUrl,
    ...extras,
  });
}

function stringToSign(envelope: Envelope): string {
  return SIGNED.filter((key) => envelope[key] !== undefined)
    .map((key) => `${key}\n${envelope[key]}\n`)
    .join('');
}

function printed(members: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)} : ${printedValue(value)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

function printedValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const attributes = Object.entries(value as Readonly<Record<string, MessageAttribute>>).map(
    ([name, { Type, Value }]) =>
      `    ${JSON.stringify(name)} : {"Type":${JSON.stringify(Type)},"Value":${JSON.stringify(Value)}}`,
  );
  return `{\n${attributes.join(',\n')}\n  }`;
}

export const newMessageId = (): string => randomUUID();
