import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import { AppError } from '../shared/errors.ts';
import type { InstanceId } from '../shared/ids.ts';
import { callAws } from './call.ts';
import type { AwsClients } from './clients.ts';

/**
 * Whether an instance can be recorded at all, before anything is begun. Throws `INSTANCE_NOT_FOUND`,
 * `INSTANCE_NOT_RUNNING`, `WINDOWS_INSTANCE`, `INSTANCE_NOT_ONLINE`, each with what to do.
 */
export async function checkInstance(
  { ec2, ssm }: Pick<AwsClients, 'ec2' | 'ssm'>,
  { id, region }: { readonly id: InstanceId; readonly region: string },
  signal: AbortSignal,
): Promise<void> {
  await checkMachine(ec2, id, region, signal);
  const doing = `Asking SSM for ${id}`;
  const call = { code: 'SSM_LOOKUP_FAILED', doing, api: 'DescribeInstanceInformation', signal };
  const command = new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [id] }] });
  const { InstanceInformationList: [agent] = [] } = await callAws(call, (sending) => ssm.send(command, sending));
  if (agent?.PlatformType === 'Windows') throw windows(id);
  if (agent?.PingStatus === 'Online') return;
  const why = agent === undefined ? 'SSM does not know it' : `SSM says ${agent.PingStatus ?? 'nothing'} of its agent`;
  throw new AppError('INSTANCE_NOT_ONLINE', `Nothing can be run on ${id}: ${why}.`, {
    hint:
      'It needs a running SSM agent, an instance profile with AmazonSSMManagedInstanceCore, and a way to SSM ' +
      '(internet or VPC endpoints).',
  });
}

async function checkMachine(ec2: AwsClients['ec2'], id: InstanceId, region: string, signal: AbortSignal) {
  const call = { code: 'INSTANCE_LOOKUP_FAILED', doing: `Looking up ${id}`, api: 'DescribeInstances', signal };
  // By filter: then an unknown one is an empty answer and no fault.
  const command = new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [id] }] });
  const answer = await callAws(call, (sending) => ec2.send(command, sending));
  const [machine] = (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
  if (machine === undefined) {
    throw new AppError('INSTANCE_NOT_FOUND', `There is no instance ${id} in ${region} in this account.`, {
      hint: 'Check the id, AWS_REGION or the target, and whose credentials these are.',
    });
  }
  const state = machine.State?.Name ?? 'running';
  if (state !== 'running') {
    throw new AppError('INSTANCE_NOT_RUNNING', `${id} is ${state}.`, { hint: 'Choose an instance that runs.' });
  }
  if (machine.Platform?.toLowerCase() === 'windows') throw windows(id);
}

function windows(id: InstanceId): AppError {
  return new AppError('WINDOWS_INSTANCE', `${id} runs Windows.`, { hint: 'Only Linux can be recorded.' });
}
