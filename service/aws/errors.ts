import { AppError, type Retry } from '../shared/errors.ts';
import { alternatives } from '../shared/text/alternatives.ts';

/** Error names that mean "again later", beyond what the SDK itself has already retried. */
const TRANSIENT = new RegExp(
  alternatives(
    /Throttl|RateExceeded|TooManyRequests|RequestLimitExceeded|InternalServer|InternalFailure|ServiceUnavailable/,
    /Timeout|ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|NetworkingError|socket/,
  ),
  'i',
);
const DENIED = new RegExp(
  alternatives(
    /AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|ExpiredToken|InvalidClientTokenId/,
    /UnrecognizedClient|SignatureDoesNotMatch|CredentialsProvider/,
  ),
  'i',
);

/** The error's name as the AWS service gave it. */
export function awsErrorName(error: unknown): string {
  return error instanceof Error ? error.name : 'UnknownError';
}

/** Wraps what an AWS client threw: which call failed, whether a retry may help, what to check. */
export function awsError(code: string, doing: string, cause: unknown): AppError {
  const name = awsErrorName(cause);
  const text = `${name} ${(cause as NodeJS.ErrnoException)?.code ?? ''} ${cause instanceof Error ? cause.message : ''}`;
  const status = (cause as { $metadata?: { httpStatusCode?: number } })?.$metadata?.httpStatusCode ?? 0;
  const transient: Retry = TRANSIENT.test(text) || status >= 500 ? 'later' : 'never';
  const denied = DENIED.test(text);
  return new AppError(code, `${doing} failed: ${name}${cause instanceof Error ? ` (${cause.message})` : ''}.`, {
    cause,
    // Permissions are often fixed while the incident is open.
    retry: denied ? 'later' : transient,
    ...(denied ? { hint: 'Check the IAM policy and the credentials of the service (docs/operations.md).' } : {}),
  });
}
