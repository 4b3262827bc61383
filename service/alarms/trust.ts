import { AppError } from '../shared/errors.ts';
import { topicPlace } from './arn.ts';
import type { Envelope } from './envelope.ts';
import { parseTimestamp } from './parse-timestamp.ts';

/**
 * Signatures never expire, so age is the first guard against replays. SNS retries for at most an hour (the limit of a
 * delivery policy); a second hour is for a publisher's own delay and for redriving a dead letter by hand.
 */
const MAX_AGE_MS = 2 * 3_600_000;
/** A queue keeps what comes while nobody fetches for up to 14 days. */
export const MAX_QUEUED_MS = 14 * 86_400_000 + MAX_AGE_MS;
/** Clocks of well-kept hosts differ by seconds; from a quarter of an hour on ours is broken, and somebody must know. */
const MAX_AHEAD_MS = 15 * 60_000;

export interface TopicTrust {
  /** Exact ARNs of the topics we take messages from. */
  readonly topicArns: readonly string[];
  /** For the sandbox or an emulator: where signing certificates come from instead of AWS, `http://127.0.0.1:4566`. */
  readonly certificateOrigin?: string;
  /** Refuse SignatureVersion 1 (SHA-1). The topics must then have the attribute SignatureVersion=2. */
  readonly requireSignatureV2?: boolean;
  /** How old a message may be; by default what SNS may take over HTTP. */
  readonly maxAgeMs?: number;
}

/**
 * The checks that need no network. Throws `AppError`: `FOREIGN_TOPIC`, `STALE_MESSAGE`, `WEAK_SIGNATURE`.
 * @param now epoch milliseconds
 */
export function checkTrust(envelope: Envelope, trust: TopicTrust, now: number): void {
  if (!trust.topicArns.includes(envelope.TopicArn)) {
    throw new AppError('FOREIGN_TOPIC', 'The message is from a topic that is not in SNS_TOPIC_ARNS.', {
      hint: 'Add the topic if it is yours.',
    });
  }
  const age = now - (parseTimestamp(envelope.Timestamp) ?? Number.NEGATIVE_INFINITY);
  const maxAgeMs = trust.maxAgeMs ?? MAX_AGE_MS;
  if (age > maxAgeMs) {
    throw new AppError('STALE_MESSAGE', `The message is ${minutes(age)} old; the limit is ${minutes(maxAgeMs)}.`, {
      hint: 'Check the clock of this host.',
    });
  }
  if (trust.requireSignatureV2 && envelope.SignatureVersion !== '2') {
    throw new AppError('WEAK_SIGNATURE', 'The message is signed with SHA-1 (SignatureVersion 1).', {
      hint: 'Set the topic attribute SignatureVersion to 2.',
    });
  }
}

/**
 * Only for what is proven to come from SNS, whose clocks are right: what lies ahead of ours says that ours is behind.
 * Taken now, alarms would get a false time; SNS repeats them for an hour, in which the clock can be set. Throws
 * `CLOCK_BEHIND`, retry `later`.
 * @param validFromMs of the certificate that it was proven by
 */
export function checkClock(envelope: Envelope, validFromMs: number, now: number): void {
  const sentAhead = (parseTimestamp(envelope.Timestamp) ?? now) - now;
  const ahead = Math.max(sentAhead > MAX_AHEAD_MS ? sentAhead : 0, validFromMs - now);
  if (ahead <= 0) return;
  throw new AppError('CLOCK_BEHIND', `The clock of this host is at least ${minutes(ahead)} behind that of SNS.`, {
    retry: 'later',
    hint: 'Set the clock of this host.',
  });
}

/**
 * The address of the signing certificate, when it is the one kind of address that can be right for this topic:
 * `https://sns.<region of the topic>.<domain of its partition>/SimpleNotificationService-<32 hex>.pem`. Compared as
 * text, so no URL parser can be led astray by user names, ports, queries or encodings. Throws `BAD_CERTIFICATE_URL`.
 */
export function certificateUrl(envelope: Envelope, trust: TopicTrust): URL {
  const origin =
    trust.certificateOrigin === undefined ? awsOrigin(envelope.TopicArn) : new URL(trust.certificateOrigin).origin;
  const given = envelope.SigningCertURL;
  const path = origin !== undefined && given.startsWith(`${origin}/`) ? given.slice(origin.length) : '';
  // Every real one seen from 2015 to 2026 is of this shape.
  if (!/^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/.test(path)) {
    throw new AppError('BAD_CERTIFICATE_URL', 'SigningCertURL does not point to a signing certificate for this topic.');
  }
  return new URL(given);
}

function awsOrigin(topicArn: string): string | undefined {
  const place = topicPlace(topicArn);
  return place && `https://sns.${place.region}.${place.domain}`;
}

function minutes(ms: number): string {
  return Number.isFinite(ms) ? `${Math.round(ms / 60_000)} min` : 'infinitely';
}
