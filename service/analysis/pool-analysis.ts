import { classOf } from '../incidents/failure.ts';
import type {
  Analysis,
  AnalysisPort,
  ComparedSide,
  Comparison,
  JobOptions,
  MadeFile,
  RawCapture,
  StoredMail,
} from '../incidents/files/analysis-port.ts';
import type { ConfirmationAnswer } from '../report/confirmation/confirmation-data.ts';
import { AppError } from '../shared/errors.ts';
import type { Job } from './run-job.ts';

/** Does a job somewhere; `name` says in an error what it was. Bytes in the job are handed over. */
export type DoJob = (job: Job, name: string, options?: JobOptions) => Promise<unknown>;

/** `AnalysisPort` over something that does jobs: the pool of threads, or the thread that asks. */
export function analysisOver(jobs: DoJob): AnalysisPort {
  const doJob: DoJob = (job, name, options) =>
    jobs(job, name, options).catch((error: unknown) => {
      throw error instanceof AppError ? error : failed(name, error);
    });
  return {
    async analyze(input, options) {
      const job = { kind: 'analyze', input: { ...input, captures: input.captures.map(copied) } } as const;
      return (await doJob(job, `The analysis of ${input.incident.id}`, options)) as Analysis;
    },
    async render(input, options) {
      const job = { kind: 'render', input: { ...input, captures: input.captures.map(copied) } } as const;
      return (await doJob(job, `Drawing the graphs of ${input.incident.id}`, options)) as readonly MadeFile[];
    },
    async readConfirmation(input, options) {
      const { bytes, asked } = input;
      const job = { kind: 'confirmation', input: { ...input, bytes: new Uint8Array(bytes) } } as const;
      return (await doJob(job, `Reading what confirms ${asked.captureId}`, options)) as ConfirmationAnswer;
    },
    async writeMail(input, options) {
      const name = `Writing the mail of ${input.report.incidentId}`;
      return (await doJob({ kind: 'mail', input }, name, options)) as StoredMail;
    },
    async exportCapture(capture, format, title, options) {
      const input = { capture: new Uint8Array(capture), format, title };
      return (await doJob({ kind: 'export', input }, `The export of ${title}`, options)) as Uint8Array;
    },
    async compareTwo({ a, b }, options) {
      const copy = (side: ComparedSide) => ({ ...side, bytes: new Uint8Array(side.bytes) });
      const job = { kind: 'compare', input: { a: copy(a), b: copy(b) } } as const;
      return (await doJob(job, 'The comparison', options)) as Comparison;
    },
  };
}

/** A capture is some hundred kB: a copy to hand over leaves the caller his own. */
function copied(raw: RawCapture): RawCapture {
  return raw.bytes === null ? raw : { ...raw, bytes: new Uint8Array(raw.bytes) };
}

/** A bug: its text goes to the log only. */
function failed(name: string, cause: unknown): AppError {
  const what = `${name} met an internal error (${classOf(cause)})`;
  return new AppError('ANALYSIS_FAILED', `${what}; the log of the service has the details.`, {
    cause,
    retry: 'later',
    hint: 'Please report it.',
  });
}
