import type { SandboxFleet } from '../fleet/instance.ts';
import type { Services } from './services.ts';

/** One account in one region. */
export interface Place {
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly fleet: SandboxFleet;
}

/** Every place of the sandbox, each with services of its own. */
export class Places {
  /** Whose pages are shown, and whose account the demo credentials belong to. */
  readonly first: Services;
  readonly all: readonly Services[];

  /** Throws when two places are the same account in the same region. */
  constructor(first: Services, others: readonly Services[]) {
    this.first = first;
    this.all = [first, ...others];
    for (const { context } of this.all) {
      const { accountId, region } = context;
      if (this.all.filter(isIn(accountId, region)).length === 1) continue;
      throw new Error(`The sandbox has account ${accountId} in ${region} twice: give each place one fleet.`);
    }
  }

  of(accountId: string, region: string): Services | undefined {
    return this.all.find(isIn(accountId, region));
  }

  /** The place that an ARN names with its region and account. */
  ofArn(arn: string): Services | undefined {
    const [, , , region = '', accountId = ''] = arn.split(':');
    return this.of(accountId, region);
  }

  /** Where the account may call the service: in its own regions, and STS, which belongs to no place, in all. */
  regions(service: string, accountId: string): readonly string[] {
    const reached = this.all.filter(({ context }) => service === 'sts' || context.accountId === accountId);
    return [...new Set(reached.map(({ context }) => context.region))];
  }
}

function isIn(accountId: string, region: string): (services: Services) => boolean {
  return ({ context }) => context.accountId === accountId && context.region === region;
}
