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
  /** As they are now: the rules file may change. */
  readonly rules: () => Limits;
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

/** What the notification log says of the way that a message came, in whole sentences. */
export interface Way {
  /** Of one that could not be settled now. */
  readonly again: string;
  /** Of one that is refused for good; null: that was said before, and is not said again. */
  readonly refused: string | null;
  /** Of every other one. */
  readonly via?: string;
}

const OVER_HTTP: Way = { again: 'SNS will retry.', refused: '' };
const UNSUBSCRIBED =
  'The subscription was cancelled; this topic no longer delivers alarms to us. Renew it with `smokejumper subscribe`.';

const STATUS: Readonly<Record<string, IntakeResult['status']>> = {
  BODY_TOO_LARGE: 413,
  BODY_NOT_JSON: 400,
  MALFORMED_ENVELOPE: 400,
  SNS_CONFIRM_FAILED: 400,
};

/**
 * Takes one delivery of SNS: verify, parse, decide, store. Whatever is settled leaves a row in the notification log;
 * what could not be settled now (503) comes again.
 */
export async function intake(
  deps: IntakeDeps,
  body: string,
  headers: Readonly<Record<string, string | undefined>>,
  way = OVER_HTTP,
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
      const { MessageId: messageId = null, TopicArn: topicArn = null } = envelope ?? {};
      return await rejectMessage(deps, { messageId, topicArn, body, proven }, error, way);
    }
    return await accept(deps, envelope, body, way);
  } catch (error) {
    deps.log.error(
      { err: error, messageId: envelope?.MessageId },
      'could not handle a notification; it will come again',
    );
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

export interface Refused {
  readonly messageId: string | null;
  readonly topicArn: string | null;
  readonly body: string;
  /** A source of ours did send it: such ones are all recorded, as nobody else can make more of them. */
  readonly proven: boolean;
}

/** Why stands in the notification log and in our own log, never in the answer. */
export async function rejectMessage(
  deps: IntakeDeps,
  { proven, ...refused }: Refused,
  error: unknown,
  way: Way,
): Promise<IntakeResult> {
  if (!(error instanceof AppError)) throw error;
  const again = error.retry !== 'never';
  const status = again ? 503 : (STATUS[error.code] ?? 403);
  if (!again && way.refused === null) return { status };
  const reason = [explain(error), again ? way.again : way.refused].filter((words) => words !== '').join(' ');
  const entry = { ...refused, reason };
  if (proven) {
    deps.log.warn({ code: error.code, messageId: entry.messageId }, 'rejected a notification');
    await deps.store.record({ ...entry, outcome: 'rejected', receivedAtMs: deps.clock.now() });
  } else {
    await deps.refusals.note(error.code, entry);
  }
  return { status };
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

async function accept(deps: IntakeDeps, envelope: Envelope, body: string, way: Way): Promise<IntakeResult> {
  const { MessageId: messageId, TopicArn: topicArn, Message: message, Type } = envelope;
  if (Type === 'Notification') return acceptMessage(deps, { messageId, topicArn, message, body }, way);
  deps.log.error({ topicArn }, UNSUBSCRIBED);
  return ignore(deps, { messageId, topicArn, body }, UNSUBSCRIBED, way);
}

/** A message whose sender is known, with what the log keeps of it. */
interface Known {
  readonly messageId: string;
  readonly topicArn: string;
  readonly body: string;
}

/** Decides on a message that is proven, or believed. Throws when it cannot be stored now. */
export async function acceptMessage(
  deps: IntakeDeps,
  { message, ...known }: Known & { readonly message: string },
  way: Way,
): Promise<IntakeResult> {
  const reading = readMessage(message, known.topicArn);
  if (reading.kind === 'other') return ignore(deps, known, reading.reason, way);
  const { alarm } = reading;
  const via = way.via === undefined ? {} : { via: way.via };
  const entry = { ...known, ...via, receivedAtMs: deps.clock.now(), alarm, incidentId: randomId('inc') as IncidentId };
  const accepted: Accepted = await deps.store.accept(entry, { limits: deps.rules() });
  deps.log.info({ ...accepted, alarm: alarm.name, messageId: known.messageId }, 'handled a notification');
  if (accepted.outcome === 'accepted' || accepted.outcome === 'closed') deps.onChanged();
  return { status: 200 };
}

async function ignore(deps: IntakeDeps, known: Known, why: string, { via }: Way): Promise<IntakeResult> {
  const reason = via === undefined ? why : `${why} ${via}`;
  await deps.store.record({ ...known, receivedAtMs: deps.clock.now(), outcome: 'ignored', reason });
  return { status: 200 };
}
