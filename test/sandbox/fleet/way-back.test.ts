/** How a large result comes back from an instance: by commands of either kind, in pieces or through the bucket. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateDocumentCommand, ListCommandsCommand } from '@aws-sdk/client-ssm';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type RunningFleet, startFleet } from '../../../sandbox/fleet/fleet.ts';
import { type AwsClients, createClients } from '../../../service/aws/clients.ts';
import type { RunReport } from '../../../service/capture/capture-script.ts';
import { DOCUMENT_NAME } from '../../../service/capture/ssm-document.ts';
import { captureRemotely } from '../../../service/cli/capture/remote-capture.ts';
import { readConfig } from '../../../service/config.ts';
import { transferDeps } from '../../../service/engine.ts';
import { fetchCapture } from '../../../service/incidents/capture-transfer.ts';
import { readSsmDocument } from '../../../service/remote-scripts.ts';
import type { CaptureId, InstanceId } from '../../../service/shared/ids.ts';
import { silentLog } from '../../../service/shared/log.ts';
import { linesOf, member } from '../../support/sandbox/fleet-helpers.ts';
import { noPerf } from '../../support/scripts/remote-script.ts';

const BUCKET = 'smokejumper-captures';
/** Leaves a result of this size, as `run` does, and tells its SHA-256. */
const RESULT = (id: string, bytes: number) => `
  base=/var/lib/smokejumper; [ "$(id -u)" = 0 ] || base=\${TMPDIR:-/tmp}/smokejumper-$(id -u)
  umask 077; mkdir -p "$base/result.${id}"
  head -c ${bytes} /dev/urandom >"$base/result.${id}/capture.gz"
  sha256sum <"$base/result.${id}/capture.gz" | cut -d ' ' -f 1`;

describe('a large result', () => {
  let fleet: RunningFleet;
  let sandbox: Sandbox;
  let aws: AwsClients;

  before(async () => {
    fleet = await startFleet({ instances: 1 });
    sandbox = await startSandbox({ fleet, manualTicks: true, timeScale: 0.1 });
    await fleet.openWayOut(Number(new URL(sandbox.endpoint).port));
    process.env.AWS_ENDPOINT_URL = sandbox.endpoint;
    process.env.AWS_ACCESS_KEY_ID = DEMO_CREDENTIALS.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = DEMO_CREDENTIALS.secretAccessKey;
    aws = createClients(sandbox.region);
    await aws.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const { content } = readSsmDocument();
    await aws.ssm.send(new CreateDocumentCommand({ Name: DOCUMENT_NAME, DocumentType: 'Command', Content: content }));
  });
  after(async () => {
    for (const client of Object.values(aws ?? {})) client.destroy();
    await sandbox?.close();
    await fleet?.close();
  });

  /** How many commands it took, and that the very bytes came. */
  async function fetched(bytes: number, environment: Readonly<Record<string, string>>): Promise<number> {
    const instance = member(fleet, 0);
    const id = `cap-${Math.random().toString(36).slice(2)}` as CaptureId;
    const [sha256 = ''] = await linesOf(instance, RESULT(id, bytes));
    const config = readConfig(environment, { topics: 'optional' });
    const missing = Array.from({ length: Math.ceil(bytes / 17_400) }, (_, part) => part * 17_400);
    const chunk = { offset: 0, bytes: new Uint8Array() };
    const report: RunReport = {
      captureId: id,
      bytes,
      sha256,
      chunk,
      missing,
      recorded: null,
      drawn: null,
      warnings: [],
    };
    const before = await commands();
    const capture = { id, instanceId: instance.id as InstanceId };
    const whole = await fetchCapture(
      transferDeps(config, aws, silentLog),
      capture,
      report,
      AbortSignal.timeout(60_000),
    );
    // That they are the very bytes is known from the SHA-256 that the instance told.
    assert.equal(whole.length, bytes);
    return (await commands()) - before;
  }

  async function commands(): Promise<number> {
    const { Commands = [] } = await aws.ssm.send(new ListCommandsCommand({ MaxResults: 50 }));
    return Commands.length;
  }

  for (const SSM_DOCUMENT of ['AWS-RunShellScript', DOCUMENT_NAME]) {
    it(`of 12 MB takes one command of ${SSM_DOCUMENT} where there is a bucket, and nothing stays in it`, async () => {
      assert.equal(await fetched(12_000_000, { SSM_DOCUMENT, CAPTURE_BUCKET: BUCKET }), 1);
      const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      assert.deepEqual(Contents, []);
    });

    it(`comes in pieces, each by a command of ${SSM_DOCUMENT}, where there is none`, async () => {
      assert.equal(await fetched(100_000, { SSM_DOCUMENT }), 6);
    });
  }

  it(`is recorded by ${DOCUMENT_NAME}, too`, { skip: noPerf() ?? false }, async () => {
    const config = readConfig({ SSM_DOCUMENT: DOCUMENT_NAME, CAPTURE_BUCKET: BUCKET }, { topics: 'optional' });
    const deps = transferDeps(config, aws, silentLog);
    const plan = { seconds: 1, hz: 99, startAtSeconds: Math.ceil(Date.now() / 1000), match: 'server\\.js' };
    const id = member(fleet, 0).id as InstanceId;
    const { profile } = await captureRemotely(deps, id, plan, AbortSignal.timeout(120_000));
    assert.ok(profile.processes.length > 0 && profile.ledger.recorded > 0);
  });

  it('comes in pieces when the bucket cannot be used', async () => {
    assert.equal(await fetched(100_000, { CAPTURE_BUCKET: 'no-such-bucket' }), 7);
  });

  it('comes in pieces also when a bucket would do, if they are few', async () => {
    assert.equal(await fetched(50_000, { CAPTURE_BUCKET: BUCKET }), 3);
  });
});
