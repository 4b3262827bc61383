import { DeadlineError } from '../shared/deadline.ts';
import { AppError, OutageError, ThrottledError } from '../shared/errors.ts';
import { type Fault, faultOf, originalOf } from './fault.ts';

/** The error's name as the AWS service gave it. */
export function awsErrorName(error: unknown): string {
  const original = originalOf(error);
  return original instanceof Error ? original.name : 'UnknownError';
}

const HINTS: Readonly<Record<Exclude<Fault, 'other' | 'interrupted'>, string>> = {
  silent: 'Check that this host reaches AWS in its region: proxy, VPC endpoint, security group.',
  refused: 'Check that this host reaches AWS in its region: proxy, VPC endpoint, security group, AWS_ENDPOINT_URL.',
  'cut off': 'Something on the way, or AWS itself, ended the connection.',
  nameless: 'Check AWS_REGION and the name servers of this host.',
  throttled: 'The account asks more often than AWS allows; raise its quota if that lasts.',
  broken: 'See the health page of AWS if that lasts.',
  credentials: 'Check the credentials of the service and the clock of this host (docs/operations.md).',
  denied: 'Check the IAM policy of the service (docs/operations.md).',
};

/** What a person reads of a fault; of `api` where it is known: `GetMetricData`. */
function wordsOf(fault: Fault, cause: unknown, api: string): string {
  const error = originalOf(cause);
  const { code, hostname } = error as NodeJS.ErrnoException & { hostname?: string };
  const message = error instanceof Error ? error.message : '';
  const said = `${awsErrorName(cause)}${message ? ` (${message})` : ''}`;
  switch (fault) {
    case 'silent':
      return `${api} did not answer${error instanceof DeadlineError ? ` within ${error.ms / 1000} s` : ' in time'}`;
    case 'refused':
      return `no connection for ${api} (${message || code})`;
    case 'cut off':
      return `the connection broke off during ${api} (${code})`;
    case 'nameless':
      return `the name ${hostname ?? 'of its host'} could not be looked up for ${api} (${code})`;
    case 'throttled':
      return `AWS throttles ${api}: ${said}`;
    case 'broken':
      return `AWS could not do ${api}: ${said}`;
    case 'credentials':
      return /Provider/.test(awsErrorName(cause))
        ? `there are no credentials for ${api}: ${said}`
        : `AWS does not accept our credentials for ${api}: ${said}`;
    default:
      return said;
  }
}

/** Wraps what an AWS client threw: which call failed and why, whether a retry may help, what to check. */
export function awsError(code: string, doing: string, cause: unknown, api = 'AWS'): AppError {
  const fault = faultOf(cause);
  if (fault === 'interrupted') return new OutageError(code, `${doing} was interrupted.`, { cause });
  const message = `${doing} failed: ${wordsOf(fault, cause, api)}.`;
  if (fault === 'other') return new AppError(code, message, { cause });
  const options = { cause, hint: HINTS[fault] };
  if (fault === 'throttled') return new ThrottledError(code, message, options);
  // Permissions are often fixed while the incident is open, but a missing one is no outage that passes.
  return fault === 'denied'
    ? new AppError(code, message, { ...options, retry: 'later' })
    : new OutageError(code, message, options);
}
