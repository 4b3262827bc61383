import type {
  AnalyzeInput,
  CompareInput,
  ReadConfirmationInput,
  RenderInput,
  WriteMailInput,
} from '../incidents/files/analysis-port.ts';
import { compareTwo } from './compare-two.ts';
import { analyze, type ExportInput, exportCapture, render, type Tools, writeMail } from './jobs.ts';
import { readConfirmation } from './read-confirmation.ts';

/** A question to a worker thread: plain data. */
export type Job =
  | { readonly kind: 'analyze'; readonly input: AnalyzeInput }
  | { readonly kind: 'render'; readonly input: RenderInput }
  | { readonly kind: 'confirmation'; readonly input: ReadConfirmationInput }
  | { readonly kind: 'mail'; readonly input: WriteMailInput }
  | { readonly kind: 'export'; readonly input: ExportInput }
  | { readonly kind: 'compare'; readonly input: CompareInput };

export async function runJob(tools: Tools, job: Job): Promise<unknown> {
  switch (job.kind) {
    case 'analyze':
      return analyze(tools, job.input);
    case 'render':
      return render(tools, job.input);
    case 'confirmation':
      return readConfirmation(tools.decodeProfile, job.input);
    case 'mail':
      return writeMail(job.input);
    case 'export':
      return exportCapture(tools, job.input);
    case 'compare':
      return compareTwo(tools.decodeProfile, job.input);
  }
}
