/**
 * The whole story on one machine: an AWS on a local port, a fleet of real processes, the service; an instance catches
 * fire. `--once` exits after the first mailed report and leaves it under demo-output/.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { DEMO_CREDENTIALS } from './aws/credentials.ts';
import { type Sandbox, startSandbox } from './aws/server.ts';
import { saveOutput } from './demo/save-output.ts';
import { type ServiceProcess, startServiceProcess } from './demo/service-process.ts';
import { Story } from './demo/story.ts';
import { type DemoReport, watchIncident } from './demo/watch-incident.ts';
import { type RunningFleet, startFleet } from './fleet/fleet.ts';

const GROUP = 'web-prod';
/** AWS measures every 60 s; a demo that long would lose its audience. */
const METRIC_PERIOD_SECONDS = 5;
const CAPTURE_SECONDS = 10;
/** Twice the default: 10 s of a mostly idle peer shall still be several hundred samples. */
const CAPTURE_HZ = 199;
/** Percent of an instance's two vCPUs: its normal work is about 17 %, the fire above 50 %. */
const ALARM_THRESHOLD = 35;
const DEADLINE_MS = 150_000;

async function subscribe(sandbox: Sandbox, serviceUrl: string, topicArn: string, sns: SNSClient): Promise<void> {
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: `${serviceUrl}/sns` }));
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const answer = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    if (answer.Subscriptions?.some((subscription) => subscription.SubscriptionArn?.startsWith('arn:'))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the service did not confirm its subscription (sandbox ${sandbox.endpoint})`);
}

async function putAlarm(cloudWatch: CloudWatchClient, topicArn: string): Promise<void> {
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: `${GROUP} CPU`,
      AlarmDescription: 'An instance of the group burns CPU.',
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

function serviceEnvironment(sandbox: Sandbox, topicArn: string, dataDir: string, port: number): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: sandbox.endpoint,
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
    CAPTURE_SECONDS: String(CAPTURE_SECONDS),
    CAPTURE_HZ: String(CAPTURE_HZ),
    CAPTURE_LEAD_SECONDS: '4',
    PEER_MIN_AGE_SECONDS: '0',
    METRIC_PERIOD_SECONDS: String(METRIC_PERIOD_SECONDS),
  };
}

/** In `--once` any free port will do; else the address in the README. */
async function startOnPort(environment: Record<string, string>, once: boolean, story: Story): Promise<ServiceProcess> {
  if (once) return startServiceProcess({ ...environment, PORT: '0' });
  try {
    return await startServiceProcess(environment);
  } catch (error) {
    if (!(error as Error).message.includes('EADDRINUSE')) throw error;
    story.say('port 3000 is taken; using another one');
    return startServiceProcess({ ...environment, PORT: '0' });
  }
}

function tellVerdict(story: Story, report: DemoReport | null): void {
  if (!report) throw new Error('the incident has no report');
  story.say(`VERDICT     ${report.verdict.headline}`);
  for (const capture of report.captures) {
    story.detail(
      `${capture.role.padEnd(4)} ${capture.instanceId}: ${capture.samples} samples, ${(capture.cores ?? 0).toFixed(2)} cores`,
    );
  }
}

async function tellStory(once: boolean, closers: (() => Promise<unknown>)[]): Promise<void> {
  const story = new Story();
  const fleet: RunningFleet = await startFleet({ groupName: GROUP });
  closers.push(() => fleet.close());
  story.say(`fleet       ${fleet.instances.length} instances of ${GROUP} serve mail (${fleet.isolation})`);
  const sandbox = await startSandbox({ fleet, metricPeriodSeconds: METRIC_PERIOD_SECONDS });
  closers.push(() => sandbox.close());
  story.say(`sandbox     AWS on ${sandbox.endpoint}`);
  const client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS };
  const sns = new SNSClient(client);
  const topicArn = (await sns.send(new CreateTopicCommand({ Name: 'cpu-alarms' }))).TopicArn ?? '';
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'SignatureVersion', AttributeValue: '2' }),
  );
  const dataDir = mkdtempSync(join(tmpdir(), 'smokejumper-demo-'));
  closers.push(async () => rmSync(dataDir, { recursive: true, force: true }));
  const service = await startOnPort(serviceEnvironment(sandbox, topicArn, dataDir, 3000), once, story);
  closers.push(() => service.stop());
  story.say(`service     ${service.url}`);
  await subscribe(sandbox, service.url, topicArn, sns);
  await putAlarm(new CloudWatchClient(client), topicArn);
  story.say('subscribed  SNS delivers CPU alarms to the service');
  const victim = fleet.instances[1] ?? fleet.instances[0];
  if (!victim) throw new Error('the fleet is empty');
  await fleet.ignite(victim.id);
  story.say(`FIRE        a poisoned newsletter reaches ${victim.id}`);
  try {
    const incident = await watchIncident(service.url, story, CAPTURE_SECONDS, Date.now() + DEADLINE_MS);
    tellVerdict(story, incident.report);
    if (once) await saveOutput(service.url, incident, story);
  } catch (error) {
    for (const line of service.log().slice(-30)) process.stderr.write(`${line}\n`);
    throw error;
  }
  if (once) return;
  story.detail(`report   ${service.url}/`);
  story.detail(`mailbox  ${sandbox.endpoint}/mailbox`);
  story.detail('Ctrl-C ends it.');
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}

const closers: (() => Promise<unknown>)[] = [];
try {
  await tellStory(process.argv.includes('--once'), closers);
} catch (error) {
  process.stderr.write(`demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      process.stderr.write(`while tidying up: ${String(error)}\n`);
      process.exitCode = 1;
    }
  }
}
