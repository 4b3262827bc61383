import type { Incident } from './incident.ts';
import type { Step, Steps } from './runner.ts';
import type { IncidentStore } from './store-port.ts';

/** How the steps of a runner go: what is due or under way, since when, and when one last ended well. */
export interface WatchedLane {
  /** The same steps, watched. */
  watch(steps: Steps): Steps;
  state(): Promise<{
    readonly name: string;
    readonly due: number;
    readonly oldestDueMs: number | null;
    readonly lastMovedMs: number;
  }>;
  /** The runs that have not ended, in words. */
  underWay(): readonly string[];
}

export function watchLane(name: string, store: Pick<IncidentStore, 'nextDueMs'>, now: () => number): WatchedLane {
  const begun = new Set<{ readonly atMs: number; readonly of: Incident }>();
  let lastMovedMs = now();
  const watched = (step: Step): Step => {
    return async (incident, signal) => {
      const run = { atMs: now(), of: incident };
      begun.add(run);
      try {
        const outcome = await step(incident, signal);
        lastMovedMs = now();
        return outcome;
      } finally {
        begun.delete(run);
      }
    };
  };
  return {
    watch: (steps) => Object.fromEntries(Object.entries(steps).map(([state, step]) => [state, watched(step)])),
    underWay: () =>
      [...begun].map(({ atMs, of }) => `${of.id}: step from ${of.state}, for ${Math.round((now() - atMs) / 1000)} s`),
    async state() {
      const next = await store.nextDueMs();
      const waiting = next !== undefined && next <= now() ? [next] : [];
      const since = [...[...begun].map(({ atMs }) => atMs), ...waiting];
      return { name, due: since.length, oldestDueMs: since.length === 0 ? null : Math.min(...since), lastMovedMs };
    },
  };
}
