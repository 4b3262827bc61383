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
  'Pass the body that SNS posted, the event of a Lambda function, what `aws sqs receive-message` prints, the alarm ' +
  'message itself, or several of them.';
const SnsRecord = z.object({ Sns: Envelope });
const SqsRecord = z.object({ body: z.string() });
const SqsAnswer = z.object({ Messages: z.array(z.object({ Body: z.string() })) });
const LambdaEvent = z.object({ Records: z.array(z.union([SnsRecord, SqsRecord])) });

/**
 * Reads the notifications that somebody kept in a file: envelopes that SNS posted (also as dead letters), the records
 * of a Lambda event, messages of SQS, or only messages themselves; several of them one behind the other, or in a list.
 * Signatures are not checked: the person who runs the command vouches for the file. Throws `BAD_NOTIFICATION_FILE`.
 */
export function parseStoredNotification(file: string): readonly StoredNotification[] {
  const text = file.replace(/^\ufeff/, '').trim();
  if (text === '')
    throw bad('The file is empty. What `aws sqs receive-message` prints of a queue without messages is.');
  const documents = documentsOf(text);
  const stored = documents.flatMap(ofDocument);
  if (stored.length === 0) throw bad('The file holds no message.');
  return stored;
}

interface Document {
  readonly text: string;
  readonly json: unknown;
}

function ofDocument({ text, json }: Document): readonly StoredNotification[] {
  return Array.isArray(json)
    ? json.flatMap((item) => ofObject(item, () => JSON.stringify(item)))
    : ofObject(json, () => text);
}

function ofObject(json: unknown, text: () => string): readonly StoredNotification[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw bad('The file does not hold a JSON object.');
  }
  const answer = SqsAnswer.safeParse(json).data;
  if (answer !== undefined) return answer.Messages.map(({ Body }) => ofSqs(Body));
  const event = LambdaEvent.safeParse(json).data;
  if (event !== undefined) return event.Records.map((one) => ('Sns' in one ? stored(one.Sns) : ofSqs(one.body)));
  const envelope = Envelope.safeParse(json).data;
  return [envelope === undefined ? { messageId: null, topicArn: '', message: text() } : stored(envelope)];
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

/** One JSON text, or several, as in a file to which a command was appended more than once. */
function documentsOf(text: string): readonly Document[] {
  try {
    return [{ text, json: JSON.parse(text) }];
  } catch (cause) {
    const parts = apart(text);
    if (parts.length < 2) throw bad('The file is not JSON.', cause);
    return parts.map((part, at) => {
      try {
        return { text: part, json: JSON.parse(part) };
      } catch (fault) {
        throw bad(`Text ${at + 1} of ${parts.length} in the file is not JSON.`, fault);
      }
    });
  }
}

/** Cuts behind each bracket that closes the first one; strings may hold any. */
function apart(text: string): readonly string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token.length > 1) continue;
    depth += token === '{' || token === '[' ? 1 : -1;
    if (depth !== 0) continue;
    parts.push(text.slice(from, index + 1).trim());
    from = index + 1;
  }
  const rest = text.slice(from).trim();
  return rest === '' ? parts : [...parts, rest];
}

function bad(message: string, cause?: unknown): AppError {
  return new AppError('BAD_NOTIFICATION_FILE', message, { hint: HINT, ...(cause === undefined ? {} : { cause }) });
}
