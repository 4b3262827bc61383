/** The second recording of a process, in which V8 inlined nothing: what was asked for, and what came of it. */
import type { Helper } from '../../compare/confirmation/helpers.ts';
import type { NamedFunction, WorkBelow } from '../../compare/confirmation/work-below.ts';

/** What perf saw while nothing was inlined. All text is untrusted. */
export interface ConfirmationAnswer {
  readonly node: string | null;
  readonly startedAtMs: number | null;
  /** What was recorded … */
  readonly seconds: number;
  /** … and for how long the process inlined nothing, at most. */
  readonly coveredSeconds: number;
  /** How long the program stood still when it began; null where that is not known, as it is of the end. */
  readonly startPauseMs: number | null;
  /** The inspector's port could not be closed yet when the recording ended. */
  readonly leftOpen: boolean;
  /** Samples of the work that the function had. */
  readonly samples: number;
  /** What is the function's own of that, 0…1. */
  readonly own: number;
  /** Callees that V8 had inlined, most work first. */
  readonly helpers: readonly Helper[];
}

export interface Confirmation {
  /** The function of the first finding, in whose optimised code the work of others may be. */
  readonly suspect: NamedFunction;
  readonly instanceId: string;
  readonly captureId: string;
  /** The process that runs it most; null where there is none that could be asked. */
  readonly pid: number | null;
  /** When the capture began in which the process was seen, by the clock of the instance. */
  readonly seenAtMs: number;
  readonly hz: number;
  /** Whose work it was in that capture. */
  readonly before: WorkBelow | null;
  readonly state: 'pending' | 'answered' | 'failed';
  readonly failure: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly answer: ConfirmationAnswer | null;
}
