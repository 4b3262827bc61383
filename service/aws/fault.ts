/** What kept a call of AWS from succeeding, whichever of its services and however it said so. */
import { DeadlineError, InterruptedError } from '../shared/deadline.ts';
import { alternatives } from '../shared/text/alternatives.ts';

export type Fault =
  | 'interrupted'
  /** No answer within the time that it had. */
  | 'silent'
  | 'refused'
  | 'cut off'
  /** The name of the service's host is not known, or nobody can say. */
  | 'nameless'
  | 'throttled'
  /** AWS says that it failed itself. */
  | 'broken'
  /** No credentials, or such as AWS does not accept: they may be on their way. */
  | 'credentials'
  | 'denied'
  | 'other';

/** What a call must not be repeated after: it may have been done. The retries of the SDK let this pass. */
class UnansweredError extends Error {
  /** Not `cause`: the SDK looks there, and would repeat what it finds worth repeating. */
  readonly original: unknown;

  constructor(original: unknown) {
    super('not repeated: it may have been done');
    this.name = 'UnansweredError';
    this.original = original;
  }
}

export function originalOf(error: unknown): unknown {
  return error instanceof UnansweredError ? error.original : error;
}

/** Codes of Node. A connection that broke has the name TimeoutError, too: the SDK gives it that. */
const BY_CODE: Readonly<Record<string, Fault>> = {
  ENOTFOUND: 'nameless',
  EAI_AGAIN: 'nameless',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ECONNRESET: 'cut off',
  EPIPE: 'cut off',
  ERR_STREAM_PREMATURE_CLOSE: 'cut off',
  ETIMEDOUT: 'silent',
};

/** Names of errors, as all the services write them: with and without `Exception`, and EC2's and S3's own. */
const BY_NAME: readonly (readonly [RegExp, Fault])[] = [
  [/^TimeoutError$/, 'silent'],
  [/Throttl|RateExceeded|TooManyRequests|RequestLimitExceeded|BandwidthLimitExceeded|SlowDown/, 'throttled'],
  [
    new RegExp(
      alternatives(
        /ExpiredToken|RequestExpired|TokenRefreshRequired|CredentialsProvider|TokenProvider|MissingAuthenticationToken/,
        /UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|AuthFailure|IncompleteSignature|InvalidSignature/,
        /SignatureDoesNotMatch|InvalidToken|RequestTimeTooSkewed|RequestInTheFuture/,
      ),
    ),
    'credentials',
  ],
  [/AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|Forbidden/, 'denied'],
  [/InternalServer|InternalFailure|InternalError|ServiceUnavailable|^Unavailable/, 'broken'],
];

export function faultOf(cause: unknown): Fault {
  const error = originalOf(cause);
  if (error instanceof DeadlineError) return 'silent';
  if (error instanceof InterruptedError) return 'interrupted';
  if (!(error instanceof Error)) return 'other';
  const { code, $metadata } = error as NodeJS.ErrnoException & { $metadata?: { httpStatusCode?: number } };
  const byCode = BY_CODE[code ?? ''];
  if (byCode !== undefined) return byCode;
  const byName = BY_NAME.find(([pattern]) => pattern.test(error.name));
  if (byName !== undefined) return byName[1];
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429) return 'throttled';
  // Of a proxy on the way, say.
  if (status >= 500) return 'broken';
  return status === 403 ? 'denied' : 'other';
}

/**
 * Between the SDK's retries and a call that must not be done twice, such as one that sends something: repeats only what
 * AWS surely has not done.
 */
export function onlyOnce<Arguments, Answer>(
  next: (args: Arguments) => Promise<Answer>,
): (args: Arguments) => Promise<Answer> {
  return async (args) => {
    try {
      return await next(args);
    } catch (error) {
      const fault = faultOf(error);
      throw fault === 'silent' || fault === 'cut off' || fault === 'broken' ? new UnansweredError(error) : error;
    }
  };
}

/** Where `onlyOnce` belongs in the SDK's stack. */
export const INSIDE_RETRIES = { step: 'finalizeRequest', priority: 'low' } as const;
