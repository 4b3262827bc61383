import { watchClock } from './lanes/clock-watch.ts';
import { createLane, type Lane, type LaneHealth } from './lanes/lane.ts';
import { LANES, type LaneName, workersOf } from './lanes/lane-plan.ts';
import { outboxWork } from './lanes/outbox.ts';
import { stepWork } from './lanes/step-work.ts';
import type { RunnerDeps } from './step.ts';

export interface Runner {
  /** Works until the signal aborts; resolves when the steps under way have ended. */
  run(signal: AbortSignal): Promise<void>;
  /** Something new is due. */
  wake(): void;
  /** Does one due thing of any lane; false when nothing was due. For tests and `replay`. */
  tick(signal: AbortSignal): Promise<boolean>;
  lanes(): Promise<readonly LaneHealth[]>;
}

/** Lanes that never wait for each other, over one store. */
export function createRunner(deps: RunnerDeps): Runner {
  const lanes: Lane[] = [];
  const wake = () => {
    for (const lane of lanes) lane.wake();
  };
  // What moves may free a place or be the work of the next lane.
  const told: RunnerDeps = {
    ...deps,
    onMove(incident, to, detail) {
      deps.onMove?.(incident, to, detail);
      wake();
    },
  };
  const workers = workersOf(deps.caps);
  for (const name of Object.keys(LANES) as LaneName[])
    lanes.push(createLane(stepWork(told, name, workers[name], deps.caps), deps));
  lanes.push(createLane(outboxWork(deps, deps.deliver, workers.outbox, wake), deps));

  return {
    wake,
    async tick(signal) {
      for (const lane of lanes) if (await lane.takeOne(signal)) return true;
      return false;
    },
    async run(signal) {
      await Promise.all([watchClock(deps, wake, signal), ...lanes.map((lane) => lane.run(signal))]);
    },
    lanes: () => Promise.all(lanes.map((lane) => lane.health())),
  };
}
