/**
 * What costs CPU: reading recordings, comparing, drawing, rendering. It is done elsewhere (in worker threads), so what
 * goes there and comes back is plain data. No answer depends on a clock or on chance: the same question gives the same
 * bytes.
 */
import type { ExportFormat } from '../../convert/export-profile.ts';
import type { ComparisonModel } from '../../report/comparison/comparison-model.ts';
import type { Confirmation, ConfirmationAnswer } from '../../report/confirmation/confirmation-data.ts';
import type { SeenBefore } from '../../report/earlier/seen-before.ts';
import type { GraphName } from '../../report/graph-words.ts';
import type { ReportData, ReportFile } from '../../report/report-data.ts';
import type { ReportSource } from '../../report/source/source-data.ts';
import type { Capture, Failure, Incident } from '../incident.ts';

/** A capture as it came from its instance; null bytes with the reason why there are none. */
export interface RawCapture {
  readonly capture: Capture;
  readonly bytes: Uint8Array | null;
  readonly failure: Failure | null;
}

/** A file of an incident that can be made again at any time. */
export interface MadeFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

export interface AnalyzeInput {
  readonly incident: Incident;
  readonly captures: readonly RawCapture[];
  /** What is kept already, for the list of the report. */
  readonly files: readonly ReportFile[];
  /** When the report was made. */
  readonly nowMs: number;
  /** Whether the code around the findings shall be asked for. */
  readonly planSource: boolean;
  /** Whether the process of the first finding may be recorded once more while V8 inlines nothing in it. */
  readonly planConfirmation: boolean;
}

export interface ReadConfirmationInput {
  /** What `confirm` recorded. */
  readonly bytes: Uint8Array;
  readonly asked: Confirmation;
  /** For how long the process inlined nothing, at most. */
  readonly coveredSeconds: number;
}

export interface Analysis {
  readonly report: ReportData;
  /** What to ask of whom; null for nothing. */
  readonly source: ReportSource | null;
  readonly files: readonly MadeFile[];
  /** Bugs met on the way, for the log: the report does not show their text. */
  readonly bugs: readonly { readonly captureId: string; readonly stack: string }[];
}

export interface RenderInput {
  readonly incident: Incident;
  readonly captures: readonly RawCapture[];
  /** For `report.html`; null where only the graphs are wanted. */
  readonly report: { readonly data: ReportData; readonly source: ReportSource | null } | null;
}

/** What a mail says: stored as `mail.json`, so that each try sends the same words. */
export interface StoredMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface WriteMailInput {
  readonly report: ReportData;
  readonly source: ReportSource | null;
  readonly pictures: readonly GraphName[];
  readonly pageUrl: string;
  /** Whether the mail may have excerpts of the code. */
  readonly excerpts: boolean;
  /** Earlier incidents with the same cause. */
  readonly seen: SeenBefore | null;
}

/** One of two profiles that somebody compares. */
export interface ComparedSide {
  /** `recording`: what an instance sent. `upload`: in any format that is read, from anybody. */
  readonly from: 'recording' | 'upload';
  readonly bytes: Uint8Array;
  /** For the title of the graph, and for errors. */
  readonly label: string;
}

export interface CompareInput {
  /** The reference. */
  readonly a: ComparedSide;
  readonly b: ComparedSide;
}

export interface Comparison {
  readonly model: ComparisonModel;
  /** The differential flame graph; null where the profiles are too weak to compare. */
  readonly graph: Uint8Array | null;
}

export interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  /** Before what pages ask for: an incident waits for it. */
  readonly ahead?: boolean;
}

/**
 * Throws `ANALYSIS_CRASHED`, `ANALYSIS_OUT_OF_MEMORY`, `ANALYSIS_TIMED_OUT`, `ANALYSIS_BUSY`, `INTERRUPTED`; each ends
 * this job and no other.
 */
export interface AnalysisPort {
  analyze(input: AnalyzeInput, options?: JobOptions): Promise<Analysis>;
  render(input: RenderInput, options?: JobOptions): Promise<readonly MadeFile[]>;
  /** Throws `CAPTURE_INVALID` and its like, and `CONFIRMATION_TOO_FEW`, as well. */
  readConfirmation(input: ReadConfirmationInput, options?: JobOptions): Promise<ConfirmationAnswer>;
  writeMail(input: WriteMailInput, options?: JobOptions): Promise<StoredMail>;
  /** What an instance sent, in the format of another tool. `title` is shown by speedscope. */
  exportCapture(capture: Uint8Array, format: ExportFormat, title: string, options?: JobOptions): Promise<Uint8Array>;
  /** Throws what reading a profile throws as well: `FORMAT_UNKNOWN`, `INPUT_CORRUPT`, `INPUT_TOO_LARGE` and others. */
  compareTwo(input: CompareInput, options?: JobOptions): Promise<Comparison>;
}

/** Keeps what can be made again for a while. Never throws: what is not there is made anew. */
export interface FileCache {
  get(key: string): Promise<{ readonly content: Uint8Array; readonly hash: string } | undefined>;
  put(key: string, content: Uint8Array): Promise<void>;
}
