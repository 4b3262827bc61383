/** Checks of what is asked in the account and region of an alarm: that of the service, and the targets of the rules. */
import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import type { AwsClients, PlaceClients } from '../../aws/clients.ts';
import { checkDocument } from '../../aws/document.ts';
import { awsError } from '../../aws/errors.ts';
import { openRules } from '../../compose.ts';
import type { Config } from '../../config.ts';
import { placesOf, sentDocument } from '../../engine.ts';
import type { RuleBook, Target } from '../../rules/rule-book.ts';
import { AppError } from '../../shared/errors.ts';
import { type Check, note, ok } from './run-checks.ts';

export function placeChecks(config: Config, there: PlaceClients): Check[] {
  const { autoScaling, ec2 } = there;
  return [
    permission('Auto Scaling', () => autoScaling.send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 1 }))),
    permission('EC2', () => ec2.send(new DescribeInstancesCommand({ MaxResults: 5 }))),
    { name: 'SSM', run: () => checkSsm(there) },
    { name: 'document', run: () => checkSentDocument(config, there) },
  ];
}

/** Of the rules file, if there is one: whether it can be read, and the same of each of its targets. */
export async function rulesChecks(config: Config, aws: AwsClients): Promise<Check[]> {
  const { RULES_FILE: path } = config;
  if (path === undefined) return [];
  let book: RuleBook;
  try {
    book = await openRules(path);
  } catch (error) {
    return [{ name: 'rules', run: () => Promise.reject(error) }];
  }
  const { rules, targets } = book;
  const places = placesOf(config, aws, () => targets);
  const about = `${path}: ${rules.length} rules, ${targets.length} targets`;
  const checks = targets.flatMap((target) =>
    placeChecks(config, places.clientsAt(target)).map((check) => checkOf(target, check)),
  );
  return [{ name: 'rules', run: async () => ok(about) }, ...checks];
}

/** The check of a target says where. */
function checkOf({ accountId, region }: Target, { name, run }: Check): Check {
  const lead = `${accountId}/${region}, ${name}:`;
  return {
    name: 'target',
    async run() {
      try {
        return [await run()].flat().map((result) => ({ ...result, text: `${lead} ${result.text}` }));
      } catch (cause) {
        if (!(cause instanceof AppError)) throw cause;
        throw new AppError(cause.code, `${lead} ${cause.message}`, { cause, ...(cause.hint && { hint: cause.hint }) });
      }
    },
  };
}

function permission(name: string, ask: () => Promise<unknown>): Check {
  return {
    name,
    async run() {
      try {
        await ask();
        return ok('access granted');
      } catch (cause) {
        throw notPermitted(`Asking ${name}`, cause);
      }
    },
  };
}

/** Credentials that cannot be had say so themselves. */
function notPermitted(doing: string, cause: unknown): AppError {
  return cause instanceof AppError ? cause : awsError('NOT_PERMITTED', doing, cause);
}

async function checkSsm({ ssm }: Pick<PlaceClients, 'ssm'>) {
  try {
    const filter = { Key: 'PingStatus', Values: ['Online'] };
    const answer = await ssm.send(new DescribeInstanceInformationCommand({ Filters: [filter], MaxResults: 50 }));
    const online = answer.InstanceInformationList?.length ?? 0;
    return online === 0
      ? note('no instance is online in SSM', 'Check the agent, and the role AmazonSSMManagedInstanceCore.')
      : ok(`${answer.NextToken ? 'at least ' : ''}${online} instances are online`);
  } catch (cause) {
    throw notPermitted('Asking SSM for its instances', cause);
  }
}

async function checkSentDocument(config: Config, { ssm }: Pick<PlaceClients, 'ssm'>) {
  const document = sentDocument(config.SSM_DOCUMENT);
  if (document.holds === null) {
    return note(`${document.name} runs any shell`, 'A document of our own is safer: smokejumper script document.');
  }
  await checkDocument(ssm, document);
  return ok(`${document.name} is the one of this release`);
}
