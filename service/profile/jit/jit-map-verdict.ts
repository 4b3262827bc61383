/** How a JIT frame got its name, decided from the entries that cover its address and from the growth of the map. */

/**
 * `only`: what perf shows is right. `repaired`: perf shows another name. `ambiguous`: within the uncertainty about the
 * map's size at the sample's time the right name changed, so the name is the likelier of two. `unresolved`: nothing
 * that existed then covers the address.
 */
export type JitVerdict = 'only' | 'repaired' | 'ambiguous' | 'unresolved';

export interface JitName {
  /** Null when unresolved. */
  readonly symbol: string | null;
  readonly verdict: JitVerdict;
}

/** Size of a map, in bytes, at the time of a sample: surely at least `before`, at most `after`, probably `likely`. */
export interface MapSize {
  readonly before: number;
  readonly likely: number;
  readonly after: number;
}

/** An entry counts from the middle of its line on: half of the some 110 bytes that V8 writes for a function. */
const HALF_LINE = 55;

/**
 * The size around a moment from notes in rising order of time; before the first and after the last note nothing is
 * known.
 */
export function mapSizeAt(notes: readonly { readonly atMs: number; readonly bytes: number }[], atMs: number): MapSize {
  let low = 0;
  let high = notes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((notes[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  const earlier = notes[low - 1];
  const later = notes[low];
  const before = earlier?.bytes ?? 0;
  const after = later?.bytes ?? Number.POSITIVE_INFINITY;
  if (earlier === undefined || later === undefined || later.bytes <= before) {
    return { before, likely: later === undefined ? after : later.bytes, after };
  }
  const passed = (atMs - earlier.atMs) / (later.atMs - earlier.atMs);
  return { before, likely: Math.max(before, before + (after - before) * passed - HALF_LINE), after };
}

/**
 * The name of a frame that perf shows as `shown`. `newestBelow(limit)` is the symbol of the newest entry that covers
 * the address among those that lie below `limit` in the map.
 */
export function judge(shown: string, newestBelow: (limitBytes: number) => string | undefined, size: MapSize): JitName {
  const after = newestBelow(size.after);
  if (after === undefined) return { symbol: null, verdict: 'unresolved' };
  if (size.before === size.after) return { symbol: after, verdict: after === shown ? 'only' : 'repaired' };
  const likely = newestBelow(size.likely) ?? after;
  if (newestBelow(size.before) !== after) return { symbol: likely, verdict: 'ambiguous' };
  return { symbol: after, verdict: after === shown ? 'only' : 'repaired' };
}
