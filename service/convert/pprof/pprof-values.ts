/** Which of the values of a pprof sample are drawn. */
import { AppError } from '../../shared/errors.ts';

export interface ValueType {
  readonly type: string;
  readonly unit: string;
}

/** Indices into the values of a sample. */
export interface ChosenValues {
  readonly weight: number;
  /** Number of samples; −1 where no value is one. */
  readonly count: number;
  /** Types that are neither. */
  readonly others: readonly string[];
}

/** Nanoseconds of the units that profilers write; none for units that do not measure time. */
export const NANOSECONDS: ReadonlyMap<string, number> = new Map([
  ['nanoseconds', 1],
  ['microseconds', 1e3],
  ['milliseconds', 1e6],
  ['seconds', 1e9],
]);

/**
 * CPU time first, in the spellings of Go, Datadog and async-profiler; then samples, then time on the clock. All else
 * (heap, locks) is for pprof itself the last value: `inuse_space`, `delay`.
 */
const RANKS: readonly ((type: ValueType) => boolean)[] = [
  ({ type, unit }) => /^cpu\b/.test(type) && NANOSECONDS.has(unit),
  ({ type, unit }) => unit === 'count' && /^(?:cpu[-_])?samples?$/.test(type),
  ({ type, unit }) => /^wall\b/.test(type) && NANOSECONDS.has(unit),
];

function weightIndex(types: readonly ValueType[]): number {
  for (const fits of RANKS) {
    const found = types.findIndex(fits);
    if (found >= 0) return found;
  }
  return types.length - 1;
}

/** `inuse` of `inuse_space`, `cpu` of `cpu-time`. */
function stem(type: string): string {
  return type.replace(/[-_][^-_]*$/, '');
}

/** The number of samples that belongs to a value: `inuse_objects` of `inuse_space`, `contentions` of `delay`. */
function countIndex(types: readonly ValueType[], weight: ValueType): number {
  if (weight.unit === 'count') return types.indexOf(weight);
  const counts = (name: RegExp | string) =>
    types.findIndex(
      ({ type, unit }) => unit === 'count' && (typeof name === 'string' ? stem(type) === name : name.test(type)),
    );
  const own = counts(stem(weight.type));
  if (own >= 0) return own;
  if (weight.type === 'delay') return counts(/^contentions$/);
  return NANOSECONDS.has(weight.unit) ? counts(/^samples?$/) : -1;
}

/**
 * `wanted`: the type to draw; throws `NO_SUCH_EVENT` when there is none of this name. `preferred`: what the file wants
 * to be drawn where nobody asks for anything; empty: it does not say.
 */
export function chooseValues(types: readonly ValueType[], wanted: string | undefined, preferred: string): ChosenValues {
  const names = types.map(({ type }) => type);
  const usual = preferred !== '' && names.includes(preferred) ? names.indexOf(preferred) : weightIndex(types);
  const weight = wanted === undefined ? usual : names.indexOf(wanted);
  const chosen = types[weight];
  if (chosen === undefined) {
    throw new AppError('NO_SUCH_EVENT', `The profile has no values ${JSON.stringify(wanted)}.`, {
      hint: `It has: ${names.join(', ')}.`,
    });
  }
  const count = countIndex(types, chosen);
  return { weight, count, others: names.filter((_, i) => i !== weight && i !== count) };
}
