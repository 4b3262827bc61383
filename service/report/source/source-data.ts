/** The code around the hot places of an incident, as it is stored: `source.json` (docs/formats.md, "source.json"). */
import type { SourceAnswer, SourcePlace } from '../../capture/source-script.ts';

/** Who may see excerpts: nobody, readers of the pages and of the report file, or those of the mail, too. */
export type Excerpts = 'off' | 'pages' | 'mail';

/** A place that was asked for, and what became of it. All text is untrusted. */
export interface ReportPlace extends SourcePlace {
  /** Index into the findings of the report. */
  readonly finding: number;
  /** Where the function begins; null where that is not known. */
  readonly functionLine: number | null;
  /** Samples of the function by line of the file, most first; empty where the profile does not count by line. */
  readonly ticks: readonly (readonly [line: number, samples: number])[];
  /** The line at the code host; null without `SOURCE_URL`, and where a part of it is not known. */
  readonly url: string | null;
  readonly answer: SourceAnswer | null;
}

export interface SourceHost {
  readonly role: 'hot' | 'healthy';
  readonly instanceId: string;
  readonly captureId: string;
  readonly state: 'pending' | 'answered' | 'failed';
  readonly failure: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly places: readonly ReportPlace[];
}

export interface ReportSource {
  readonly version: 1;
  readonly hosts: readonly SourceHost[];
}
