import { readJson } from './settings.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Whether a queue's policy lets SNS send messages of a topic: a statement that allows it to the service (or to
 * everybody), and whose only conditions are about `aws:SourceArn`. Other conditions are not understood and do not
 * allow.
 */
export function allowsTopic(policy: string | undefined, queueArn: string, topicArn: string): boolean {
  const statements = many(readJson('Policy', policy)?.Statement);
  return statements.some(
    (each) =>
      isMembers(each) &&
      each.Effect === 'Allow' &&
      many(each.Action).some((action) => /^(\*|sqs:(\*|SendMessage))$/i.test(String(action))) &&
      many(each.Resource).some((resource) => matches(String(resource), queueArn)) &&
      isSns(each.Principal) &&
      holds(each.Condition, topicArn),
  );
}

function isSns(principal: unknown): boolean {
  if (principal === '*') return true;
  return (
    isMembers(principal) && (principal.AWS === '*' || many(principal.Service).some((name) => name === SNS_PRINCIPAL))
  );
}

const SNS_PRINCIPAL = 'sns.amazonaws.com';

function holds(condition: unknown, topicArn: string): boolean {
  if (condition === undefined) return true;
  if (!isMembers(condition)) return false;
  return Object.entries(condition).every(
    ([operator, keys]) =>
      /^(Arn|String)(Equals|Like)$/.test(operator) &&
      isMembers(keys) &&
      Object.entries(keys).every(
        ([key, values]) =>
          key.toLowerCase() === 'aws:sourcearn' && many(values).some((value) => matches(String(value), topicArn)),
      ),
  );
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function many(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
