import { within } from '../shared/deadline.ts';
import { AppError } from '../shared/errors.ts';
import { awsError } from './errors.ts';

/**
 * One call of an API, with all its tries and pages: two tries that stay without an answer, and a third that may still
 * get one. A step makes a handful of calls, one after the other, while an alarm is waiting.
 */
export const CALL_MS = 20_000;

export interface AwsCall {
  /** Of the error: `METRICS_FAILED`. */
  readonly code: string;
  /** `Reading CPUUtilization from CloudWatch` */
  readonly doing: string;
  /** `GetMetricData` */
  readonly api: string;
  readonly ms?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What some faults of this API mean: undefined for all others. */
  readonly meaning?: (cause: unknown) => AppError | undefined;
}

/** Options of the SDK for one request, or for a paginator. */
export interface Sending {
  readonly abortSignal: AbortSignal;
}

/** Does `work`, which makes one or several requests of one API, in its time. Throws `AppError`. */
export async function callAws<T>(call: AwsCall, work: (sending: Sending) => Promise<T>): Promise<T> {
  try {
    return await within(call.ms ?? CALL_MS, call.signal, (abortSignal) => work({ abortSignal }));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw call.meaning?.(cause) ?? awsError(call.code, call.doing, cause, call.api);
  }
}
