import { z } from 'zod';
import { AppError } from '../shared/errors.ts';

export interface StoredNotification {
  /** Null when the file holds only the message. */
  readonly messageId: string | null;
  /** '' when the file does not tell. */
  readonly topicArn: string;
  /** What `readMessage` reads. */
  readonly message: string;
}

const Envelope = z.object({
  Message: z.string(),
  MessageId: z.string().nullish(),
  TopicArn: z.string().nullish(),
});
const HINT =
  'Pass the body that SNS posted, the event of a Lambda function, what `aws sqs receive-message` prints, or the ' +
  'alarm message itself.';
const LambdaEvent = z.object({ Records: z.array(z.object({ Sns: Envelope })).min(1) });
const SqsAnswer = z.object({ Messages: z.array(z.object({ Body: z.string() })).min(1) });
const SqsEvent = z.object({ Records: z.array(z.object({ body: z.string() })).min(1) });

/**
 * Reads a notification that somebody kept in a file: the envelope that SNS posted (also as a dead letter), the records
 * of a Lambda event, messages of SQS, or only the message itself. Signatures are not checked: the person who runs the
 * command vouches for the file. Throws `BAD_NOTIFICATION_FILE`.
 */
export function parseStoredNotification(file: string): readonly StoredNotification[] {
  const text = file.replace(/^\ufeff/, '');
  const json = parseObject(text);
  const bodies = SqsAnswer.safeParse(json).data?.Messages.map((one) => one.Body);
  const sqs = bodies ?? SqsEvent.safeParse(json).data?.Records.map((one) => one.body);
  if (sqs !== undefined) return sqs.map(ofSqs);
  const event = LambdaEvent.safeParse(json);
  if (event.success) return event.data.Records.map((record) => stored(record.Sns));
  const envelope = Envelope.safeParse(json);
  if (envelope.success) return [stored(envelope.data)];
  return [{ messageId: null, topicArn: '', message: text }];
}

/** A queue that is subscribed to a topic holds envelopes; with raw delivery, or behind EventBridge, the messages. */
function ofSqs(body: string): StoredNotification {
  const alone = { messageId: null, topicArn: '', message: body };
  try {
    const envelope = Envelope.safeParse(JSON.parse(body));
    return envelope.success ? stored(envelope.data) : alone;
  } catch {
    return alone;
  }
}

function stored(envelope: z.infer<typeof Envelope>): StoredNotification {
  return { messageId: envelope.MessageId ?? null, topicArn: envelope.TopicArn ?? '', message: envelope.Message };
}

function parseObject(text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json;
  } catch (cause) {
    throw new AppError('BAD_NOTIFICATION_FILE', 'The file is not JSON.', { cause, hint: HINT });
  }
  throw new AppError('BAD_NOTIFICATION_FILE', 'The file does not hold a JSON object.', { hint: HINT });
}
