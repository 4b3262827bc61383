import { MAX_QUEUED_MS } from '../../alarms/trust.ts';
import { AppError } from '../../shared/errors.ts';
import { acceptMessage, type IntakeDeps, type IntakeResult, intake, rejectMessage } from '../intake.ts';
import type { QueueMessage } from '../ports.ts';

export interface QueueName {
  readonly arn: string;
  readonly name: string;
}

/** As for what comes over HTTP: alarms have two to four thousand bytes. */
const MAX_BODY_BYTES = 256 * 1024;
const AGAIN = 'The queue will give it again.';

/**
 * Takes one message of a queue, as `intake` takes one delivery over HTTP. What SNS put into its envelope is proven as
 * there; what comes without one (raw delivery, EventBridge) has no signature: it is believed because the policy of the
 * queue let its sender in, and the log says so.
 * @param refused what the log says of a message that is refused for good; null: it was said before
 */
export async function takeMessage(
  deps: IntakeDeps,
  queue: QueueName,
  message: QueueMessage,
  refused: string | null,
): Promise<IntakeResult> {
  const { body } = message;
  const form = formOf(body);
  const via = `It came through the queue ${queue.name}.`;
  if (form.kind === 'envelope') {
    const trust = { ...deps.trust, maxAgeMs: MAX_QUEUED_MS };
    return intake({ ...deps, trust }, body, {}, { again: AGAIN, refused, via });
  }
  const way = { again: AGAIN, refused, via: `${via} It has no signature: the policy of the queue says who may send.` };
  const messageId = form.id ?? message.id;
  try {
    if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
      const source = { messageId, topicArn: queue.arn, body };
      return await rejectMessage(deps, { ...source, proven: true }, tooLarge(body), way);
    }
    return await acceptMessage(deps, { messageId, topicArn: queue.arn, message: body, body }, way);
  } catch (error) {
    deps.log.error({ err: error, messageId }, 'could not handle a message of a queue; it will come again');
    return { status: 503 };
  }
}

function tooLarge(body: string): AppError {
  const bytes = Buffer.byteLength(body);
  return new AppError('BODY_TOO_LARGE', `The message has ${bytes} bytes; alarms have at most ${MAX_BODY_BYTES}.`);
}

/** An envelope that lacks its signature is one all the same, and refused as such. Events have an id of their own. */
function formOf(body: string): { readonly kind: 'envelope' | 'alone'; readonly id?: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { kind: 'alone' };
  }
  if (typeof json !== 'object' || json === null) return { kind: 'alone' };
  const { Type, Message, id, 'detail-type': detailType } = json as Readonly<Record<string, unknown>>;
  if (typeof Type === 'string' && typeof Message === 'string') return { kind: 'envelope' };
  const isEvent = typeof detailType === 'string' && typeof id === 'string' && /^[\w-]{8,100}$/.test(id);
  return isEvent ? { kind: 'alone', id } : { kind: 'alone' };
}
