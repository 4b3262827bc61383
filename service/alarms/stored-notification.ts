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
const HINT = 'Pass the body that SNS posted, the event of a Lambda function, or the alarm message itself.';
const LambdaEvent = z.object({ Records: z.array(z.object({ Sns: Envelope })).min(1) });

/**
 * Reads a notification that somebody kept in a file: the envelope that SNS posted (also as a dead letter), the records
 * of a Lambda event, or only the message itself. Signatures are not checked: the person who runs the command
 * vouches for the file. Throws `BAD_NOTIFICATION_FILE`.
 */
export function parseStoredNotification(text: string): readonly StoredNotification[] {
  const json = parseObject(text);
  const event = LambdaEvent.safeParse(json);
  if (event.success) return event.data.Records.map((record) => stored(record.Sns));
  const envelope = Envelope.safeParse(json);
  if (envelope.success) return [stored(envelope.data)];
  return [{ messageId: null, topicArn: '', message: text }];
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
