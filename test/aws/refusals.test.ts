/** What an operator reads when AWS refuses a call: who was asked for what, whether later may help, what to check. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { S3Client } from '@aws-sdk/client-s3';
import { createAlarmTargets } from '../../service/aws/alarm-targets.ts';
import { createClients } from '../../service/aws/clients.ts';
import { createCommands } from '../../service/aws/commands.ts';
import { createFleet } from '../../service/aws/fleet/fleet.ts';
import { createSubscriptions } from '../../service/aws/subscriptions.ts';
import { createUploads } from '../../service/aws/uploads.ts';
import { cleanCall } from '../../service/capture/capture-script.ts';
import { sentDocument } from '../../service/engine.ts';
import type { GroupName } from '../../service/shared/ids.ts';
import { HOT } from '../support/accept-alarm.ts';
import { answering, refusing } from '../support/answering-client.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cpu';
const GROUP = 'web-prod' as GroupName;
const OPTIONS = { document: sentDocument('AWS-RunShellScript'), deliverySeconds: 60 };
const REQUEST = { instanceId: HOT, label: 'cap-1', call: cleanCall({ captureId: 'cap-1' }), timeoutSeconds: 10 };

type Clients = ReturnType<typeof createClients>;
const aws = createClients('us-east-1');
const oneMember = { AutoScalingGroups: [{ Instances: [{ InstanceId: HOT }] }] };
const inGroup = (clients: Clients) => ({
  ...clients,
  autoScaling: answering(aws.autoScaling, () => oneMember),
});

const CASES: readonly (readonly [code: string, said: RegExp, call: (refuse: Clients) => Promise<unknown>])[] = [
  [
    'ALARM_LOOKUP_FAILED',
    /^Reading the alarms under tree failed/,
    (refuse) => createAlarmTargets(refuse.cloudWatch).childrenOf([], 'tree'),
  ],
  [
    'GROUP_LOOKUP_FAILED',
    new RegExp(`^Looking up the Auto Scaling group of ${HOT} failed`),
    (refuse) => createFleet(refuse, { periodSeconds: 60 }).groupOf(HOT),
  ],
  [
    'GROUP_LOOKUP_FAILED',
    /^Reading the Auto Scaling group web-prod failed/,
    (refuse) => createFleet(refuse, { periodSeconds: 60 }).members(GROUP),
  ],
  [
    'INSTANCE_LOOKUP_FAILED',
    /^Describing the instances of the group failed/,
    (refuse) =>
      createFleet({ ...inGroup(refuse), ssm: answering(aws.ssm, () => ({})) }, { periodSeconds: 60 }).members(GROUP),
  ],
  [
    'SSM_LOOKUP_FAILED',
    /^Asking SSM which instances are online failed/,
    (refuse) =>
      createFleet({ ...inGroup(refuse), ec2: answering(aws.ec2, () => ({})) }, { periodSeconds: 60 }).members(GROUP),
  ],
  [
    'METRICS_FAILED',
    /^Reading CPUUtilization from CloudWatch failed/,
    (refuse) => createFleet(refuse, { periodSeconds: 60 }).cpu([HOT], 0, 60_000),
  ],
  [
    'SSM_SEND_FAILED',
    new RegExp(`^Sending the command to ${HOT} failed`),
    (refuse) => createCommands(refuse.ssm, OPTIONS).send(REQUEST),
  ],
  [
    'SSM_LIST_FAILED',
    new RegExp(`^Listing the commands of ${HOT} failed`),
    (refuse) => createCommands(refuse.ssm, OPTIONS).find(HOT, 'cap-1', 0),
  ],
  [
    'SSM_RESULT_FAILED',
    new RegExp(`^Reading the result of the command on ${HOT} failed`),
    (refuse) => createCommands(refuse.ssm, OPTIONS).result(HOT, 'cmd-1'),
  ],
  [
    'SSM_CANCEL_FAILED',
    new RegExp(`^Cancelling the command on ${HOT} failed`),
    (refuse) => createCommands(refuse.ssm, OPTIONS).cancel(HOT, 'cmd-1'),
  ],
  [
    'S3_GET_FAILED',
    /^Reading captures\/x from acme failed/,
    (refuse) => createUploads(refuse.s3, 'acme').get('captures/x', 1),
  ],
  [
    'S3_DELETE_FAILED',
    /^Removing captures\/x from acme failed/,
    (refuse) => createUploads(refuse.s3, 'acme').remove('captures/x'),
  ],
  [
    'SNS_CONFIRM_FAILED',
    new RegExp(`^Confirming the subscription to ${TOPIC} failed`),
    (refuse) => createSubscriptions(refuse.sns).confirm(TOPIC, 'token'),
  ],
  [
    'SNS_SUBSCRIBE_FAILED',
    new RegExp(`^Subscribing https://x/sns to ${TOPIC} failed`),
    (refuse) => createSubscriptions(refuse.sns).subscribe(TOPIC, 'https://x/sns'),
  ],
  [
    'SNS_PUBLISH_FAILED',
    new RegExp(`^Publishing to ${TOPIC} failed`),
    (refuse) => createSubscriptions(refuse.sns).publish(TOPIC, 'subject', 'text'),
  ],
];

function allRefuse(name: string): Clients {
  return {
    autoScaling: refusing(aws.autoScaling, name),
    cloudWatch: refusing(aws.cloudWatch, name),
    ec2: refusing(aws.ec2, name),
    s3: refusing(aws.s3, name),
    ses: refusing(aws.ses, name),
    sns: refusing(aws.sns, name),
    ssm: refusing(aws.ssm, name),
  };
}

for (const [code, said, call] of CASES) {
  test(`${code} says what was asked of whom; a missing permission is worth another try: ${said.source}`, async () => {
    await assert.rejects(call(allRefuse('AccessDeniedException')), {
      code,
      message: new RegExp(`${said.source}: AccessDeniedException \\(no\\)\\.$`),
      retry: 'later',
      hint: /IAM policy/,
    });
    await assert.rejects(call(allRefuse('ThrottlingException')), {
      code,
      message: new RegExp(`${said.source}: AWS throttles \\w+: ThrottlingException \\(no\\)\\.$`),
      retry: 'later',
      hint: /quota/,
    });
    await assert.rejects(call(allRefuse('ValidationException')), { code, message: said, retry: 'never' });
  });
}

test('an answer from SSM without a command id is an error', async () => {
  const commands = createCommands(
    answering(aws.ssm, () => ({})),
    OPTIONS,
  );
  await assert.rejects(commands.send(REQUEST), {
    code: 'SSM_SEND_FAILED',
    message: `SSM returned no command id for ${HOT}.`,
    retry: 'later',
  });
});

test('a command that SSM could not hand over never ran, whatever status it bears', async () => {
  for (const detail of ['Undeliverable', 'Delivery Timed Out', 'DeliveryTimedOut', 'Terminated']) {
    const ssm = answering(aws.ssm, () => ({ Status: 'Failed', StatusDetails: detail, ResponseCode: -1 }));
    const { status, exitCode } = await createCommands(ssm, OPTIONS).result(HOT, 'cmd-1');
    assert.deepEqual([status, exitCode], ['undeliverable', null], detail);
  }
  const ran = answering(aws.ssm, () => ({ Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 3 }));
  assert.equal((await createCommands(ran, OPTIONS).result(HOT, 'cmd-1')).status, 'failed');
});

test('an upload cannot be signed without credentials; that may be mended while the incident is open', async () => {
  const nobody = async () => {
    throw Object.assign(new Error('no'), { name: 'CredentialsProviderError' });
  };
  const s3 = new S3Client({ region: 'us-east-1', credentials: nobody });
  await assert.rejects(createUploads(s3, 'acme').address('captures/x', { bytes: 1, sha256: '00' }, 60), {
    code: 'S3_SIGN_FAILED',
    message: 'Signing an upload to acme failed: there are no credentials for PutObject: CredentialsProviderError (no).',
    retry: 'later',
    hint: /credentials/,
  });
});
