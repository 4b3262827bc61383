import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import { parseTimestamp } from './parse-timestamp.ts';

/** SNS carries at most 262,144 bytes; the alarm messages we are after have two to four thousand. */
const MAX_BODY_BYTES = 256 * 1024;

/** Unknown keys are dropped: new fields of SNS are not covered by the signature. */
const Fields = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().regex(/^[\w-]{1,100}$/),
  TopicArn: z.string().max(1024),
  // SNS leaves it out; some emulators write null.
  Subject: z
    .string()
    .nullish()
    .transform((text) => text ?? undefined),
  Message: z.string(),
  Timestamp: z.string().refine((text) => parseTimestamp(text) !== undefined, 'is not a time'),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string().max(2048),
  SigningCertURL: z.string().max(2048),
  SubscribeURL: z.string().max(8192).optional(),
  Token: z.string().max(4096).optional(),
});

/** What SNS posts, fields as spelt there. Nothing in it is proven before `checkTrust` and `verifySignature`. */
export type Envelope = Readonly<z.infer<typeof Fields>>;

/** Confirmations are nothing without their token, and the signature covers both fields. */
const EnvelopeShape = Fields.refine(
  (fields) => fields.Type === 'Notification' || (fields.Token !== undefined && fields.SubscribeURL !== undefined),
  'lacks Token or SubscribeURL',
);

/** What a message is proven by. One that lacks nothing else is SNS's form without SNS's word. */
const PROOF: readonly PropertyKey[] = ['SignatureVersion', 'Signature', 'SigningCertURL'];

/**
 * Reads one HTTP delivery of SNS. `headers` in any case of letters. Throws `AppError`, never worth a retry:
 * `BODY_TOO_LARGE`, `RAW_DELIVERY`, `BODY_NOT_JSON`, `UNSIGNED`, `MALFORMED_ENVELOPE`, `HEADER_MISMATCH`.
 */
export function parseEnvelope(body: string, headers: Readonly<Record<string, string | undefined>>): Envelope {
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY_BYTES) {
    throw new AppError('BODY_TOO_LARGE', `The body has ${bytes} bytes; SNS sends at most ${MAX_BODY_BYTES}.`);
  }
  const header = lowerCased(headers);
  if (header.get('x-amz-sns-rawdelivery')?.toLowerCase() === 'true') {
    throw new AppError('RAW_DELIVERY', 'The message arrived by raw delivery, which carries no signature.', {
      hint: 'Turn RawMessageDelivery off for this subscription.',
    });
  }
  const parsed = EnvelopeShape.safeParse(parseJson(body));
  if (!parsed.success) {
    const { issues } = parsed.error;
    if (issues.every((issue) => PROOF.includes(issue.path[0] ?? ''))) {
      const lacking = issues.map((issue) => String(issue.path[0])).join(', ');
      throw new AppError('UNSIGNED', `The message carries no signature that can be verified: ${lacking}.`);
    }
    const faults = issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
    throw new AppError('MALFORMED_ENVELOPE', `The body is not an SNS message (${faults.join('; ')}).`);
  }
  agree(header, 'x-amz-sns-message-type', parsed.data.Type);
  agree(header, 'x-amz-sns-topic-arn', parsed.data.TopicArn);
  agree(header, 'x-amz-sns-message-id', parsed.data.MessageId);
  return parsed.data;
}

function lowerCased(headers: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // V8's message quotes the body, which does not belong into a log: the cause is dropped on purpose.
    throw new AppError('BODY_NOT_JSON', 'The body is not JSON.');
  }
}

/** Headers are not signed, so they prove nothing; one that contradicts the signed body is a misroute or an attack. */
function agree(header: ReadonlyMap<string, string>, name: string, signed: string): void {
  const said = header.get(name);
  if (said !== undefined && said !== signed) {
    throw new AppError('HEADER_MISMATCH', `The header ${name} contradicts the body.`);
  }
}
