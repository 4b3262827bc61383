import type { StepRun } from '../../incidents/observe-steps.ts';
import type { Family, Sample } from './prometheus-text.ts';

/** From a compare-and-swap to a capture that is fetched chunk by chunk: seconds. */
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120] as const;

interface Histogram {
  /** One more than `BUCKETS`: the last is +Inf. */
  readonly counts: number[];
  sum: number;
}

/** What the steps of the engine did since the process began. */
export class StepMetrics {
  private readonly durations = new Map<string, Histogram>();
  private readonly runs = new Map<string, number>();

  /** A look that found nothing to do yet is counted, but is not a duration of the step. */
  readonly add = ({ state, outcome, ms }: StepRun): void => {
    const key = `${state} ${outcome}`;
    this.runs.set(key, (this.runs.get(key) ?? 0) + 1);
    if (outcome === 'waited') return;
    const seconds = ms / 1000;
    const histogram = this.durations.get(state) ?? { counts: Array<number>(BUCKETS.length + 1).fill(0), sum: 0 };
    const found = BUCKETS.findIndex((bound) => seconds <= bound);
    const at = found < 0 ? BUCKETS.length : found;
    histogram.counts[at] = (histogram.counts[at] ?? 0) + 1;
    histogram.sum += seconds;
    this.durations.set(state, histogram);
  };

  families(): Family[] {
    return [
      {
        name: 'smokejumper_step_runs_total',
        help:
          'Runs of the step that leads on from a state: advanced, waited (nothing to do yet) ' +
          'or failed (will be retried).',
        type: 'counter',
        samples: [...this.runs].map(([key, value]) => {
          const [state = '', outcome = ''] = key.split(' ');
          return { labels: { state, outcome }, value };
        }),
      },
      {
        name: 'smokejumper_step_duration_seconds',
        help: 'Duration of the step that leads on from a state, without the runs that only waited.',
        type: 'histogram',
        samples: [...this.durations].flatMap(([state, histogram]) => histogramSamples(state, histogram)),
      },
    ];
  }
}

function histogramSamples(state: string, { counts, sum }: Histogram): Sample[] {
  let below = 0;
  const buckets = counts.map((count, at) => {
    below += count;
    return { suffix: '_bucket', labels: { state, le: String(BUCKETS[at] ?? '+Inf') }, value: below };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels: { state }, value: sum },
    { suffix: '_count', labels: { state }, value: below },
  ];
}
