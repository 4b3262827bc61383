import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateDocumentCommand,
  GetCommandInvocationCommand,
  GetDocumentCommand,
  SendCommandCommand,
  SSMClient,
  UpdateDocumentCommand,
  UpdateDocumentDefaultVersionCommand,
} from '@aws-sdk/client-ssm';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { localFleet } from '../../support/sandbox/local-fleet.ts';
import { until } from '../../support/sandbox/wait-for.ts';

function content(changes: object = {}, line = "echo '{{ word }}'"): string {
  return JSON.stringify({
    schemaVersion: '2.2',
    description: 'says a word',
    parameters: {
      word: { type: 'String', allowedPattern: '^[a-z]{1,5}$' },
      seconds: { type: 'String', default: '20', allowedPattern: '^[0-9]+$' },
    },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 'say',
        inputs: { timeoutSeconds: '{{ seconds }}', runCommand: ['#!/bin/sh', line] },
      },
    ],
    ...changes,
  });
}

describe('documents of the sandbox', () => {
  const fleet = localFleet();
  const instanceId = fleet.instances[0]?.id ?? '';
  let sandbox: Sandbox;
  let ssm: SSMClient;
  let documents = 0;

  before(async () => {
    sandbox = await startSandbox({ fleet, timeScale: 0.01, manualTicks: true });
    const { region, endpoint } = sandbox;
    ssm = new SSMClient({ region, endpoint, credentials: DEMO_CREDENTIALS, maxAttempts: 1 });
  });
  after(async () => {
    ssm.destroy();
    await sandbox.close();
  });

  async function create(Content = content()): Promise<string> {
    const Name = `Say-${documents++}`;
    await ssm.send(new CreateDocumentCommand({ Name, DocumentType: 'Command', Content, VersionName: 'first' }));
    return Name;
  }

  async function send(DocumentName: string, Parameters: Record<string, string[]>, DocumentVersion?: string) {
    const { Command } = await ssm.send(
      new SendCommandCommand({ InstanceIds: [instanceId], DocumentName, DocumentVersion, Parameters }),
    );
    return Command?.CommandId ?? '';
  }

  const said = (CommandId: string) =>
    until(async () => {
      const ask = new GetCommandInvocationCommand({ CommandId, InstanceId: instanceId });
      const answer = await ssm.send(ask).catch(() => undefined);
      return answer?.Status === 'Success' ? answer.StandardOutputContent : undefined;
    });

  it('runs one with the values of its parameters, by name or ARN', async () => {
    const name = await create();
    assert.equal(await said(await send(name, { word: ['hi'] })), 'hi\n');
    const arn = `arn:aws:ssm:${sandbox.region}:${sandbox.accountId}:document/${name}`;
    assert.equal(await said(await send(arn, { word: ['there'], seconds: ['5'] })), 'there\n');
  });

  it('takes only values that match the pattern, all that are needed, and none that are unknown', async () => {
    const name = await create();
    const refused = (parameters: Record<string, string[]>) =>
      assert.rejects(send(name, parameters), { name: 'InvalidParameters' });
    await refused({ word: ["x';id"] });
    await refused({ word: ['hi\n'] });
    await refused({ word: ['hi', 'there'] });
    await refused({ word: ['hi'], seconds: [''] });
    await refused({ word: ['hi'], commands: ['id'] });
    await refused({});
  });

  it('keeps all versions; the default one runs unless another is asked for', async () => {
    const name = await create();
    const update = { Name: name, Content: content({}, 'echo "{{ word }} again"'), DocumentVersion: '$LATEST' };
    await assert.rejects(ssm.send(new UpdateDocumentCommand({ ...update, DocumentVersion: undefined })), {
      name: 'InvalidDocumentVersion',
    });
    await assert.rejects(ssm.send(new UpdateDocumentCommand({ ...update, VersionName: 'first' })), {
      name: 'DuplicateDocumentVersionName',
    });
    await ssm.send(new UpdateDocumentCommand(update));
    await assert.rejects(ssm.send(new UpdateDocumentCommand(update)), { name: 'DuplicateDocumentContent' });
    assert.equal(await said(await send(name, { word: ['hi'] })), 'hi\n');
    assert.equal(await said(await send(name, { word: ['hi'] }, '$LATEST')), 'hi again\n');
    await ssm.send(new UpdateDocumentDefaultVersionCommand({ Name: name, DocumentVersion: '2' }));
    assert.equal(await said(await send(name, { word: ['hi'] })), 'hi again\n');
    const { Content, VersionName } = await ssm.send(new GetDocumentCommand({ Name: name, DocumentVersion: '1' }));
    assert.deepEqual([Content, VersionName], [content(), 'first']);
    await assert.rejects(send(name, { word: ['hi'] }, '3'), { name: 'InvalidDocumentVersion' });
  });

  it('refuses what AWS refuses', async () => {
    const refused = (text: string, name: string) => assert.rejects(create(text), { name });
    await refused('{', 'InvalidDocumentContent');
    await refused(content({ schemaVersion: '0.3' }), 'InvalidDocumentSchemaVersion');
    await refused(content({ mainSteps: [] }), 'InvalidDocumentContent');
    await refused(content({}, 'echo {{ other }}'), 'InvalidDocumentContent');
    await refused(content({ parameters: { word: { type: 'Integer' } } }), 'InvalidDocumentContent');
    await refused(content({ description: 'x'.repeat(65_536) }), 'MaxDocumentSizeExceeded');
    await assert.rejects(ssm.send(new GetDocumentCommand({ Name: 'Unknown' })), { name: 'InvalidDocument' });
    const Content = content();
    await assert.rejects(ssm.send(new CreateDocumentCommand({ Name: 'AWS-Mine', Content })), {
      name: 'ValidationException',
    });
    const Name = await create();
    await assert.rejects(ssm.send(new CreateDocumentCommand({ Name, Content })), { name: 'DocumentAlreadyExists' });
  });
});
