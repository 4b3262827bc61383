/** What the configuration allows, in the form that the parts take. */
import type { Config } from './config.ts';
import type { CaptureCaps } from './incidents/lanes/lane-plan.ts';
import type { RetentionPolicy } from './incidents/retention/retention.ts';
import type { Limits } from './rules/decide.ts';
import type { OwnPlace } from './rules/place.ts';
import type { RuleBook } from './rules/rule-book.ts';

/** Reading and fetching, on an instance that is not too busy. */
const COLLECT_SECONDS = 15;

export function capsOf(config: Config): CaptureCaps {
  return {
    atOnce: config.MAX_CAPTURES_AT_ONCE,
    perGroup: config.MAX_CAPTURES_AT_ONCE_PER_GROUP,
    perAccount: config.MAX_CAPTURES_AT_ONCE_PER_ACCOUNT,
  };
}

export function limitsOf(config: Config, book?: RuleBook): Limits {
  return {
    ...(book && { book }),
    maxPerGroup: { max: config.MAX_CAPTURES_PER_GROUP_PER_DAY, windowMs: 86_400_000 },
    maxOverall: { max: config.MAX_CAPTURES_PER_DAY, windowMs: 86_400_000 },
    cooldownMs: config.COOLDOWN_SECONDS * 1000,
    maxAlarmAgeMs: config.MAX_ALARM_AGE_SECONDS * 1000,
    include: config.ALARM_INCLUDE,
    exclude: config.ALARM_EXCLUDE,
    allClear: config.ALL_CLEAR === 'on',
    place: ownPlaceOf(config),
    queue: { atOnce: config.MAX_CAPTURES_AT_ONCE, captureMs: captureMs(config) },
  };
}

export function retentionOf(config: Config): RetentionPolicy {
  const orNever = (amount: number, unit: number) => (amount === 0 ? null : amount * unit);
  return {
    incidentMs: orNever(config.RETENTION_DAYS, 86_400_000),
    fileBytes: orNever(config.RETENTION_MB, 1_000_000),
    notificationMs: orNever(config.NOTIFICATION_DAYS, 86_400_000),
    bodyMs: orNever(config.NOTIFICATION_BODY_DAYS, 86_400_000),
  };
}

export function ownPlaceOf(config: Config): OwnPlace {
  return { region: config.AWS_REGION, accounts: accountsOf(config) };
}

/** An ARN of a topic: `arn:aws:sns:REGION:ACCOUNT:NAME`. */
function accountsOf({ ALARM_ACCOUNTS, SNS_TOPIC_ARNS, SQS_QUEUE_URLS }: Config): readonly string[] {
  if (ALARM_ACCOUNTS.length > 0) return ALARM_ACCOUNTS;
  const ofTopics = SNS_TOPIC_ARNS.flatMap((arn) => arn.split(':')[4] ?? []);
  return [...new Set([...ofTopics, ...SQS_QUEUE_URLS.map(({ accountId }) => accountId)])];
}

/** From the lookups to the last part of the result, about. */
export function captureMs(config: Config): number {
  return (config.CAPTURE_LEAD_SECONDS + config.CAPTURE_SECONDS + COLLECT_SECONDS) * 1000;
}
