import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { DEMO_CREDENTIALS } from '../aws/credentials.ts';
import { type Sandbox, startSandbox } from '../aws/server.ts';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts';
import { type RunningFleet, startFleet } from '../fleet/fleet.ts';
import { SEEDED, seedHistory } from './history/seed-history.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';
import { mountSmallDisk, type SmallDisk } from './storm.ts';

const GROUP = 'web-prod';
const BUCKET = 'smokejumper-captures';
export const ALARM_NAME = `${GROUP} CPU`;
/** AWS measures every 60 s; a demo that long would lose its audience. */
const METRIC_PERIOD_SECONDS = 5;
export const CAPTURE_SECONDS = 10;
/** Four times the default: 10 s of a peer that uses a quarter of a core shall still be a thousand samples. */
const CAPTURE_HZ = 397;
/** About 0.3 core a healthy instance: three of them and a fire leave two cores some air. */
const REQUESTS_PER_SECOND = 50;
/** Percent of an instance's two vCPUs: its normal work is about 15 %, the fire about 50 %. */
export const ALARM_THRESHOLD = 25;

/** From the order to the common start, and 2 s more for each process that V8's profiler may visit before it. */
const CAPTURE_LEAD_SECONDS = 4;
/** Two workers of each instance; with time for one more, on a machine that burns. */
const V8_MAX_PROCESSES = 3;

/** Everything that the story needs: the fleet, the AWS, the service, and the alarm between them. */
export interface DemoEnvironment {
  readonly fleet: RunningFleet;
  readonly sandbox: Sandbox;
  readonly service: ServiceProcess;
  /** Its environment: starts it again on the same data and port. */
  readonly serviceEnvironment: Readonly<Record<string, string>>;
  readonly topicArn: string;
  readonly sns: SNSClient;
  readonly cloudWatch: CloudWatchClient;
  /** What `brewStorm` needs; null without `storm`. */
  readonly weather: { readonly proxy: FaultProxy; readonly disk: SmallDisk | null } | null;
  /** Ends everything in reverse order, also after a failure in the middle. */
  close(): Promise<void>;
}

export interface DemoOptions {
  readonly port: number;
  readonly say: (text: string) => void;
  readonly environment?: Readonly<Record<string, string>>;
  readonly deliverTwice?: boolean;
  /** Default true. Without flags Node writes no perf maps, and V8's profiler alone knows the names. */
  readonly nodeFlags?: boolean;
  /** Default false. The service has a small disk, and sees AWS through a proxy that can make it fail. */
  readonly storm?: boolean;
  /** Default false. The service begins with three months of history. */
  readonly seeded?: boolean;
  /** Ends the building between two parts; what was built is taken down. */
  readonly signal?: AbortSignal;
}

export async function startDemoEnvironment(options: DemoOptions): Promise<DemoEnvironment> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    const errors: unknown[] = [];
    for (const closer of closers.splice(0).reverse()) await closer().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, 'could not clean up');
  };
  try {
    return { ...(await build(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  options: DemoOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<DemoEnvironment, 'close'>> {
  const nodeFlags = options.nodeFlags ?? true;
  const dataDir = mkdtempSync(join(tmpdir(), 'smokejumper-demo-'));
  closers.push(async () => rmSync(dataDir, { recursive: true, force: true }));
  const seeding = options.seeded === true ? seeded(dataDir, options, closers) : null;
  const fleet = await startFleet({
    groupName: GROUP,
    requestsPerSecond: REQUESTS_PER_SECOND,
    ...(nodeFlags ? {} : { nodeFlags: [] }),
  });
  closers.push(() => fleet.close());
  options.signal?.throwIfAborted();
  const how = `isolation: ${fleet.isolation}${nodeFlags ? '' : ', Node without flags'}`;
  options.say(`fleet       ${fleet.instances.length} instances of ${GROUP} serve mail (${how})`);
  const v8Engine = chooseV8Engine(fleet, { nodeFlags, asRoot: process.getuid?.() === 0, say: options.say });
  const sandbox = await startSandbox({
    fleet,
    metricPeriodSeconds: METRIC_PERIOD_SECONDS,
    deliverTwice: options.deliverTwice ?? false,
  });
  closers.push(() => sandbox.close());
  options.say(`sandbox     AWS on ${sandbox.endpoint}`);
  const proxy = options.storm === true ? await startFaultProxy(sandbox.endpoint) : null;
  if (proxy !== null) closers.push(() => proxy.close());
  const endpoint = proxy?.endpoint ?? sandbox.endpoint;
  await fleet.openWayOut(Number(new URL(endpoint).port));
  const client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS };
  await createBucket(new S3Client(client));
  const sns = new SNSClient(client);
  const topicArn = await createTopic(sns);
  const disk = proxy === null ? null : mountSmallDisk(dataDir);
  if (disk !== null) closers.push(async () => disk.unmount());
  if (proxy !== null && disk === null)
    options.say('disk        stays as it is: no disk of its own can be mounted here');
  const variables = {
    ...environment(sandbox, topicArn, disk?.folder ?? dataDir, options.port),
    AWS_ENDPOINT_URL: endpoint,
    V8_ENGINE: v8Engine,
    ...options.environment,
  };
  // Before the first incident: a store knows what was before what by the order in which incidents came.
  await seeding;
  const service = await startServiceProcess(variables);
  closers.push(() => service.stop());
  options.signal?.throwIfAborted();
  options.say(`service     ${service.url}`);
  await subscribe(sns, topicArn, `${service.url}/sns`);
  const cloudWatch = new CloudWatchClient(client);
  await putAlarm(cloudWatch, topicArn);
  options.say('subscribed  SNS delivers the CPU alarm of the group to the service');
  const serviceEnvironment = { ...variables, PORT: new URL(service.url).port };
  const weather = proxy === null ? null : { proxy, disk };
  return { fleet, sandbox, service, serviceEnvironment, topicArn, sns, cloudWatch, weather };
}

/** While the fleet boots. A demo without a history is still one. */
function seeded(dataDir: string, { say, signal }: DemoOptions, closers: (() => Promise<unknown>)[]): Promise<void> {
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const seeding = seedHistory(dataDir, either).then(
    (count) =>
      say(`history     ${count} incidents of three months, made by earlier runs of this demo (label: ${SEEDED})`),
    (error: unknown) => {
      if (!either.aborted) say(`history     none: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  closers.push(() => {
    over.abort();
    return seeding;
  });
  return seeding;
}

/**
 * V8's inspector has one port for all processes of a network: where instances share one they get in each other's way.
 * And it is visited by another user than root: an instance that we make without being root has no other.
 */
export function chooseV8Engine(
  fleet: Pick<RunningFleet, 'sharedNetwork'>,
  demo: { readonly nodeFlags: boolean; readonly asRoot: boolean; readonly say: (text: string) => void },
): 'lines' | 'off' {
  const { sharedNetwork } = fleet;
  if (sharedNetwork === null && demo.asRoot) return 'lines';
  const why =
    sharedNetwork === null
      ? 'instances with users of their own need root'
      : `the instances have no networks of their own (${sharedNetwork})`;
  if (!demo.nodeFlags) throw new Error(`without flags only V8's profiler knows names, and it cannot be asked: ${why}`);
  demo.say(`V8          its profiler is not asked: ${why}`);
  return 'off';
}

async function createBucket(s3: S3Client): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
}

async function createTopic(sns: SNSClient): Promise<string> {
  const topicArn = (await sns.send(new CreateTopicCommand({ Name: 'cpu-alarms' }))).TopicArn ?? '';
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'SignatureVersion', AttributeValue: '2' }),
  );
  return topicArn;
}

async function subscribe(sns: SNSClient, topicArn: string, endpoint: string): Promise<void> {
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint }));
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const answer = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    if (answer.Subscriptions?.some((subscription) => subscription.SubscriptionArn?.startsWith('arn:'))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the service did not confirm its subscription');
}

async function putAlarm(cloudWatch: CloudWatchClient, topicArn: string): Promise<void> {
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: ALARM_NAME,
      AlarmDescription: 'An instance of the group uses too much CPU.',
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: GROUP }],
      Statistic: 'Maximum',
      Period: METRIC_PERIOD_SECONDS,
      EvaluationPeriods: 2,
      Threshold: ALARM_THRESHOLD,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [topicArn],
      OKActions: [topicArn],
    }),
  );
}

function environment(sandbox: Sandbox, topicArn: string, dataDir: string, port: number): Record<string, string> {
  return {
    AWS_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: DEMO_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DEMO_CREDENTIALS.secretAccessKey,
    SNS_CERTIFICATE_ORIGIN: sandbox.endpoint,
    SNS_TOPIC_ARNS: topicArn,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: dataDir,
    MAIL_FROM: 'Smokejumper <smokejumper@example.com>',
    MAIL_TO: 'oncall@example.com',
    CAPTURE_BUCKET: BUCKET,
    CAPTURE_SECONDS: String(CAPTURE_SECONDS),
    CAPTURE_HZ: String(CAPTURE_HZ),
    CAPTURE_LEAD_SECONDS: String(CAPTURE_LEAD_SECONDS),
    V8_MAX_PROCESSES: String(V8_MAX_PROCESSES),
    PEER_MIN_AGE_SECONDS: '0',
    SOURCE_EXCERPTS: 'mail',
    METRIC_PERIOD_SECONDS: String(METRIC_PERIOD_SECONDS),
    // Whoever plays with fire wants to see the next one, too.
    COOLDOWN_SECONDS: '0',
    MAX_CAPTURES_PER_GROUP_PER_DAY: '1000',
  };
}
