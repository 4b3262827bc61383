/** The shapes of a comparison: what `compare(healthy, hot)` returns. All numbers are CPU cores unless said. */

import type { FunctionInfo } from '../profile/profile.ts';
import type { Sentence } from '../shared/text/sentence.ts';
import type { InlinedCandidate } from './verdict/inlined-candidates.ts';

/** One call tree over both profiles, keyed by function. Node 0 is the root; parents come before children. */
export interface DifferentialTree {
  readonly functions: readonly FunctionInfo[];
  readonly length: number;
  readonly parent: Int32Array;
  /** Index into `functions`; −1 for the root. */
  readonly fn: Int32Array;
  readonly hotSelf: Float64Array;
  readonly hotTotal: Float64Array;
  readonly healthySelf: Float64Array;
  readonly healthyTotal: Float64Array;
  /** Bits of `profile/call-kinds.ts` by node, of both sides; absent: nothing was inlined. */
  readonly kinds?: Uint8Array;
}

export type ChangeClass = 'appeared' | 'vanished' | 'grown' | 'shrunk' | 'unchanged';

/** Hot against healthy for one function, in one way of counting. */
export interface Change {
  readonly hotCores: number;
  readonly healthyCores: number;
  readonly deltaCores: number;
  /** 95 % confidence interval of `deltaCores`. */
  readonly ci: readonly [number, number];
  /** Benjamini–Hochberg adjusted p-value; 1 where not tested. */
  readonly q: number;
  readonly hotSamples: number;
  readonly healthySamples: number;
  readonly significant: boolean;
  readonly change: ChangeClass;
  /** Parts of all samples of each side (0…1), and the 95 % interval of their difference; absent where not tested. */
  readonly share?: { readonly hot: number; readonly healthy: number; readonly ci: readonly [number, number] };
}

export interface FunctionRow {
  /** Index into `tree.functions`. */
  readonly fn: number;
  readonly self: Change;
  /** Recursion counted once per sample. */
  readonly total: Change;
  /** Share of self samples by tier (`TIERS` order), hot and healthy. */
  readonly hotTiers: readonly number[];
  readonly healthyTiers: readonly number[];
}

/** One thing that changed, attributed to the deepest JavaScript function that explains it. */
export interface Finding extends Change {
  readonly fn: number;
  readonly function: string;
  readonly package: string | null;
  readonly packageVersion: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** `self`: CPU attributed to the function, see `COUNTING_WORDS`; `total`: with all callees. */
  readonly kind: 'self' | 'total';
  /**
   * Native, V8, Node core or kernel leaf under the culprit that uses the CPU: `JSON.parse`; null when its own code
   * does.
   */
  readonly through: string | null;
  /** App function that calls it, when the culprit is library code: `ingest (src/ingest.js:41)`. */
  readonly calledFrom: string | null;
  /** The container that all of its samples on the hot side are from: `web (image shop/web:41)`. Absent: none. */
  readonly container?: string;
  /** Share of the total extra cores that this explains, 0…1; null where there are no extra cores. */
  readonly explains: number | null;
  /** Hottest route from the root, function names, root first. */
  readonly route: readonly string[];
  /**
   * Of `self`: the function with everything that it calls, as wide as flame graphs draw it. Absent in older reports.
   */
  readonly withCallees?: { readonly hotCores: number; readonly healthyCores: number };
  /** What V8 may have inlined into it, the likeliest first. Absent in reports stored before there was this. */
  readonly mayHold?: readonly InlinedCandidate[];
  /** The one of `notes` that says so, where its work may be that of callees that V8 inlined. Absent: it is its own. */
  readonly mayHide?: string;
  /** Its hottest line, where V8's profiler ran on the hot side. */
  readonly hotLine?: number | null;
  /** Words for people: "inlined callees are included", "hot runs interpreted (70 %)". */
  readonly notes: readonly string[];
}

/** All processes of one name. Names are untrusted text. */
export interface ProgramUse {
  readonly name: string;
  /** How many processes of it there were on the hot host; 0: none used CPU worth naming. */
  readonly processes: number;
  /** Who started it, the nearest first. */
  readonly startedBy: readonly string[];
  /** `web (image shop/web:41)`, or the first digits of its id. */
  readonly container: string | null;
  readonly unit: string | null;
  readonly hotCores: number;
  /** Mean of the peers. */
  readonly healthyCores: number;
}

export const VERDICT_CLASSES = [
  'hot path',
  'uniform slowdown',
  'traffic skew',
  'garbage collection',
  'deoptimisation',
  'other process',
  'steal',
  'spike over',
  'inconclusive',
] as const;
export type VerdictClass = (typeof VERDICT_CLASSES)[number];

export interface Verdict {
  readonly class: VerdictClass;
  /** The mail's subject after the instance: "parseHTML (htmlparser2) 0.02 → 1.41 cores". */
  readonly headline: string;
  /** One sentence each, with the numbers that led to the class. */
  readonly evidence: readonly string[];
  /** The other program that is to blame; absent where none is. */
  readonly program?: ProgramUse;
  /** Both in pieces; absent in reports that were stored before there were pieces, and where nobody compared. */
  readonly pieces?: { readonly headline: Sentence; readonly evidence: readonly Sentence[] };
}

export interface Side {
  /** Cores of the profiled processes by samples. */
  readonly cores: number;
  /** Cores of the same processes by /proc; null where not measured. */
  readonly accountedCores: number | null;
  /** Busy cores of the whole host by /proc/stat; null where not measured. */
  readonly hostBusyCores: number | null;
  /** Not a number where the file holds sums: null in JSON. */
  readonly samples: number;
  readonly seconds: number;
  readonly hz: number;
  /** Words: "Node explains 2.9 of 3.7 busy cores; dockerd 0.6". */
  readonly coverage: string;
}

export interface QualityIssue {
  /** Stable name: `few-samples`, `unresolved`, `lost`, `skew`, `no-perf-map`, `restarted`, `baseline`. */
  readonly code: string;
  readonly side: 'hot' | 'healthy' | 'both';
  readonly message: string;
  /** The one-line fix. */
  readonly fix: string;
}

export interface Quality {
  readonly grade: 'good' | 'fair' | 'poor' | 'withheld';
  /** `withheld`: no diff is drawn and no finding named. */
  readonly issues: readonly QualityIssue[];
}

/** The samples of one recording by node of the tree: what a part of its time can be drawn from. */
export interface RecordedSamples {
  readonly side: 'hot' | 'healthy';
  /** What one sample adds to its side; a peer of several counts for its part of their mean. */
  readonly coresPerSample: number;
  readonly seconds: number;
  /** Columns of equal length; times in milliseconds from the beginning, −1 where they are not known. */
  readonly node: Int32Array;
  readonly atMs: Int32Array;
  readonly count: Int32Array;
}

export interface Differential {
  readonly tree: DifferentialTree;
  readonly rows: readonly FunctionRow[];
  /** In rank order. */
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
  readonly quality: Quality;
  readonly hot: Side;
  readonly healthy: Side;
  /** q-value of "the two profiles differ at all". */
  readonly wholeProfileP: number;
  /** Other programs of the hosts that are worth naming, the most extra CPU first. Absent in older reports. */
  readonly programs?: readonly ProgramUse[];
  /** Words about what significance means here: number of peers, model used. */
  readonly method: readonly string[];
  /** Absent where a file holds sums: they are no samples to choose from. */
  readonly recordings?: readonly RecordedSamples[];
}
