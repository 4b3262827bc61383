import type { Fields } from '../fields.ts';
import type { RpcService } from '../operation.ts';
import type { AccessKeys, Caller } from './access-keys.ts';
import { assumeRole, type Role } from './assume-role.ts';

/** STS: who signs, and temporary credentials for roles. One for all places. */
export class Sts {
  readonly keys: AccessKeys;
  private readonly roles: readonly Role[];

  constructor(keys: AccessKeys, roles: readonly Role[]) {
    this.keys = keys;
    this.roles = roles;
  }

  /** The API as `caller` meets it. */
  service(caller: Caller): RpcService {
    const { userId, accountId, arn } = caller;
    return {
      dialect: { missing: 'ValidationError', invalid: 'ValidationError' },
      operations: new Map([
        ['GetCallerIdentity', () => ({ UserId: userId, Account: accountId, Arn: arn })],
        ['AssumeRole', (input: Fields) => assumeRole(input, caller, this.roles, this.keys)],
      ]),
    };
  }
}
