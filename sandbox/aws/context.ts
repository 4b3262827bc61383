import type { SandboxFleet } from '../fleet/instance.ts';
import type { Events } from './events.ts';
import type { Timers } from './timers.ts';

/** What every service of one place of the sandbox shares: an account in a region. */
export interface Context {
  readonly fleet: SandboxFleet;
  readonly region: string;
  readonly accountId: string;
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  readonly endpoint: () => string;
  /** Epoch milliseconds of the sandbox's own clock. */
  readonly now: () => number;
  /** Time-outs and back-offs are AWS's times this. */
  readonly timeScale: number;
  readonly timers: Timers;
  readonly events: Events;
}
