import assert from 'node:assert/strict';
import test from 'node:test';
import { checkInstance } from '../../service/aws/check-instance.ts';
import { createClients } from '../../service/aws/clients.ts';
import type { InstanceId } from '../../service/shared/ids.ts';
import { answering, refusing } from '../support/answering-client.ts';

const ID = 'i-0abc1f52e8d7793aa' as InstanceId;
const clients = createClients('eu-west-1');

function check(machine: object | null, agent: object | null): Promise<void> {
  const Reservations = machine === null ? [] : [{ Instances: [{ InstanceId: ID, ...machine }] }];
  const InstanceInformationList = agent === null ? [] : [{ InstanceId: ID, ...agent }];
  const aws = {
    ec2: answering(clients.ec2, () => ({ Reservations })),
    ssm: answering(clients.ssm, () => ({ InstanceInformationList })),
  };
  return checkInstance(aws, { id: ID, region: 'eu-west-1' }, new AbortController().signal);
}

const RUNS = { State: { Name: 'running' } };
const ONLINE = { PingStatus: 'Online', PlatformType: 'Linux' };

test('an instance that runs Linux and is online can be recorded', async () => {
  await check(RUNS, ONLINE);
});

test('any other is refused, with what to do', async () => {
  const cases: readonly (readonly [machine: object | null, agent: object | null, code: string, words: RegExp])[] = [
    [null, ONLINE, 'INSTANCE_NOT_FOUND', /no instance i-\w+ in eu-west-1/],
    [{ State: { Name: 'stopped' } }, null, 'INSTANCE_NOT_RUNNING', /is stopped/],
    [{ ...RUNS, Platform: 'windows' }, ONLINE, 'WINDOWS_INSTANCE', /runs Windows/],
    [RUNS, { ...ONLINE, PlatformType: 'Windows' }, 'WINDOWS_INSTANCE', /runs Windows/],
    [RUNS, null, 'INSTANCE_NOT_ONLINE', /SSM does not know it/],
    [RUNS, { PingStatus: 'ConnectionLost' }, 'INSTANCE_NOT_ONLINE', /SSM says ConnectionLost/],
  ];
  for (const [machine, agent, code, message] of cases) {
    await assert.rejects(check(machine, agent), ({ hint, ...error }: { hint: string }) => {
      assert.match(hint, /^[A-Z].+\.$/);
      assert.equal((error as unknown as { code: string }).code, code);
      return true;
    });
    await assert.rejects(check(machine, agent), { code, message });
  }
});

test('what AWS refuses is said by name', async () => {
  const aws = {
    ec2: refusing(clients.ec2, 'UnauthorizedOperation'),
    ssm: answering(clients.ssm, () => ({})),
  };
  await assert.rejects(checkInstance(aws, { id: ID, region: 'eu-west-1' }, new AbortController().signal), {
    code: 'INSTANCE_LOOKUP_FAILED',
  });
});
