import type { Limits } from '../../rules/decide.ts';
import type { Place } from '../../rules/place.ts';
import type { TransferDeps } from '../capture-transfer.ts';
import type { FleetPort } from '../ports.ts';

export interface RecordingDeps {
  readonly leadSeconds: number;
  readonly maxV8Processes: number;
}

/** AWS, where a group is. */
export interface BaselinePlace {
  readonly fleet: Pick<FleetPort, 'members' | 'cpu'>;
  readonly transfer: TransferDeps;
}

export interface BaselineDeps extends RecordingDeps {
  /** As they are now: the rules file may change. */
  readonly limits: () => Limits;
  /** The same for the same place, as long as it may be reached in the same way. */
  readonly at: (place: Place) => BaselinePlace;
  readonly hz: number;
  /** A member that runs for less is warming up. */
  readonly minAgeMs: number;
}
