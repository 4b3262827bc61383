import { invalidParameter } from './topics.ts';

/** When a failed HTTP delivery is tried again. */
export interface RetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly backoffFunction: string;
}

/** The effective policy AWS shows for a subscription that has none. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  backoffFunction: 'linear',
};

interface DeliveryPolicy {
  readonly retry: RetryPolicy;
  readonly contentType: string | undefined;
}

/**
 * Reads the `DeliveryPolicy` attribute of a subscription or topic. Throws `InvalidParameter`, as AWS does for an
 * incomplete one.
 */
export function readDeliveryPolicy(text: string | undefined): DeliveryPolicy {
  if (text === undefined || text === '') return { retry: DEFAULT_RETRY_POLICY, contentType: undefined };
  const policy = parse(text);
  const retry =
    member(policy, 'healthyRetryPolicy') ?? member(member(policy, 'http') ?? {}, 'defaultHealthyRetryPolicy');
  const contentType = member(policy, 'requestPolicy')?.headerContentType;
  return {
    retry: retry ? readRetry(retry) : DEFAULT_RETRY_POLICY,
    contentType: typeof contentType === 'string' ? contentType : undefined,
  };
}

type Members = Readonly<Record<string, unknown>>;

function parse(text: string): Members {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Members;
  } catch {
    // Answered below, like any other text that is not an object.
  }
  throw invalidParameter('DeliveryPolicy: not a JSON object');
}

function member(members: Members, name: string): Members | undefined {
  const value = members[name];
  return typeof value === 'object' && value !== null ? (value as Members) : undefined;
}

function readRetry(members: Members): RetryPolicy {
  const whole = (name: string, largest: number): number => {
    const value = members[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > largest) {
      throw invalidParameter(`DeliveryPolicy: healthyRetryPolicy.${name}`);
    }
    return value;
  };
  return {
    minDelayTarget: whole('minDelayTarget', 3600),
    maxDelayTarget: whole('maxDelayTarget', 3600),
    numRetries: whole('numRetries', 100),
    backoffFunction: typeof members.backoffFunction === 'string' ? members.backoffFunction : 'linear',
  };
}

/**
 * Seconds before retry number `retry` (0 = the first): from the smallest to the largest delay in equal or doubling
 * steps.
 */
export function retryDelaySeconds(policy: RetryPolicy, retry: number): number {
  const { minDelayTarget: low, maxDelayTarget: high, numRetries } = policy;
  if (numRetries <= 1 || high <= low) return low;
  if (policy.backoffFunction === 'exponential') return Math.min(high, low * 2 ** retry);
  return low + ((high - low) * retry) / (numRetries - 1);
}
