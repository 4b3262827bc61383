/** Commands go where the alarm is from, with credentials of that account, or nowhere. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { createClients, createPlaceClients, createStsClient } from '../../service/aws/clients.ts';
import { ownCredentials, roleCredentials } from '../../service/aws/places/credentials.ts';
import { createPlaces } from '../../service/aws/places/places.ts';
import type { Target } from '../../service/rules/rule-book.ts';
import { answering, refusing } from '../support/answering-client.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';

process.env.AWS_ACCESS_KEY_ID = 'AKIAOWN';
process.env.AWS_SECRET_ACCESS_KEY = 'secret';

const OWN = '111122223333';
const OTHER = '222233334444';
const ROLE = `arn:aws:iam::${OTHER}:role/smokejumper`;
const sts = createStsClient('eu-west-1');

/** STS that says so, or fails, and counts how often it was asked. */
function identity(answers: () => string) {
  const asked = { times: 0 };
  const client = answering(sts, () => {
    asked.times += 1;
    return { Account: answers() };
  });
  return { asked, client };
}

test('credentials of the account that is meant are used, and STS is asked once', async () => {
  const { asked, client } = identity(() => OWN);
  const credentials = ownCredentials(client, { accountId: OWN, isStrict: true }, new ManualClock(0));
  assert.equal((await credentials()).accessKeyId, 'AKIAOWN');
  assert.equal((await credentials()).expiration, undefined);
  assert.equal(asked.times, 1);
});

test('credentials of another account are not used, whatever an alarm says', async () => {
  const { client } = identity(() => OTHER);
  for (const isStrict of [true, false]) {
    await assert.rejects(ownCredentials(client, { accountId: OWN, isStrict }, new ManualClock(0)), {
      code: 'WRONG_ACCOUNT',
      message: new RegExp(
        `^The credentials .* are of the account ${OTHER}, and the alarm is about instances of ${OWN}`,
      ),
      hint: `Name a role of ${OWN} among the targets of the rules file (docs/rules.md).`,
    });
  }
});

test('where STS cannot be asked, one configured account is taken for ours, until STS says otherwise', async () => {
  const answers = { account: '' };
  const { asked, client } = identity(() => {
    if (answers.account === '') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    return answers.account;
  });
  const clock = new ManualClock(0);
  await assert.rejects(ownCredentials(client, { accountId: OWN, isStrict: true }, clock), { code: 'IDENTITY_UNKNOWN' });
  asked.times = 0;
  const credentials = ownCredentials(client, { accountId: OWN, isStrict: false }, clock);
  const { accessKeyId, expiration } = await credentials();
  assert.deepEqual([accessKeyId, expiration], ['AKIAOWN', new Date(0)]);
  await credentials();
  assert.equal(asked.times, 1);
  answers.account = OTHER;
  clock.advance(60_000);
  await assert.rejects(credentials, { code: 'WRONG_ACCOUNT' });
});

test('a network without a way to STS gets its answers all the same', async () => {
  const { client, sandbox, fleet } = await sandboxSetUp();
  const silent = Object.assign(refusing(sts, 'TimeoutError'), {
    config: { ...sts.config, credentials: async () => client.credentials },
  });
  const own = ownCredentials(silent, { accountId: sandbox.accountId, isStrict: false }, new ManualClock(0));
  process.env.AWS_ENDPOINT_URL = sandbox.endpoint;
  const { ec2 } = createPlaceClients(sandbox.region, own);
  for (let request = 0; request < 2; request++) {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
    assert.equal(Reservations.length, fleet.instances.length);
  }
  delete process.env.AWS_ENDPOINT_URL;
});

test('a role is assumed with its external id', async () => {
  const inputs: object[] = [];
  const Expiration = new Date(9_000_000_000_000);
  const client = answering(sts, (input) => {
    inputs.push(input);
    return { Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration } };
  });
  const role = { accountId: OTHER, roleArn: ROLE, externalId: 'fleet-7f3a' };
  const expected = { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't', expiration: Expiration };
  assert.deepEqual(await roleCredentials(client, role)(), expected);
  await roleCredentials(client, { ...role, externalId: null })();
  const asked = { RoleArn: ROLE, RoleSessionName: 'smokejumper' };
  assert.deepEqual(inputs, [{ ...asked, ExternalId: 'fleet-7f3a' }, asked]);
});

test('a role that may not be assumed says what to look at', async () => {
  const role = { accountId: OTHER, roleArn: ROLE, externalId: null };
  await assert.rejects(roleCredentials(refusing(sts, 'AccessDenied'), role), {
    code: 'ROLE_NOT_ASSUMED',
    retry: 'later',
    message: `Assuming the role ${ROLE} failed: AccessDenied (no).`,
    hint: /trust policy must name the role of the service and the external id .*sts:AssumeRole/,
  });
  await assert.rejects(
    roleCredentials(
      answering(sts, () => ({})),
      role,
    ),
    {
      code: 'ROLE_NOT_ASSUMED',
      message: `Assuming the role ${ROLE} gave no credentials of ${OTHER}.`,
    },
  );
});

function places(accounts: readonly string[], targets: { now: readonly Target[] } = { now: [] }) {
  const clients = createClients('eu-west-1');
  const own = { region: 'eu-west-1', accounts };
  const deps = { own, clients, targets: () => targets.now, clock: new ManualClock(0) };
  return { clients, clientsAt: createPlaces(deps).clientsAt };
}

test('an alarm that names no account, or that somebody vouches for, is of the service', () => {
  const { clients, clientsAt } = places([OWN]);
  assert.equal(clientsAt({ accountId: null, region: null }), clients);
  assert.equal(clientsAt({ accountId: null, region: 'eu-west-1' }), clients);
  assert.notEqual(clientsAt({ accountId: OWN, region: 'eu-west-1' }), clients);
  const any = places([]);
  assert.equal(any.clientsAt({ accountId: OTHER, region: 'eu-west-1' }), any.clients);
});

test('a place that is not configured gets no request, also when it was a target before', async () => {
  const target = { accountId: OTHER, region: 'us-east-1', roleArn: ROLE, externalId: null };
  const targets = { now: [target] as readonly Target[] };
  const { clientsAt } = places([OWN], targets);
  const there = clientsAt(target);
  assert.equal(await there.ec2.config.region(), 'us-east-1');
  assert.equal(clientsAt({ accountId: OTHER, region: 'us-east-1' }), there);
  targets.now = [{ ...target, externalId: 'other' }];
  assert.notEqual(clientsAt(target), there);
  targets.now = [];
  for (const place of [target, { accountId: OTHER, region: 'eu-west-1' }, { accountId: OWN, region: 'us-east-1' }]) {
    await assert.rejects(clientsAt(place).ec2.send(new DescribeInstancesCommand({})), {
      code: 'PLACE_NOT_CONFIGURED',
      message: `Nothing is sent to the account ${place.accountId} in ${place.region}: it is not configured.`,
      hint: 'Name it among the targets of the rules file (docs/rules.md).',
    });
  }
});
