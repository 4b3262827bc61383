/** Every API of AWS that the service uses, called through its port, with a proxy in between that makes it fail. */
import { after } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { type FaultProxy, startFaultProxy } from '../../../sandbox/faults/fault-proxy.ts';
import { createAlarmTargets } from '../../../service/aws/alarm-targets.ts';
import {
  createClients,
  createQueueClient,
  createStsClient,
  REQUEST_LIMITS,
  type RequestLimits,
} from '../../../service/aws/clients.ts';
import { createCommands } from '../../../service/aws/commands.ts';
import { checkDocument } from '../../../service/aws/document.ts';
import { createFleet } from '../../../service/aws/fleet/fleet.ts';
import { ownCredentials, roleCredentials } from '../../../service/aws/places/credentials.ts';
import { createQueue } from '../../../service/aws/queue.ts';
import { sesSender } from '../../../service/aws/ses-sender.ts';
import { createSubscriptions } from '../../../service/aws/subscriptions.ts';
import { createUploads } from '../../../service/aws/uploads.ts';
import { cleanCall } from '../../../service/capture/capture-script.ts';
import { sentDocument } from '../../../service/engine.ts';
import { createMailer } from '../../../service/mail/mailer.ts';
import { systemClock } from '../../../service/shared/clock.ts';
import type { GroupName, InstanceId } from '../../../service/shared/ids.ts';
import { sandboxSetUp } from './clients.ts';
import { createQueue as newQueue } from './queues.ts';

export interface CallOptions {
  /** Of a whole call. */
  readonly ms?: number;
  readonly limits?: Partial<RequestLimits>;
  readonly signal?: AbortSignal;
}

export type Calls = Readonly<Record<string, (options: CallOptions) => Promise<unknown>>>;

export interface FaultyAws {
  readonly proxy: FaultProxy;
  /** By the API that is the only one to fail; one call of each. */
  readonly calls: Calls;
}

const BUCKET = 'captures-of-acme';
const GROUP = 'web-prod' as GroupName;
const ROLE = { accountId: '000000000000', roleArn: 'arn:aws:iam::000000000000:role/smokejumper', externalId: null };
const DOCUMENT = sentDocument('AWS-RunShellScript');
/** What an answer that stalls says it has. */
const STALLED_BYTES = 1000;
const MAIL = { raw: Buffer.from('Subject: s\r\n\r\nt\r\n'), to: ['oncall@example.com'] };

export async function faultyAws(): Promise<FaultyAws> {
  const { client, fleet, sandbox } = await sandboxSetUp({ roles: [{ arn: ROLE.roleArn }] });
  const proxy = await startFaultProxy(client.endpoint);
  after(() => proxy.close());
  process.env.AWS_ENDPOINT_URL = proxy.endpoint;
  process.env.AWS_ACCESS_KEY_ID = client.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = client.credentials.secretAccessKey;
  const clients = (limits: Partial<RequestLimits> = {}) =>
    createClients(client.region, { ...REQUEST_LIMITS, attempts: 1, ...limits });
  const { s3, sns } = clients();
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const topic = (await sns.send(new CreateTopicCommand({ Name: 'cpu' }))).TopicArn ?? '';
  const instanceId = (fleet.instances[0]?.id ?? '') as InstanceId;
  const request = { instanceId, label: 'x', call: cleanCall({ captureId: 'cap-1' }), timeoutSeconds: 20 };
  const commandsOf = ({ ms, limits }: CallOptions) =>
    createCommands(clients(limits).ssm, { document: DOCUMENT, deliverySeconds: 60, ...(ms ? { ms } : {}) });
  const fleetOf = ({ ms, limits }: CallOptions) =>
    createFleet(clients(limits), { periodSeconds: 60, ...(ms ? { ms } : {}) });
  const topics = ({ ms, limits }: CallOptions) => createSubscriptions(clients(limits).sns, ms);
  const bucket = ({ ms, limits }: CallOptions) => createUploads(clients(limits).s3, BUCKET, ms);
  const queueClient = (limits: Partial<RequestLimits> = {}) =>
    createQueueClient(client.region, null, { ...REQUEST_LIMITS, attempts: 1, ...limits });
  const { url } = await newQueue(queueClient(), 'cpu');
  const queueOf = ({ ms, limits }: CallOptions) => createQueue(queueClient(limits), url, ms);
  const message = { id: 'x', body: 'x', receipt: 'x', receives: 1 };
  const commandId = await commandsOf({}).send(request);
  const members = (o: CallOptions) => fleetOf(o).members(GROUP, o.signal);
  const ownDocument = { ...DOCUMENT, holds: () => true };
  const sts = (limits: Partial<RequestLimits> = {}) =>
    createStsClient(client.region, { ...REQUEST_LIMITS, attempts: 1, ...limits });
  const own = { accountId: sandbox.accountId, isStrict: true };
  const calls: Calls = {
    AssumeRole: (o) => roleCredentials(sts(o.limits), ROLE, { ms: o.ms, signal: o.signal })(),
    GetCallerIdentity: (o) => ownCredentials(sts(o.limits), own, systemClock, { ms: o.ms, signal: o.signal })(),
    DescribeAlarms: (o) => createAlarmTargets(clients(o.limits).cloudWatch, o.ms).childrenOf([], 'tree', o.signal),
    DescribeAutoScalingInstances: (o) => fleetOf(o).groupOf(instanceId, o.signal),
    DescribeAutoScalingGroups: members,
    DescribeScalingActivities: (o) => fleetOf(o).departures(GROUP, 0, o.signal),
    DescribeInstances: members,
    DescribeInstanceInformation: members,
    GetMetricData: (o) => fleetOf(o).cpu([instanceId], Date.now() - 60_000, Date.now(), o.signal),
    GetDocument: (o) => checkDocument(clients(o.limits).ssm, ownDocument, { ms: o.ms, signal: o.signal }),
    SendCommand: (o) => commandsOf(o).send(request, o.signal),
    ListCommands: (o) => commandsOf(o).find(instanceId, 'x', Date.now(), o.signal),
    GetCommandInvocation: (o) => commandsOf(o).result(instanceId, commandId, o.signal),
    CancelCommand: (o) => commandsOf(o).cancel(instanceId, commandId, o.signal),
    GetObject: (o) => bucket(o).get('captures/x', STALLED_BYTES, o.signal),
    DeleteObject: (o) => bucket(o).remove('captures/x', o.signal),
    ReceiveMessage: (o) => queueOf(o).receive(60, o.signal),
    ChangeMessageVisibilityBatch: (o) => queueOf(o).hide([message], 0, o.signal),
    DeleteMessageBatch: (o) => queueOf(o).remove([message], o.signal),
    GetQueueAttributes: (o) => queueOf(o).maxReceives(o.signal),
    ConfirmSubscription: (o) => topics(o).confirm(topic, 'token', o.signal),
    Subscribe: (o) => topics(o).subscribe(topic, 'http://127.0.0.1:9/sns', o.signal),
    Publish: (o) => topics(o).publish(topic, 'subject', 'text', o.signal),
    SendEmail: (o) =>
      createMailer({ from: 'a@example.com', smtpUrl: null }, sesSender(clients(o.limits).ses, o.ms)).send(
        MAIL,
        o.signal,
      ),
  };
  return { proxy, calls };
}
