/** Credentials that are good for one account only. */
import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Target } from '../../rules/rule-book.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { type AwsCall, callAws } from '../call.ts';
import type { Credentials } from '../clients.ts';
import { awsError } from '../errors.ts';
import { faultOf } from '../fault.ts';

type Role = Pick<Target, 'accountId'> & { readonly roleArn: string; readonly externalId: string | null };

/** Otherwise those of here; whoever waits for credentials cannot interrupt how they are got. */
type CallLimits = Pick<AwsCall, 'ms' | 'signal'>;

/** Both are short calls; who waits for them has a deadline of its own. */
const ASSUME_MS = 10_000;
const ASK_MS = 5_000;
/** Until STS is asked again, after it gave no answer. */
const AGAIN_MS = 60_000;

/** Of a role in another account: new ones before they expire. Throws `ROLE_NOT_ASSUMED`. */
export function roleCredentials(
  sts: STSClient,
  { roleArn, externalId, accountId }: Role,
  limits: CallLimits = {},
): Credentials {
  const doing = `Assuming the role ${roleArn}`;
  const input = { RoleArn: roleArn, RoleSessionName: 'smokejumper', ...(externalId && { ExternalId: externalId }) };
  const meaning = (cause: unknown) => {
    if (faultOf(cause) !== 'denied') return undefined;
    const { message } = awsError('ROLE_NOT_ASSUMED', doing, cause);
    return new AppError('ROLE_NOT_ASSUMED', message, {
      cause,
      retry: 'later',
      hint:
        'Its trust policy must name the role of the service and the external id of the rules file, and the service ' +
        'needs sts:AssumeRole on it (docs/rules.md).',
    });
  };
  return async () => {
    const call = { code: 'ROLE_NOT_ASSUMED', doing, api: 'AssumeRole', ms: ASSUME_MS, meaning, ...limits };
    const { Credentials: given } = await callAws(call, (sending) => sts.send(new AssumeRoleCommand(input), sending));
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined) {
      throw new AppError('ROLE_NOT_ASSUMED', `${doing} gave no credentials of ${accountId}.`, { retry: 'later' });
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken && { sessionToken: SessionToken }),
      ...(Expiration && { expiration: Expiration }),
    };
  };
}

export interface OwnAccount {
  readonly accountId: string;
  /** STS must say so. Otherwise its silence is taken for a yes: not every network lets it be asked. */
  readonly isStrict: boolean;
}

/** The service's own, as long as they are of that account. Throws `WRONG_ACCOUNT`, `IDENTITY_UNKNOWN`. */
export function ownCredentials(
  sts: STSClient,
  { accountId, isStrict }: OwnAccount,
  clock: Clock,
  limits: CallLimits = {},
): Credentials {
  let known = { accessKeyId: '', account: null as string | null, untilMs: Number.POSITIVE_INFINITY };

  async function accountOf(accessKeyId: string): Promise<string | null> {
    if (known.accessKeyId === accessKeyId && clock.now() < known.untilMs) return known.account;
    const call = {
      code: 'IDENTITY_UNKNOWN',
      doing: 'Asking STS whose credentials these are',
      api: 'GetCallerIdentity',
    };
    try {
      const { Account = null } = await callAws({ ...call, ms: ASK_MS, ...limits }, (sending) =>
        sts.send(new GetCallerIdentityCommand({}), sending),
      );
      known = { accessKeyId, account: Account, untilMs: Number.POSITIVE_INFINITY };
    } catch (error) {
      if (isStrict) throw error;
      known = { accessKeyId, account: null, untilMs: clock.now() + AGAIN_MS };
    }
    return known.account;
  }

  return async () => {
    const identity = await sts.config.credentials();
    const account = await accountOf(identity.accessKeyId);
    if (account !== null && account !== accountId) throw wrongAccount(account, accountId);
    // An expired identity is asked for again before the next request.
    return account === null ? { ...identity, expiration: new Date(0) } : identity;
  };
}

function wrongAccount(actual: string, wanted: string): AppError {
  return new AppError(
    'WRONG_ACCOUNT',
    `The credentials of the service are of the account ${actual}, and the alarm is about instances of ${wanted}.`,
    { hint: `Name a role of ${wanted} among the targets of the rules file (docs/rules.md).` },
  );
}
