import type { IncidentState } from './incident.ts';
import type { Step, Steps } from './step.ts';

/** One run of the step that leaves a state. */
export interface StepRun {
  readonly state: IncidentState;
  readonly outcome: 'advanced' | 'waited' | 'failed';
  readonly ms: number;
}

/** The same steps, each run told to `seen`. `now` is a clock in milliseconds that never goes back. */
export function observeSteps(steps: Steps, now: () => number, seen: (run: StepRun) => void): Steps {
  const observed = (state: IncidentState, step: Step): Step => {
    return async (incident, signal) => {
      const startedAt = now();
      let outcome: StepRun['outcome'] = 'failed';
      try {
        const result = await step(incident, signal);
        outcome = result.kind === 'advance' ? 'advanced' : 'waited';
        return result;
      } finally {
        seen({ state, outcome, ms: now() - startedAt });
      }
    };
  };
  const entries = Object.entries(steps) as [IncidentState, Step][];
  return Object.fromEntries(entries.map(([state, step]) => [state, observed(state, step)]));
}
