import { SSMClient } from '@aws-sdk/client-ssm';
import { createCommands } from '../../service/aws/commands.ts';
import type { InstanceId } from '../../service/shared/ids.ts';
import { HOT } from '../support/accept-alarm.ts';
import { FakeCommands, type FakeRun } from '../support/fakes/fake-commands.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { commandsContract } from './commands-contract.ts';

const GONE = 'i-0ffffffffffffffff' as InstanceId;

/** The scripts of the contract, as `sh` would run them. */
function runScript(script: string): FakeRun {
  const print = (stream: RegExp) => [...script.matchAll(stream)].map((match) => `${match[1]}\n`).join('');
  return {
    exitCode: Number(/exit (\d+)/.exec(script)?.[1] ?? 0),
    stdout: print(/echo (\w+);/g),
    stderr: print(/echo (\w+) >&2/g),
    endless: script.startsWith('sleep'),
  };
}

commandsContract('the fake', async () => ({
  commands: new FakeCommands([HOT], runScript),
  alive: HOT,
  gone: GONE,
  pause: async () => undefined,
}));

commandsContract('SSM', async () => {
  const { client, fleet } = await sandboxSetUp();
  return {
    commands: createCommands(new SSMClient(client), { documentName: 'AWS-RunShellScript', deliverySeconds: 60 }),
    alive: (fleet.instances[0]?.id ?? '') as InstanceId,
    gone: GONE,
    pause: () => new Promise((resolve) => setTimeout(resolve, 25)),
  };
});
