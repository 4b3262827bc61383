import type { Context } from '../context.ts';
import type { RpcService } from '../operation.ts';

/**
 * STS: who the demo credentials are. The service never asks; `aws sts get-caller-identity` is how a person tries an
 * endpoint.
 */
export function stsService(context: Context): RpcService {
  const identity = {
    UserId: 'AIDASANDBOXSMOKE0000',
    Account: context.accountId,
    Arn: `arn:aws:iam::${context.accountId}:user/sandbox`,
  };
  return {
    dialect: { missing: 'ValidationError', invalid: 'ValidationError' },
    operations: new Map([['GetCallerIdentity', () => identity]]),
  };
}
