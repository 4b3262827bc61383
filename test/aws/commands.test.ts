import assert from 'node:assert/strict';
import test from 'node:test';
import { SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createCommands } from '../../service/aws/commands.ts';
import { sentDocument } from '../../service/engine.ts';
import type { InstanceId } from '../../service/shared/ids.ts';
import { HOT } from '../support/accept-alarm.ts';
import { answering } from '../support/answering-client.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';

const OPTIONS = { document: sentDocument('AWS-RunShellScript'), deliverySeconds: 60 };
const DAY_MS = 86_400_000;

test('a command is looked for among those sent since, with five minutes for clocks that differ', async () => {
  const asked: object[] = [];
  const ssm = answering(new SSMClient({ region: 'us-east-1' }), (input) => {
    asked.push(input);
    return { Commands: [{ CommandId: 'cmd-7', Comment: 'cap-1' }] };
  });
  const openedAtMs = Date.UTC(2026, 10, 23, 3, 0, 0, 987);
  assert.equal(await createCommands(ssm, OPTIONS).find(HOT, 'cap-1', openedAtMs), 'cmd-7');
  assert.deepEqual(asked, [
    {
      InstanceId: HOT,
      Filters: [{ key: 'InvokedAfter', value: '2026-11-23T02:55:00Z' }],
      MaxResults: 50,
      NextToken: undefined,
    },
  ]);
});

test('a month of commands on the instance costs one page', async () => {
  let now = Date.now() - DAY_MS;
  const { client, fleet } = await sandboxSetUp({ now: () => now });
  const ssm = new SSMClient(client);
  const instanceId = (fleet.instances[0]?.id ?? '') as InstanceId;
  const send = async (label: string) => {
    const Parameters = { commands: ['true'] };
    const { name: DocumentName } = OPTIONS.document;
    await ssm.send(new SendCommandCommand({ InstanceIds: [instanceId], DocumentName, Comment: label, Parameters }));
  };
  for (let sent = 0; sent < 60; sent++) await send('earlier');
  now += DAY_MS;
  let pages = 0;
  ssm.middlewareStack.add((next) => (args) => {
    pages++;
    return next(args);
  });
  const commands = createCommands(ssm, OPTIONS);
  assert.equal(await commands.find(instanceId, 'cap-1', now), undefined);
  assert.equal(pages, 1);
  assert.equal(await commands.find(instanceId, 'earlier', now), undefined);
});
