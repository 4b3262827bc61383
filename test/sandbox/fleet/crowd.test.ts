/** A host on fire, on which every CPU is wanted by eight others: the very case that a capture is for. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type RunningFleet, startFleet } from '../../../sandbox/fleet/fleet.ts';
import { type AwsClients, createClients } from '../../../service/aws/clients.ts';
import { captureRemotely } from '../../../service/cli/capture/remote-capture.ts';
import { readConfig } from '../../../service/config.ts';
import { transferDeps } from '../../../service/engine.ts';
import type { Profile } from '../../../service/profile/profile.ts';
import type { InstanceId } from '../../../service/shared/ids.ts';
import { silentLog } from '../../../service/shared/log.ts';
import { eventually, member, processesWith } from '../../support/sandbox/fleet-helpers.ts';
import { noPerf } from '../../support/scripts/remote-script.ts';

const SECONDS = 5;
/** The machines of continuous integration are shared with others, who burn them as well. */
const LATE_MS = process.env.CI ? 1500 : 500;

describe('a crowded instance', { skip: noPerf() ?? false }, () => {
  let fleet: RunningFleet;
  let sandbox: Sandbox;
  let aws: AwsClients;
  let profile: Profile;
  let plannedMs: number;

  before(async () => {
    fleet = await startFleet({ instances: 1 });
    sandbox = await startSandbox({ fleet, manualTicks: true, timeScale: 0.1 });
    process.env.AWS_ENDPOINT_URL = sandbox.endpoint;
    process.env.AWS_ACCESS_KEY_ID = DEMO_CREDENTIALS.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = DEMO_CREDENTIALS.secretAccessKey;
    aws = createClients(sandbox.region);
    const id = member(fleet, 0).id as InstanceId;
    fleet.startCrowd(id, 8 * availableParallelism());
    const config = readConfig({}, { topics: 'optional' });
    const startAtSeconds = Math.ceil(Date.now() / 1000) + config.CAPTURE_LEAD_SECONDS;
    plannedMs = startAtSeconds * 1000;
    const plan = { seconds: SECONDS, hz: 99, startAtSeconds, match: 'server\\.js' };
    const deps = transferDeps(config, aws, silentLog);
    ({ profile } = await captureRemotely(deps, id, plan, AbortSignal.timeout(180_000)));
    await fleet.stopJob(id);
  });
  after(async () => {
    for (const client of Object.values(aws ?? {})) client.destroy();
    await sandbox?.close();
    await fleet?.close();
  });

  it('is recorded from the planned second on', () => {
    const lateMs = (profile.facts.startedAtMs ?? Number.NaN) - plannedMs;
    assert.ok(Math.abs(lateMs) <= LATE_MS, `it began ${lateMs} ms after the planned start`);
  });

  it('is recorded for as long as was asked, and sends what it has', () => {
    const { seconds } = profile.facts;
    assert.ok(seconds !== null && Math.abs(seconds - SECONDS) <= 0.5, `${seconds} s were recorded`);
    assert.ok(profile.processes.length > 0 && profile.ledger.recorded > 0);
  });

  it('says in sentences what limits the trust in the recording', () => {
    for (const warning of profile.facts.warnings) assert.match(warning, /^[A-Z].* .*\.$/);
  });

  it('is no longer crowded when the job is stopped, nor when the instance ends', async () => {
    const { id } = member(fleet, 0);
    const job = `EXPORT_OF=${id}`;
    assert.deepEqual(processesWith(job), []);
    fleet.startCrowd(id, 2);
    await eventually('the job and its loops run', () => processesWith(job).length >= 3);
    await fleet.terminate(id);
    await eventually('they are gone', () => processesWith(job).length === 0);
  });
});
