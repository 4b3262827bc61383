type Members = Readonly<Record<string, unknown>>;

/** What a service of AWS wants to do on behalf of one of its resources. */
export interface ServiceRequest {
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly resource: string;
  /** `sns.amazonaws.com` */
  readonly principal: string;
  /** On whose behalf: an ARN with an account. */
  readonly sourceArn: string;
}

/**
 * Whether a resource's policy, JSON text, lets a service do something: a statement that allows it to the service (or to
 * everybody), and whose only conditions are about `aws:SourceArn` and `aws:SourceAccount` (of old `aws:SourceOwner`).
 * Other conditions are not understood and do not allow. Text that is not JSON allows nothing.
 */
export function policyAllows(policy: string | undefined, asked: ServiceRequest): boolean {
  return many(readPolicy(policy)?.Statement).some(
    (each) =>
      isMembers(each) &&
      each.Effect === 'Allow' &&
      many(each.Action).some((action) => coversAction(String(action), asked.action)) &&
      many(each.Resource).some((resource) => matches(String(resource), asked.resource)) &&
      covers(each.Principal, asked.principal) &&
      holds(each.Condition, asked.sourceArn),
  );
}

function readPolicy(policy: string | undefined): Members | undefined {
  try {
    const value: unknown = JSON.parse(policy ?? '');
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `*`, `sns:*` or the action itself, in any case of its letters. */
function coversAction(pattern: string, action: string): boolean {
  return matches(pattern.toLowerCase(), action.toLowerCase());
}

function covers(principal: unknown, service: string): boolean {
  if (principal === '*') return true;
  return isMembers(principal) && (principal.AWS === '*' || many(principal.Service).includes(service));
}

function holds(condition: unknown, sourceArn: string): boolean {
  if (condition === undefined) return true;
  if (!isMembers(condition)) return false;
  const account = sourceArn.split(':')[4] ?? '';
  const known: Readonly<Record<string, string>> = {
    'aws:sourcearn': sourceArn,
    'aws:sourceaccount': account,
    'aws:sourceowner': account,
  };
  return Object.entries(condition).every(
    ([operator, keys]) =>
      /^(Arn|String)(Equals|Like)$/.test(operator) &&
      isMembers(keys) &&
      Object.entries(keys).every(([key, values]) => {
        const actual = known[key.toLowerCase()];
        return actual !== undefined && many(values).some((value) => matches(String(value), actual));
      }),
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
