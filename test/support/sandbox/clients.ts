import { after } from 'node:test';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/aws/server.ts';
import { type LocalFleet, localFleet } from './local-fleet.ts';

export interface SandboxSetUp {
  readonly sandbox: Sandbox;
  readonly fleet: LocalFleet;
  /** For the constructor of any SDK client. */
  readonly client: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: typeof DEMO_CREDENTIALS;
  };
}

/** A sandbox over a fleet of three that runs scripts with `sh`; closed when the test file ends. */
export async function sandboxSetUp(
  options: Pick<SandboxOptions, 'now' | 'roles' | 'timeScale'> = {},
): Promise<SandboxSetUp> {
  const fleet = localFleet();
  // A tenth of AWS's latencies: the order of events stays, the waiting goes.
  const sandbox = await startSandbox({
    fleet,
    manualTicks: true,
    metricPeriodSeconds: 60,
    timeScale: 0.1,
    ...options,
  });
  after(() => sandbox.close());
  return {
    sandbox,
    fleet,
    client: { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS },
  };
}
