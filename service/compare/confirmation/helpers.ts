/** What became of a function's work when V8 inlined nothing: which callees have it now. */
import { type CalleeWork, isSameFunction, type NamedFunction, type WorkBelow } from './work-below.ts';

export interface Helper extends NamedFunction {
  /** Of the work that the function had, 0…1. */
  readonly share: number;
}

export interface Uncovered {
  /** Samples that the shares are of. */
  readonly samples: number;
  /** What is left with the function itself, 0…1. */
  readonly own: number;
  /** Most work first. */
  readonly helpers: readonly Helper[];
}

/** A callee has become visible when it has so many samples more than before would let expect … */
const LEAST_SAMPLES = 3;
/** … and by so many standard errors more. */
const ERRORS = 2;

/**
 * Callees that were visible before are not part of what the function had: each counts by what it has gained beyond its
 * former part of the work below the function.
 */
export function uncovered(before: WorkBelow, after: WorkBelow): Uncovered {
  const gains = after.callees
    .map((callee) => ({ callee, gain: gainOf(callee, before, after) }))
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain - a.gain);
  const all = after.own + gains.reduce((sum, { gain }) => sum + gain, 0);
  const share = (samples: number) => (all > 0 ? samples / all : 0);
  return {
    samples: Math.round(all),
    own: share(after.own),
    helpers: gains.map(({ callee: { samples: _, ...named }, gain }) => ({ ...named, share: share(gain) })),
  };
}

function gainOf(callee: CalleeWork, before: WorkBelow, after: WorkBelow): number {
  const known = before.callees.find((one) => isSameFunction(one, callee))?.samples ?? 0;
  const scale = before.samples > 0 ? after.samples / before.samples : 0;
  const gain = callee.samples - known * scale;
  const error = Math.sqrt(callee.samples + known * scale * scale);
  return gain >= LEAST_SAMPLES && gain >= ERRORS * error ? gain : 0;
}
