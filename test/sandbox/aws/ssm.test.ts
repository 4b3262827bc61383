import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  GetConnectionStatusCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type LocalFleet, type LocalInstance, localFleet } from '../../support/sandbox/local-fleet.ts';
import { nextEvent, until } from '../../support/sandbox/wait-for.ts';

const TERMINAL = ['Success', 'Failed', 'TimedOut', 'Cancelled'];

describe('Run Command of the sandbox', () => {
  let sandbox: Sandbox;
  let ssm: SSMClient;
  let client: { region: string; endpoint: string; credentials: typeof DEMO_CREDENTIALS; maxAttempts: number };
  const fleet: LocalFleet = localFleet();
  const [hot, peer] = fleet.instances as [LocalInstance, LocalInstance, LocalInstance];

  before(async () => {
    sandbox = await startSandbox({ fleet, timeScale: 0.01, manualTicks: true });
    client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS, maxAttempts: 1 };
    ssm = new SSMClient(client);
  });
  beforeEach(() => {
    for (const instance of fleet.instances) instance.state = 'online';
  });
  after(async () => {
    ssm.destroy();
    await sandbox.close();
  });

  async function send(commands: readonly string[], overrides: Partial<SendCommandCommandInput> = {}): Promise<string> {
    const answer = await ssm.send(
      new SendCommandCommand({
        InstanceIds: [hot.id],
        DocumentName: 'AWS-RunShellScript',
        Parameters: { commands: [...commands] },
        ...overrides,
      }),
    );
    return answer.Command?.CommandId ?? '';
  }

  /** The invocation as it is now; undefined in its first moment, when SSM does not know it yet. */
  async function invocation(id: string, instanceId = hot.id): Promise<GetCommandInvocationCommandOutput | undefined> {
    try {
      return await ssm.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId: instanceId }));
    } catch (error) {
      if ((error as Error).name === 'InvocationDoesNotExist') return undefined;
      throw error;
    }
  }

  const ended = (id: string, instanceId = hot.id) =>
    until(async () => {
      const answer = await invocation(id, instanceId);
      return answer && TERMINAL.includes(answer.Status ?? '') ? answer : undefined;
    });

  it('runs the commands as one script and gives back its output and exit code', async () => {
    const id = await send(['x=1', 'echo "out $x"; echo err >&2', 'exit 3'], { Comment: 'capture 1' });
    const answer = await ended(id);
    assert.deepEqual(
      [
        answer.Status,
        answer.StatusDetails,
        answer.ResponseCode,
        answer.StandardOutputContent,
        answer.StandardErrorContent,
      ],
      ['Failed', 'Failed', 3, 'out 1\n', 'err\n'],
    );
    assert.equal(answer.Comment, 'capture 1');
    assert.equal(answer.PluginName, 'aws:runShellScript');
    assert.match(answer.ExecutionStartDateTime ?? '', /^\d{4}-/);
    assert.equal((await ended(await send(['true']))).StatusDetails, 'Success');
  });

  it('does not know an invocation right after SendCommand', async () => {
    const slow = await startSandbox({ fleet: localFleet(), timeScale: 20, manualTicks: true });
    const slowSsm = new SSMClient({ ...client, endpoint: slow.endpoint });
    const { Command } = await slowSsm.send(
      new SendCommandCommand({
        InstanceIds: [hot.id],
        DocumentName: 'AWS-RunShellScript',
        Parameters: { commands: ['true'] },
      }),
    );
    const ask = new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId: hot.id });
    await assert.rejects(slowSsm.send(ask), { name: 'InvocationDoesNotExist' });
    const { Commands } = await slowSsm.send(new ListCommandsCommand({ InstanceId: hot.id }));
    assert.equal(Commands?.[0]?.Status, 'Pending');
    slowSsm.destroy();
    await slow.close();
  });

  it('shows no output before the script has ended', async () => {
    const id = await send(['echo early; exec sleep 30']);
    const running = await until(async () => {
      const answer = await invocation(id);
      return answer?.Status === 'InProgress' ? answer : undefined;
    });
    assert.equal(running.StandardOutputContent, '');
    assert.equal(running.ResponseCode, -1);
    await ssm.send(new CancelCommandCommand({ CommandId: id }));
    const answer = await ended(id);
    assert.deepEqual([answer.Status, answer.StatusDetails, answer.ResponseCode], ['Cancelled', 'Cancelled', 137]);
  });

  it('cuts output by bytes, as the agent does', async () => {
    const exact = await ended(
      await send(["head -c 23999 /dev/zero | tr '\\0' a; head -c 7999 /dev/zero | tr '\\0' b >&2"]),
    );
    assert.equal(exact.StandardOutputContent, 'a'.repeat(23_999));
    assert.equal(exact.StandardErrorContent, 'b'.repeat(7999));
    const id = await send(["head -c 24000 /dev/zero | tr '\\0' a; head -c 8000 /dev/zero | tr '\\0' b >&2"]);
    const cut = await ended(id);
    assert.equal(cut.StandardOutputContent, `${'a'.repeat(23_980)}--output truncated--`);
    assert.equal(cut.StandardErrorContent, `${'b'.repeat(7980)}--output truncated--`);
    const { CommandInvocations } = await ssm.send(new ListCommandInvocationsCommand({ CommandId: id, Details: true }));
    const output = CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output ?? '';
    assert.equal(output.length, 2500);
    assert.match(output, /^a+---Output truncated---$/);
  });

  it('never hears about a reply whose JSON is too large', async () => {
    const id = await send(["head -c 23000 /dev/zero | tr '\\0' '\\1'"], {
      TimeoutSeconds: 30,
      Parameters: { commands: ["head -c 23000 /dev/zero | tr '\\0' '\\1'"], executionTimeout: ['5'] },
    });
    const answer = await ended(id);
    assert.deepEqual([answer.Status, answer.StandardOutputContent], ['TimedOut', '']);
  });

  it('kills a script that outruns its executionTimeout, with no output', async () => {
    hot.secondMs = 20;
    const id = await send([], { Parameters: { commands: ['echo x; exec sleep 30'], executionTimeout: ['5'] } });
    const answer = await ended(id);
    hot.secondMs = 1000;
    assert.deepEqual(
      [answer.Status, answer.StatusDetails, answer.ResponseCode, answer.StandardOutputContent],
      ['TimedOut', 'ExecutionTimedOut', 137, ''],
    );
    const { Commands } = await ssm.send(new ListCommandsCommand({ CommandId: id }));
    assert.deepEqual([Commands?.[0]?.Status, Commands?.[0]?.StatusDetails], ['Failed', 'Failed']);
  });

  it('delays a command for a silent agent, and delivers it when the agent is back', async () => {
    peer.state = 'offline';
    const delayed = nextEvent(sandbox, 'command', (event) => event.status === 'Delayed');
    const id = await send(['echo late'], { InstanceIds: [peer.id] });
    await delayed;
    assert.equal((await invocation(id, peer.id))?.StatusDetails, 'Delayed');
    peer.state = 'online';
    assert.equal((await ended(id, peer.id)).StandardOutputContent, 'late\n');
  });

  it('gives up delivery after TimeoutSeconds, or at once when the instance is terminated', async () => {
    peer.state = 'offline';
    const late = await send(['true'], { InstanceIds: [peer.id], TimeoutSeconds: 30 });
    const answer = await ended(late, peer.id);
    assert.deepEqual([answer.Status, answer.StatusDetails, answer.ResponseCode], ['TimedOut', 'DeliveryTimedOut', -1]);
    const lost = await send(['true'], { InstanceIds: [peer.id] });
    peer.state = 'terminated';
    assert.deepEqual(
      [(await ended(lost, peer.id)).Status, (await ended(lost, peer.id)).StatusDetails],
      ['Failed', 'Undeliverable'],
    );
    await assert.rejects(send(['true'], { InstanceIds: [hot.id, peer.id] }), { name: 'InvalidInstanceId' });
  });

  it('fails a command that its instance cannot start', async () => {
    const answer = await ended(
      await send(['true'], { Parameters: { commands: ['true'], workingDirectory: ['/nonexistent'] } }),
    );
    assert.deepEqual([answer.Status, answer.StatusDetails], ['Failed', 'Failed']);
  });

  it('runs five commands at a time per instance', async () => {
    const running: string[] = [];
    const stop = sandbox.onEvent((event) => {
      if (event.kind === 'command' && event.status === 'InProgress') running.push(event.commandId);
    });
    const ids: string[] = [];
    for (let index = 0; index < 6; index++) ids.push(await send(['exec sleep 30']));
    await until(() => (running.length === 5 ? true : undefined));
    const waiting = ids.find((id) => !running.includes(id)) ?? '';
    assert.equal((await until(() => invocation(waiting))).Status, 'Pending');
    await ssm.send(new CancelCommandCommand({ CommandId: running[0] }));
    await until(() => (running.includes(waiting) ? true : undefined));
    stop();
    for (const id of ids) await ssm.send(new CancelCommandCommand({ CommandId: id }));
    for (const id of ids) assert.equal((await ended(id)).Status, 'Cancelled');
  });

  it('finds commands again by instance and comment, page by page', async () => {
    const before = await send(['true'], { InstanceIds: [peer.id], Comment: 'first' });
    const later = await send(['true'], {
      Targets: [{ Key: 'tag:aws:autoscaling:groupName', Values: ['web-prod'] }],
      InstanceIds: undefined,
      Comment: 'second',
    });
    const page = await ssm.send(new ListCommandsCommand({ InstanceId: peer.id, MaxResults: 1 }));
    assert.deepEqual(
      page.Commands?.map((command) => [command.CommandId, command.Comment, command.TargetCount]),
      [[later, 'second', 3]],
    );
    const next = await ssm.send(
      new ListCommandsCommand({ InstanceId: peer.id, MaxResults: 1, NextToken: page.NextToken }),
    );
    assert.equal(next.Commands?.[0]?.CommandId, before);
    await assert.rejects(ssm.send(new ListCommandsCommand({ CommandId: '00000000-0000-4000-8000-000000000000' })), {
      name: 'InvalidCommandId',
    });
    const filtered = await ssm.send(
      new ListCommandsCommand({ Filters: [{ key: 'InvokedAfter', value: '2100-01-01T00:00:00Z' }] }),
    );
    assert.deepEqual(filtered.Commands, []);
  });

  it('refuses what AWS refuses', async () => {
    const refused = (overrides: Partial<SendCommandCommandInput>, name: string) =>
      assert.rejects(send(['true'], overrides), { name });
    await refused({ DocumentName: 'AWS-RunPowerShellScript' }, 'InvalidDocument');
    await refused({ InstanceIds: [hot.id, 'i-0ffffffffffffffff'] }, 'InvalidInstanceId');
    await refused({ InstanceIds: [hot.id, hot.id] }, 'DuplicateInstanceId');
    await refused({ InstanceIds: ['i-xyz'] }, 'ValidationException');
    const ids = Array.from({ length: 51 }, (_, at) => `i-${at.toString(16).padStart(17, '0')}`);
    await refused({ InstanceIds: ids }, 'ValidationException');
    const target = { Key: 'tag:Service', Values: ['web'] };
    await refused({ InstanceIds: undefined, Targets: Array(6).fill(target) }, 'ValidationException');
    await refused({ InstanceIds: undefined, Targets: [{ ...target, Values: ids }] }, 'ValidationException');
    await refused({ OutputS3KeyPrefix: 'p'.repeat(501) }, 'ValidationException');
    await refused({ TimeoutSeconds: 29 }, 'ValidationException');
    await refused({ Comment: 'c'.repeat(101) }, 'ValidationException');
    await refused({ Parameters: { commands: ['echo {{ ssm:secret }}'] } }, 'InvalidParameters');
    await refused({ Parameters: { commands: ['true'], executionTimeout: ['soon'] } }, 'InvalidParameters');
    await refused({ Parameters: { commands: ['true'], shell: ['bash'] } }, 'InvalidParameters');
    await refused({ Parameters: { commands: [] } }, 'InvalidParameters');
    await refused({ Parameters: { commands: ['x'.repeat(65_536)] } }, 'MaxDocumentSizeExceeded');
    await assert.rejects(invocation('not-a-uuid'), { name: 'InvalidCommandId' });
    await assert.rejects(invocation('00000000-0000-4000-8000-000000000000', 'i-1'), { name: 'ValidationException' });
    const filters = Array(6).fill({ key: 'Status', value: 'Success' });
    await assert.rejects(ssm.send(new ListCommandsCommand({ Filters: filters })), { name: 'ValidationException' });
  });

  it('says which agents are online', async () => {
    peer.state = 'offline';
    const online = await ssm.send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key: 'PingStatus', Values: ['Online'] }] }),
    );
    assert.equal(online.InstanceInformationList?.length, 2);
    const lost = await ssm.send(
      new DescribeInstanceInformationCommand({
        InstanceInformationFilterList: [{ key: 'InstanceIds', valueSet: [peer.id] }],
      }),
    );
    assert.equal(lost.InstanceInformationList?.[0]?.PingStatus, 'ConnectionLost');
    assert.equal((await ssm.send(new GetConnectionStatusCommand({ Target: peer.id }))).Status, 'notconnected');
  });

  it('refuses filters of instances that AWS refuses, in the words of AWS', async () => {
    const refused = (
      Filters: { Key: string; Values: string[] }[],
      name: string,
      message: string | RegExp,
      MaxResults?: number,
    ) => {
      const asking = new DescribeInstanceInformationCommand({ Filters, ...(MaxResults && { MaxResults }) });
      return assert.rejects(ssm.send(asking), { name, message });
    };
    const filter = (Key: string, count: number) => ({
      Key,
      Values: Array.from({ length: count }, (_, at) => `v${at}`),
    });
    const group = filter('tag:aws:autoscaling:groupName', 1);
    const wrong = 'InvalidInstanceInformationFilterValue';
    await refused([filter('InstanceIds', 101)], 'ValidationException', /length less than or equal to 100$/);
    await refused([filter('InstanceIds', 0)], 'ValidationException', /length greater than or equal to 1$/);
    await refused([], 'ValidationException', /at 'maxResults' failed/, 4);
    await refused(
      [filter('tag:Name', 6)],
      'ValidationException',
      'The number of tag values for tag:Name was 6. Max: 5.',
    );
    await refused(
      [group, filter('InstanceIds', 1)],
      'ValidationException',
      'Cannot mix tag or inventory filter with any other filter.',
    );
    await refused([filter('Colour', 1)], 'InvalidFilterKey', 'Colour filter Key is invalid.');
    await refused([filter('PingStatus', 1)], wrong, /^PingStatus filter is invalid, valid values are Online, /);
    const types = { Key: 'ResourceType', Values: ['EC2Instance', 'ManagedInstance'] };
    await refused([types], wrong, 'ResourceType filter may contain only one value.');
    const { InstanceInformationList } = await ssm.send(new DescribeInstanceInformationCommand({ MaxResults: 5 }));
    assert.equal(InstanceInformationList?.length, 3);
  });

  it('leaves the whole output in S3 when a bucket is named', async () => {
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'outputs' }));
    const id = await send(["head -c 50000 /dev/zero | tr '\\0' a"], {
      OutputS3BucketName: 'outputs',
      OutputS3KeyPrefix: 'runs',
    });
    await ended(id);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'outputs', Prefix: 'runs/' }));
    assert.deepEqual(
      Contents.map((entry) => entry.Key),
      [`runs/${id}/${hot.id}/awsrunShellScript/0.awsrunShellScript/stdout`],
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'outputs', Key: Contents[0]?.Key }));
    assert.equal((await Body?.transformToString())?.length, 50_000);
    s3.destroy();
  });
});
