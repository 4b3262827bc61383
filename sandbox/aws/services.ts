import { autoScalingService } from './autoscaling/auto-scaling.ts';
import { CloudWatch } from './cloudwatch/cloudwatch.ts';
import type { Context } from './context.ts';
import { ec2Service } from './ec2/ec2.ts';
import type { RpcService } from './operation.ts';
import { BucketStore } from './s3/bucket-store.ts';
import type { SesIdentities } from './ses/identities.ts';
import type { Mailbox } from './ses/mailbox.ts';
import type { AlarmTopics } from './sns/alarm-topics.ts';
import type { SigningIdentity } from './sns/certificate.ts';
import { snsService } from './sns/operations.ts';
import { Sns } from './sns/sns.ts';
import { sqsService } from './sqs/operations.ts';
import { Sqs } from './sqs/sqs.ts';
import { keepOutput } from './ssm/s3-output.ts';
import { Ssm } from './ssm/ssm.ts';

const NONE: RpcService = { dialect: { missing: 'ValidationError', invalid: 'ValidationError' }, operations: new Map() };

/** What the places of a sandbox have in common. */
export interface Shared {
  readonly identity: SigningIdentity;
  /** Of whoever is written to, from any account. */
  readonly mailbox: Mailbox;
  readonly topics: AlarmTopics;
}

/** Every service of one place. */
export interface Services {
  readonly context: Context;
  readonly identity: SigningIdentity;
  readonly mailbox: Mailbox;
  /** Undefined: anybody may write to anybody. */
  readonly identities: SesIdentities | undefined;
  readonly buckets: BucketStore;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly cloudWatch: CloudWatch;
  readonly ssm: Ssm;
  /** The service that requests signed for `name` mean. */
  rpc(name: string): RpcService;
}

export function createServices(
  context: Context,
  { identity, mailbox, topics }: Shared,
  options: {
    readonly deliverTwice: boolean;
    readonly metricPeriodSeconds: number;
    readonly sesIdentities: SesIdentities | undefined;
  },
): Services {
  const buckets = new BucketStore();
  const sqs = new Sqs(context);
  const sns = new Sns(context, identity, { mailbox, queues: sqs }, options.deliverTwice);
  topics.add(sns);
  const cloudWatch = new CloudWatch(context, topics, options.metricPeriodSeconds);
  const ssm = new Ssm(context, keepOutput(buckets, context));
  const byName: Readonly<Record<string, RpcService>> = {
    sns: snsService(sns, context),
    sqs: sqsService(sqs, context),
    monitoring: cloudWatch.service,
    ssm: ssm.service,
    autoscaling: autoScalingService(context),
    ec2: ec2Service(context),
  };
  const { sesIdentities: identities } = options;
  const rpc = (name: string) => byName[name] ?? NONE;
  return { context, identity, mailbox, identities, buckets, sns, sqs, cloudWatch, ssm, rpc };
}
