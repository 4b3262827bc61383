/** The proxy that throttles as AWS does. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { ListCommandsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { startFaultProxy } from '../../sandbox/faults/fault-proxy.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';

test('calls beyond the burst are throttled, those of other APIs are not, and heal ends it', async () => {
  const { client } = await sandboxSetUp();
  const proxy = await startFaultProxy(client.endpoint);
  after(() => proxy.close());
  const ssm = new SSMClient({ ...client, endpoint: proxy.endpoint, maxAttempts: 1 });
  const list = () => ssm.send(new ListCommandsCommand({}));
  // So slow that nothing is added while the test runs.
  const rate = { perSecond: 0.0001, burst: 2 };
  proxy.limit(['ListCommands', 'SendCommand'], rate);
  await list();
  await list();
  await assert.rejects(list(), { name: 'ThrottlingException' });
  proxy.limit(['SendCommand'], rate);
  await list();
  proxy.limit(['ListCommands'], { perSecond: 0.0001, burst: 0 });
  await assert.rejects(list(), { name: 'ThrottlingException' });
  proxy.heal();
  await list();
});
