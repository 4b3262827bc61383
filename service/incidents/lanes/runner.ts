import { baselineWork } from '../baseline/baseline-work.ts';
import { secondWork } from '../second/second-work.ts';
import type { RunnerDeps } from '../step.ts';
import { watchClock } from './clock-watch.ts';
import { createLane, type Lane, type LaneHealth, type Work } from './lane.ts';
import { type LaneName, workersOf } from './lane-plan.ts';
import { outboxWork } from './outbox.ts';
import { stepWork } from './step-work.ts';

export interface Runner {
  /** Works until the signal aborts; resolves when the steps under way have ended. */
  run(signal: AbortSignal): Promise<void>;
  /** Something new is due. */
  wake(): void;
  /** Does one due thing of any lane; false when nothing was due. For tests and `replay`. */
  tick(signal: AbortSignal): Promise<boolean>;
  lanes(): Promise<readonly LaneHealth[]>;
  /** Steps that have begun and not ended, in words; those that were given up and still hang, too. */
  underWay(): readonly string[];
}

/** What it opens is the work of another lane. */
function waking(work: Work, wake: () => void): Work {
  return {
    ...work,
    async takeOne(signal) {
      const done = await work.takeOne(signal);
      if (done) wake();
      return done;
    },
  };
}

/** Lanes that never wait for each other, over one store. */
export function createRunner(deps: RunnerDeps): Runner {
  const lanes: Lane[] = [];
  const wake = () => {
    for (const lane of lanes) lane.wake();
  };
  // What moves may free a place or be the work of the next lane.
  const begun = new Set<{ readonly atMs: number; readonly what: string }>();
  const told: RunnerDeps = {
    ...deps,
    onBegin(what) {
      const run = { atMs: deps.clock.now(), what };
      begun.add(run);
      return () => begun.delete(run);
    },
    onMove(incident, to, detail) {
      deps.onMove?.(incident, to, detail);
      wake();
    },
    onTold: () => outbox.wake(),
  };
  const workers = workersOf(deps.caps);
  const laneOf = (name: LaneName) => createLane(stepWork(told, name, workers[name], deps.caps), deps);
  const delivery = laneOf('delivery');
  // A mail makes work for that lane only: the looks of all of them would stand before the note of the next mail.
  const outbox = createLane(
    outboxWork(told, deps.deliver, workers.outbox, () => delivery.wake()),
    deps,
  );
  lanes.push(laneOf('capture'), laneOf('analysis'), laneOf('report'), delivery, outbox);
  if (deps.second !== undefined) lanes.push(createLane(waking(secondWork(deps.second, deps), wake), deps));
  // The last one: an alarm goes first.
  if (deps.baseline !== undefined) lanes.push(createLane(baselineWork(deps.baseline, deps), deps));

  return {
    wake,
    async tick(signal) {
      for (const lane of lanes) if (await lane.takeOne(signal)) return true;
      return false;
    },
    async run(signal) {
      await Promise.all([watchClock(deps, wake, signal), ...lanes.map((lane) => lane.run(signal))]);
    },
    underWay: () =>
      [...begun].map(({ atMs, what }) => `${what}, for ${Math.round((deps.clock.now() - atMs) / 1000)} s`),
    lanes: () => Promise.all(lanes.map((lane) => lane.health())),
  };
}
