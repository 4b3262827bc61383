import type { Limits } from '../../rules/decide.ts';
import type { TransferDeps } from '../capture-transfer.ts';
import type { FleetPort } from '../ports.ts';

export interface RecordingDeps {
  readonly transfer: TransferDeps;
  readonly leadSeconds: number;
  readonly maxV8Processes: number;
}

export interface BaselineDeps extends RecordingDeps {
  /** As they are now: the rules file may change. */
  readonly limits: () => Limits;
  readonly fleet: Pick<FleetPort, 'members' | 'cpu'>;
  readonly hz: number;
  /** A member that runs for less is warming up. */
  readonly minAgeMs: number;
}
