import { type Envelope, parseEnvelope } from '../alarms/envelope.ts';
import { readMessage } from '../alarms/read-message.ts';
import { type SigningCertificate, verifySignature } from '../alarms/signature.ts';
import { certificateUrl, checkClock, checkTrust, type TopicTrust } from '../alarms/trust.ts';
import type { Limits } from '../rules/decide.ts';
import type { Clock } from '../shared/clock.ts';
import { AppError, explain } from '../shared/errors.ts';
import type { IncidentId } from '../shared/ids.ts';
import type { Log } from '../shared/log.ts';
import { randomId } from '../shared/random-id.ts';
import type { Accepted } from './notification.ts';
import type { CertificatesPort, SubscriptionsPort } from './ports.ts';
import type { Refusals } from './refusals.ts';
import type { IncidentStore } from './store-port.ts';

export interface IntakeDeps {
  readonly store: IncidentStore;
  /** Where what nobody has proved is written down, or counted. */
  readonly refusals: Refusals;
  readonly certificates: CertificatesPort;
  readonly subscriptions: SubscriptionsPort;
  readonly trust: TopicTrust;
  readonly rules: Limits;
  readonly clock: Clock;
  readonly log: Log;
  /** An incident was opened, or is over. */
  readonly onChanged: () => void;
}

export interface IntakeResult {
  /**
   * SNS repeats 5xx and nothing else: 503 only for what may work later, 4xx for what shall be lost, 200 once stored.
   */
  readonly status: 200 | 400 | 403 | 413 | 503;
}

const UNSUBSCRIBED =
  'The subscription was cancelled; this topic no longer delivers alarms to us. Renew it with `smokejumper subscribe`.';
const AGAIN = 'SNS will retry.';

const STATUS: Readonly<Record<string, IntakeResult['status']>> = {
  BODY_TOO_LARGE: 413,
  BODY_NOT_JSON: 400,
  MALFORMED_ENVELOPE: 400,
  SNS_CONFIRM_FAILED: 400,
};

/**
 * Takes one HTTP delivery of SNS: verify, parse, decide, store. Whatever is settled leaves a row in the notification
 * log; what could not be settled now (503) comes again.
 */
export async function intake(
  deps: IntakeDeps,
  body: string,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<IntakeResult> {
  let envelope: Envelope | undefined;
  let proven = false;
  try {
    try {
      envelope = parseEnvelope(body, headers);
      const { validFromMs } = await verify(deps, envelope);
      proven = true;
      checkClock(envelope, validFromMs, deps.clock.now());
      if (envelope.Type === 'SubscriptionConfirmation') return await confirm(deps, envelope, body);
    } catch (error) {
      return await reject(deps, { body, envelope, proven }, error);
    }
    return await accept(deps, envelope, body);
  } catch (error) {
    deps.log.error({ err: error, messageId: envelope?.MessageId }, 'could not handle a notification; SNS will retry');
    return { status: 503 };
  }
}

/** Cheap checks first, network last. */
async function verify(deps: IntakeDeps, envelope: Envelope): Promise<SigningCertificate> {
  checkTrust(envelope, deps.trust, deps.clock.now());
  const certificate = await deps.certificates.get(certificateUrl(envelope, deps.trust));
  verifySignature(envelope, certificate.publicKey);
  return certificate;
}

interface Refused {
  readonly body: string;
  readonly envelope: Envelope | undefined;
  /** SNS did send it: such ones are all recorded, as nobody else can make more of them. */
  readonly proven: boolean;
}

/** Why stands in the notification log and in our own log, never in the answer. */
async function reject(deps: IntakeDeps, refused: Refused, error: unknown): Promise<IntakeResult> {
  if (!(error instanceof AppError)) throw error;
  const { body, envelope, proven } = refused;
  const again = error.retry !== 'never';
  const entry = {
    messageId: envelope?.MessageId ?? null,
    topicArn: envelope?.TopicArn ?? null,
    reason: again ? `${explain(error)} ${AGAIN}` : explain(error),
    body,
  };
  if (proven) {
    deps.log.warn({ code: error.code, messageId: entry.messageId }, 'rejected a notification');
    await deps.store.record({ ...entry, outcome: 'rejected', receivedAtMs: deps.clock.now() });
  } else {
    await deps.refusals.note(error.code, entry);
  }
  return { status: again ? 503 : (STATUS[error.code] ?? 403) };
}

async function confirm(deps: IntakeDeps, envelope: Envelope, body: string): Promise<IntakeResult> {
  // Never GET SubscribeURL: the message would choose whom we call.
  const arn = await deps.subscriptions.confirm(envelope.TopicArn, envelope.Token ?? '');
  await deps.store.record({
    receivedAtMs: deps.clock.now(),
    messageId: envelope.MessageId,
    topicArn: envelope.TopicArn,
    outcome: 'confirmed',
    reason: `From now on the topic delivers to us, as ${arn}.`,
    body,
  });
  deps.log.info({ topicArn: envelope.TopicArn, subscriptionArn: arn }, 'confirmed the subscription');
  return { status: 200 };
}

async function accept(deps: IntakeDeps, envelope: Envelope, body: string): Promise<IntakeResult> {
  const { store, clock } = deps;
  const base = { receivedAtMs: clock.now(), messageId: envelope.MessageId, topicArn: envelope.TopicArn, body };
  const reading =
    envelope.Type === 'Notification'
      ? readMessage(envelope.Message, envelope.TopicArn)
      : { kind: 'other' as const, reason: UNSUBSCRIBED };
  if (envelope.Type === 'UnsubscribeConfirmation') deps.log.error({ topicArn: envelope.TopicArn }, UNSUBSCRIBED);
  if (reading.kind === 'other') {
    await store.record({ ...base, outcome: 'ignored', reason: reading.reason });
    return { status: 200 };
  }
  const accepted: Accepted = await store.accept(
    { ...base, alarm: reading.alarm, incidentId: randomId('inc') as IncidentId },
    { limits: deps.rules },
  );
  deps.log.info({ ...accepted, alarm: reading.alarm.name, messageId: envelope.MessageId }, 'handled a notification');
  if (accepted.outcome === 'accepted' || accepted.outcome === 'closed') deps.onChanged();
  return { status: 200 };
}
