import { createHash } from 'node:crypto';
import { AwsFault } from '../aws-fault.ts';
import type { Fields } from '../fields.ts';
import type { Output } from '../operation.ts';
import type { AccessKeys, Caller } from './access-keys.ts';

/** A role that whoever signs may assume. */
export interface Role {
  /** `arn:aws:iam::123456789012:role/profiling`, with a path or without. */
  readonly arn: string;
  /** What its trust policy demands as `sts:ExternalId`. */
  readonly externalId?: string;
}

/** Lengths and characters as the service model of STS has them. */
const MEMBERS = {
  RoleArn: { least: 20, most: 2048, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uFFFD]+' },
  RoleSessionName: { least: 2, most: 64, pattern: '[\\w+=,.@-]*' },
  ExternalId: { least: 2, most: 1224, pattern: '[\\w+=,.@:\\/-]*' },
} as const;
const USUAL_SECONDS = 3600;
/** A role that was assumed by another role's session. */
const MAX_CHAINED_SECONDS = 3600;

/** AssumeRole: temporary credentials in the account of the role. Throws `AwsFault`. */
export function assumeRole(input: Fields, caller: Caller, roles: readonly Role[], keys: AccessKeys): Output {
  const arn = checked(input, 'RoleArn', input.needText('RoleArn'));
  const sessionName = checked(input, 'RoleSessionName', input.needText('RoleSessionName'));
  const externalId = input.text('ExternalId');
  if (externalId !== undefined) checked(input, 'ExternalId', externalId);
  const seconds = input.integer('DurationSeconds', 900, 43_200) ?? USUAL_SECONDS;
  const [, accountId, name] = /^arn:aws:iam::(\d{12}):role\/(?:[^/]+\/)*([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  if (accountId === undefined || name === undefined) throw input.invalid(`${arn} is invalid`);
  if (isSession(caller) && seconds > MAX_CHAINED_SECONDS) {
    throw input.invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  const role = roles.find((each) => each.arn === arn);
  // The id of a role that demands none is passed over, as its trust policy has no condition on it.
  if (!role || (role.externalId !== undefined && role.externalId !== externalId)) {
    throw new AwsFault(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      { status: 403 },
    );
  }
  const assumed: Caller = {
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`,
    userId: `${roleId(arn)}:${sessionName}`,
  };
  const { id, secret, session } = keys.openSession(assumed, seconds);
  return {
    Credentials: {
      AccessKeyId: id,
      SecretAccessKey: secret,
      SessionToken: session.token,
      Expiration: new Date(session.expiresAtMs),
    },
    AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn },
  };
}

const isSession = (caller: Caller) => caller.arn.startsWith('arn:aws:sts:');

/** The same for the same role, as AWS's. */
function roleId(arn: string): string {
  return `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;
}

function checked(input: Fields, name: keyof typeof MEMBERS, value: string): string {
  const { least, most, pattern } = MEMBERS[name];
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const refuse = (constraint: string) =>
    input.invalid(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
    );
  if (value.length < least) throw refuse(`Member must have length greater than or equal to ${least}`);
  if (value.length > most) throw refuse(`Member must have length less than or equal to ${most}`);
  if (!new RegExp(`^${pattern}$`).test(value)) {
    throw refuse(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  return value;
}
