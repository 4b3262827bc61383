import type { IdentityRules } from '../profile/identity/identity.ts';
import type { Progress } from './file-bytes.ts';

/** For `perf script` text. */
export interface PerfLoadOptions {
  /** Files `perf-PID.map` (may be compressed): repair of JIT names in `perf script` text. */
  readonly perfMaps?: readonly string[];
  /** Bytes of the file as it is stored; the total is unknown for pipes. */
  readonly onProgress?: Progress;
  /** Draw this event of a `perf script` text, or these values of a pprof file, instead of those about CPU time. */
  readonly event?: string;
  /** Leave samples of the idle CPU out, counted as `idle`. Default true. */
  readonly dropIdle?: boolean;
  /** Threads for `perf script` text in a plain file; by default two for long ones. */
  readonly threads?: 1 | 2;
  readonly rules?: IdentityRules;
  /** False for who wants the spelling of `perf script` text only: see `PerfOptions`. Default true. */
  readonly identify?: boolean;
}

export interface LoadOptions extends PerfLoadOptions {
  /** Of folded stacks with two counts, which to draw: 1 before, 2 after (default). */
  readonly column?: 1 | 2;
}
