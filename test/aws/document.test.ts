/** The document of our own, at the sandbox's SSM: created, outdated, changed by hand, gone. */
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  CreateDocumentCommand,
  DeleteDocumentCommand,
  DescribeDocumentCommand,
  SSMClient,
  UpdateDocumentCommand,
} from '@aws-sdk/client-ssm';
import { createCommands } from '../../service/aws/commands.ts';
import { checkDocument } from '../../service/aws/document.ts';
import { cleanCall } from '../../service/capture/capture-script.ts';
import { DOCUMENT_NAME } from '../../service/capture/ssm-document.ts';
import { sentDocument } from '../../service/engine.ts';
import { readSsmDocument } from '../../service/remote-scripts.ts';
import type { InstanceId } from '../../service/shared/ids.ts';
import { answering, refusing } from '../support/answering-client.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';

const DOCUMENT = sentDocument(DOCUMENT_NAME);
const { content, version } = readSsmDocument();
const CHANGED = content.replace('eval ', 'id; eval ');
/** As a release would make it whose scripts are others. */
const OLDER = content.replaceAll(version, '0123456789abcdef');

async function setUp() {
  const { client, fleet } = await sandboxSetUp();
  const ssm = new SSMClient(client);
  const instanceId = (fleet.instances[0]?.id ?? '') as InstanceId;
  return {
    ssm,
    create: (Content: string) =>
      ssm.send(new CreateDocumentCommand({ Name: DOCUMENT_NAME, DocumentType: 'Command', Content })),
    update: (Content: string) =>
      ssm.send(new UpdateDocumentCommand({ Name: DOCUMENT_NAME, DocumentVersion: '$LATEST', Content })),
    remove: () => ssm.send(new DeleteDocumentCommand({ Name: DOCUMENT_NAME })),
    /** With an adapter of its own, as a service that has just started. */
    send: (client = ssm) =>
      createCommands(client, { document: DOCUMENT, deliverySeconds: 60 }).send({
        instanceId,
        label: 'cap-1',
        call: cleanCall({ captureId: 'cap-1' }),
        timeoutSeconds: 20,
      }),
  };
}

const MISSING = { code: 'SSM_DOCUMENT_MISSING', message: /no SSM document Smokejumper-Profile/, retry: 'never' };
const NOT_OURS = { code: 'SSM_DOCUMENT_CHANGED', message: /not the one of this release/, hint: /script document/ };

test('a document that is missing, changed or of another release is named: by the doctor, and before use', async () => {
  const { ssm, create, update, remove, send } = await setUp();
  await assert.rejects(checkDocument(ssm, DOCUMENT), { ...MISSING, hint: /^Create it: `smokejumper script document`/ });
  await assert.rejects(send(), MISSING);
  await create(content);
  await checkDocument(ssm, DOCUMENT);
  await send();
  for (const other of [OLDER, CHANGED]) {
    await update(other);
    await assert.rejects(checkDocument(ssm, DOCUMENT), NOT_OURS);
    await assert.rejects(send(), NOT_OURS);
  }
  await remove();
  await assert.rejects(send(), MISSING);
});

test('the newest version counts, so updating takes one command', async () => {
  const { ssm, create, update, send } = await setUp();
  await create(OLDER);
  await update(content);
  const { Document } = await ssm.send(new DescribeDocumentCommand({ Name: DOCUMENT_NAME }));
  assert.deepEqual([Document?.LatestVersion, Document?.DefaultVersion], ['2', '1']);
  await checkDocument(ssm, DOCUMENT);
  await send();
});

test('a service that may not read the document still learns from SSM that it is of another release', async () => {
  const { ssm, create, send } = await setUp();
  await create(OLDER);
  const blind = answering(ssm, async (input) => {
    if ('DocumentFormat' in input) throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    throw Object.assign(new Error('version'), { name: 'InvalidParameters' });
  });
  await assert.rejects(send(blind), NOT_OURS);
  await assert.rejects(checkDocument(refusing(ssm, 'AccessDeniedException'), DOCUMENT), {
    code: 'SSM_DOCUMENT_UNREADABLE',
    message: /^Reading the SSM document Smokejumper-Profile failed: AccessDeniedException/,
    hint: /IAM policy/,
  });
});

test('a document that was right is read once in five minutes, not for every command', async (t) => {
  const { ssm, create } = await setUp();
  await create(content);
  let reads = 0;
  const counting = answering(ssm, (input) => {
    if (!('DocumentFormat' in input)) return { Command: { CommandId: 'cmd-1' } };
    reads++;
    return { Content: content };
  });
  const commands = createCommands(counting, { document: DOCUMENT, deliverySeconds: 60 });
  const call = cleanCall({ captureId: 'cap-1' });
  const request = { instanceId: 'i-00000000000000001' as InstanceId, label: 'x', call, timeoutSeconds: 20 };
  const now = performance.now();
  const time = t.mock.method(performance, 'now', () => now);
  for (let sent = 0; sent < 3; sent++) await commands.send(request);
  time.mock.mockImplementation(() => now + 299_999);
  await commands.send(request);
  assert.equal(reads, 1);
  time.mock.mockImplementation(() => now + 300_000);
  await commands.send(request);
  assert.equal(reads, 2);
});
