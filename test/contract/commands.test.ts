import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { CreateDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createCommands } from '../../service/aws/commands.ts';
import type { SentDocument } from '../../service/aws/document.ts';
import type { RemoteScripts } from '../../service/capture/assemble-script.ts';
import { scriptText } from '../../service/capture/script-call.ts';
import { buildDocument, DOCUMENT_NAME, documentParameters } from '../../service/capture/ssm-document.ts';
import type { CommandsPort } from '../../service/incidents/ports.ts';
import type { InstanceId } from '../../service/shared/ids.ts';
import { HOT } from '../support/accept-alarm.ts';
import { FakeCommands, type FakeRun } from '../support/fakes/fake-commands.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { CONTRACT_SCRIPTS, commandsContract } from './commands-contract.ts';

const GONE = 'i-0ffffffffffffffff' as InstanceId;
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 25));

/** What the scripts of the contract do. */
function runScript(script: string): FakeRun {
  const action = /^main '(\w+)'/.exec(script)?.[1];
  if (action === 'run') return { exitCode: 0, stdout: 'out\n', stderr: 'err\n' };
  if (action === 'fetch') return { exitCode: 75, stdout: 'before\n', stderr: '' };
  return { exitCode: 0, stdout: '', stderr: '', endless: action === 'source' };
}

commandsContract('the fake', async () => ({
  commands: new FakeCommands([HOT], runScript),
  alive: HOT,
  gone: GONE,
  pause: async () => undefined,
}));

/** Both ways to have SSM run the scripts, by name. */
const WAYS: Readonly<Record<string, (ssm: SSMClient, scripts: RemoteScripts) => Promise<SentDocument>>> = {
  'SSM with AWS-RunShellScript': async (_ssm, scripts) => ({
    name: 'AWS-RunShellScript',
    parameters: (call) => ({ commands: scriptText(scripts, call) }),
    holds: null,
  }),
  'SSM with a document of our own': async (ssm, scripts) => {
    const pack = (text: string) => gzipSync(text).toString('base64');
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const { content, version } = buildDocument(scripts, pack, hash);
    await ssm.send(new CreateDocumentCommand({ Name: DOCUMENT_NAME, DocumentType: 'Command', Content: content }));
    return {
      name: DOCUMENT_NAME,
      parameters: (call) => documentParameters(call, version),
      holds: (held) => held === content,
    };
  },
};

async function setUp(way: string, scripts: RemoteScripts): Promise<{ commands: CommandsPort; alive: InstanceId }> {
  const { client, fleet } = await sandboxSetUp();
  const ssm = new SSMClient(client);
  const document = await WAYS[way]?.(ssm, scripts);
  if (document === undefined) return assert.fail(way);
  const commands = createCommands(ssm, { document, deliverySeconds: 60 });
  return { commands, alive: (fleet.instances[0]?.id ?? '') as InstanceId };
}

for (const way of Object.keys(WAYS)) {
  commandsContract(way, async () => ({ ...(await setUp(way, CONTRACT_SCRIPTS)), gone: GONE, pause }));

  test(`${way}: the script gets every option of the call, letter by letter`, async () => {
    const telling = '#!/bin/sh\nmain() {\n\tprintf "<%s>" "$@"\n}\n\nmain "$@"\n';
    const scripts = { run: telling, fetch: telling, clean: telling, source: telling, confirm: telling };
    const { commands, alive } = await setUp(way, scripts);
    const options = {
      id: 'cap-1',
      seconds: '30',
      pids: '7,8',
      match: `it's $(id) \`id\` "\\" {{ id }} * é`,
      installPerf: true,
      to: 'https://b.s3.amazonaws.com/k?a=%2F&b=c',
      places: ['1:2:3:YQ==', '4:5:0:Yg=='],
    } as const;
    const commandId = await commands.send({
      instanceId: alive,
      label: 'x',
      call: { action: 'run', options },
      timeoutSeconds: 20,
    });
    let result = await commands.result(alive, commandId);
    for (let look = 0; look < 400 && result.status !== 'success'; look++) {
      await pause();
      result = await commands.result(alive, commandId);
    }
    assert.equal(
      result.stdout,
      `<run><--id><cap-1><--seconds><30><--pid><7,8><--match><${options.match}><--install-perf>` +
        `<--to><${options.to}><--place><1:2:3:YQ==><--place><4:5:0:Yg==>`,
    );
  });
}
