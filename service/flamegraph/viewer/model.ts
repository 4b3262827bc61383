/** What the browser keeps of a graph. */
import { INLINED } from '../../profile/call-kinds.ts';
import { unpackInlined, unpackNumbers, unpackTree } from '../data/codec.ts';
import { CHANGE_CLASSES, type ShownFinding } from '../data/differential-columns.ts';
import type { FlameData } from '../data/flame-data.ts';
import { measure } from '../data/flame-tree.ts';
import type { PackedTimes } from '../data/sample-columns.ts';
import { isRuntime } from '../picture/folding.ts';
import { sumUp } from '../picture/frame-geometry.ts';
import { hashText } from '../picture/palette.ts';

/** One function's change in a differential, in cores. */
export interface ShownChange {
  readonly delta: number;
  readonly low: number;
  readonly high: number;
  readonly q: number;
  /** One of `CHANGE_CLASSES`. */
  readonly change: string;
  readonly significant: boolean;
}

export interface Model {
  readonly data: FlameData;
  readonly cores: boolean;
  readonly parent: Int32Array;
  readonly fn: Int32Array;
  readonly depth: Int32Array;
  readonly end: Int32Array;
  /** Bits of `call-kinds.ts` by node; null: nothing was inlined. */
  readonly kinds: Uint8Array | null;
  /** By side, in cores or samples. */
  readonly self: readonly Float64Array[];
  readonly names: readonly string[];
  readonly places: readonly string[];
  readonly packages: readonly string[];
  readonly category: Float64Array;
  /** The same function has the same key in another graph. */
  readonly keys: readonly string[];
  /** Hashes of `keys`. */
  readonly identity: Uint32Array;
  /** Place of each function in the order of names. */
  readonly rank: Int32Array;
  /** By side: own samples of each function by tier, 5 numbers each. */
  readonly tiers: readonly Float64Array[];
  readonly changes: ReadonlyMap<number, { readonly total: ShownChange; readonly self: ShownChange }>;
  readonly findings: readonly ShownFinding[];
  /** 1 for each function that is no runtime, or that a finding names. */
  readonly own: Uint8Array;
  /** Function whose frames are outlined; −1: none. */
  readonly culprit: number;
}

/** Thread and time step + 1 of each sample, with the node it ended in. */
export interface SampleRows {
  readonly node: Int32Array;
  readonly thread: Int32Array;
  readonly time: Int32Array;
}

/** Which samples are drawn; −1: no limit. Time steps include `to`. */
export interface Selection {
  readonly from: number;
  readonly to: number;
  readonly process: number;
  readonly thread: number;
}

/** `name`, line feed, `place`: the same for a function in every graph. */
function functionKey(name: string, place: string): string {
  return `${name}\n${place}`;
}

/** A package without its version: `htmlparser2` of `htmlparser2@8.0.1`. */
export function packageName(text: string): string {
  return text.replace(/(.)@.*$/, '$1');
}

/** `app.js:5:63`, `libc.so.6`, or nothing, for each function. */
function decodePlaces(data: FlameData): string[] {
  const texts = data.functions.places.split('\n');
  const place = unpackNumbers(data.functions.place);
  const line = unpackNumbers(data.functions.line);
  const column = unpackNumbers(data.functions.column);
  return Array.from(place, (id, fn) => {
    if (id === 0) return '';
    const position = line[fn] === 0 ? '' : column[fn] === 0 ? `:${line[fn]}` : `:${line[fn]}:${column[fn]}`;
    return texts[id - 1] + position;
  });
}

function decodeTiers(packed: string, functions: number): Float64Array {
  const numbers = unpackNumbers(packed);
  const tiers = new Float64Array(functions * 5);
  let at = 0;
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    at += numbers[i] as number;
    tiers[at] = numbers[i + 1] as number;
  }
  return tiers;
}

function decodeChange(numbers: Float64Array, at: number): ShownChange {
  const cores = (value: number): number => (value % 2 === 1 ? -1 : 1) * (Math.floor(value / 2) / 1e4);
  const kind = numbers[at + 4] as number;
  return {
    delta: cores(numbers[at] as number),
    low: cores(numbers[at + 1] as number),
    high: cores(numbers[at + 2] as number),
    q: 10 ** (-(numbers[at + 3] as number) / 100),
    change: CHANGE_CLASSES[kind >> 1] as string,
    significant: kind % 2 === 1,
  };
}

function decodeChanges(data: FlameData): Model['changes'] {
  const changes = new Map<number, { total: ShownChange; self: ShownChange }>();
  const numbers = unpackNumbers(data.changes === null ? '' : data.changes.rows);
  let fn = 0;
  for (let at = 0; at < numbers.length; at += 11) {
    fn += numbers[at] as number;
    changes.set(fn, { total: decodeChange(numbers, at + 1), self: decodeChange(numbers, at + 6) });
  }
  return changes;
}

/** Code unit order, as on the server. */
function rankNames(names: readonly string[], places: readonly string[]): Int32Array {
  const order = names.map((_, fn) => fn);
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  order.sort(
    (a, b) =>
      compare(names[a] as string, names[b] as string) || compare(places[a] as string, places[b] as string) || a - b,
  );
  const rank = new Int32Array(names.length);
  order.forEach((fn, place) => {
    rank[fn] = place;
  });
  return rank;
}

/** Own code, and what findings name. */
function decodeOwn(data: FlameData, category: Float64Array): Uint8Array {
  const place = unpackNumbers(data.functions.place);
  const own = Uint8Array.from(category, (kind, fn) => (isRuntime(kind, place[fn] !== 0) ? 0 : 1));
  for (const { fn } of [...data.findings, { fn: data.culprit ?? -1 }]) if (fn >= 0) own[fn] = 1;
  return own;
}

/** `tree`: already unpacked, where that was a task of its own. */
export function decodeModel(data: FlameData, tree = unpackTree(data.tree)): Model {
  const { parent, fn } = tree;
  const names = data.functions.names === '' ? [] : data.functions.names.split('\n');
  let places: string[] | undefined;
  const packageTexts = data.functions.packages.split('\n');
  let keys: string[] | undefined;
  let identity: Uint32Array | undefined;
  let rank: Int32Array | undefined;
  let tiers: Float64Array[] | undefined;
  const category = unpackNumbers(data.functions.category);
  return {
    data,
    cores: data.unit === 'cores',
    parent,
    fn,
    ...measure(parent),
    kinds: data.inlined === undefined ? null : unpackInlined(data.inlined, parent.length),
    self: data.self.map((packed, side) => {
      const scale = data.sides[side]?.scale ?? 1;
      const values = unpackNumbers(packed);
      // Not `map`: code that runs once is slow, the more so when it calls.
      for (let node = 0; node < values.length; node++) values[node] = (values[node] as number) * scale;
      return values;
    }),
    names,
    packages: Array.from(unpackNumbers(data.functions.package), (id) => (id === 0 ? '' : (packageTexts[id - 1] ?? ''))),
    category,
    own: decodeOwn(data, category),
    culprit: data.culprit ?? -1,
    // The first picture needs none of these.
    get places() {
      places ??= decodePlaces(data);
      return places;
    },
    get keys() {
      keys ??= names.map((name, fn) => functionKey(name, this.places[fn] as string));
      return keys;
    },
    get identity() {
      identity ??= Uint32Array.from(this.keys, hashText);
      return identity;
    },
    get rank() {
      rank ??= rankNames(names, this.places);
      return rank;
    },
    get tiers() {
      tiers ??= data.tiers.map((packed) => decodeTiers(packed, names.length));
      return tiers;
    },
    changes: decodeChanges(data),
    findings: data.findings,
  };
}

/** Of a differential those of the hot side. */
export function decodeSamples(model: Model): SampleRows {
  const { samples } = model.data;
  const hot = model.data.times?.recordings[0];
  if (hot !== undefined) return decodeTimes(hot);
  const steps = unpackNumbers(samples?.thread ?? '');
  const times = unpackNumbers(samples?.time ?? '');
  const counts = unpackNumbers(model.data.self[0] ?? '');
  const node = new Int32Array(steps.length);
  const thread = new Int32Array(steps.length);
  const time = new Int32Array(steps.length);
  let row = 0;
  for (let at = 0; at < counts.length; at++) {
    let lastThread = 0;
    let lastTime = 0;
    for (let n = 0; n < (counts[at] as number) && row < node.length; n++, row++) {
      const step = steps[row] as number;
      lastTime = n === 0 || step !== 0 ? (times[row] as number) : lastTime + (times[row] as number);
      lastThread += step;
      node[row] = at;
      thread[row] = lastThread;
      time[row] = lastTime;
    }
  }
  return { node, thread, time };
}

/** What there is to choose from: of a differential the hot side's time, and no threads, which hosts do not share. */
export interface Timeline {
  readonly binMs: number;
  readonly bins: number;
  /** Cores or samples that one sample is. */
  readonly scale: number;
  readonly threads: readonly { readonly process: number; readonly name: string }[];
  readonly processes: readonly string[];
}

export function timelineOf({ samples, times, sides }: FlameData): Timeline | null {
  if (samples !== null) return { ...samples, scale: sides[0]?.scale ?? 1 };
  const hot = times?.recordings[0];
  if (times === undefined || hot === undefined) return null;
  return { binMs: times.binMs, bins: hot.bins, scale: hot.scale, threads: [], processes: [] };
}

function decodeTimes({ nodes, times }: PackedTimes): SampleRows {
  const steps = unpackNumbers(nodes);
  const bins = unpackNumbers(times);
  const node = new Int32Array(bins.length);
  const time = new Int32Array(bins.length);
  let at = 0;
  let row = 0;
  for (let i = 0; i + 1 < steps.length; i += 2) {
    at += steps[i] as number;
    let bin = 0;
    for (let n = steps[i + 1] as number; n > 0 && row < node.length; n--, row++) {
      bin += bins[row] as number;
      node[row] = at;
      time[row] = bin;
    }
  }
  return { node, thread: new Int32Array(node.length), time };
}

/** Own values by side of the samples in a stretch of time, in cores over that stretch. */
function chosenSides(model: Model, { from, to }: Selection): readonly Float64Array[] {
  const sides = model.self.map(() => new Float64Array(model.parent.length));
  for (const recording of model.data.times?.recordings ?? []) {
    const self = sides[recording.side];
    if (self === undefined) continue;
    const { node, time } = decodeTimes(recording);
    const value = (recording.scale * recording.bins) / (Math.min(to, recording.bins - 1) - from + 1);
    for (let row = 0; row < node.length; row++) {
      const bin = (time[row] as number) - 1;
      if (bin >= from && bin <= to) self[node[row] as number] = (self[node[row] as number] as number) + value;
    }
  }
  return sides;
}

/** Own values by side of the samples in the selection. */
export function selectedSelf(model: Model, rows: SampleRows | null, selection: Selection): readonly Float64Array[] {
  const { samples, times } = model.data;
  if (times !== undefined) return selection.from < 0 ? model.self : chosenSides(model, selection);
  const all = selection.from < 0 && selection.process < 0 && selection.thread < 0;
  if (all || rows === null || samples === null) return model.self;
  const self = new Float64Array(model.parent.length);
  const wanted = samples.threads.map(
    (info, thread) =>
      (selection.process < 0 || info.process === selection.process) &&
      (selection.thread < 0 || thread === selection.thread),
  );
  for (let row = 0; row < rows.node.length; row++) {
    const bin = (rows.time[row] as number) - 1;
    if (selection.from >= 0 && (bin < selection.from || bin > selection.to)) continue;
    if (wanted[rows.thread[row] as number])
      self[rows.node[row] as number] = (self[rows.node[row] as number] as number) + 1;
  }
  // Cores over the selected stretch, not over the whole recording.
  const stretch = selection.from < 0 ? 1 : (samples.bins || 1) / (selection.to - selection.from + 1);
  const scale = (model.data.sides[0]?.scale ?? 1) * (model.cores ? stretch : 1);
  return [self.map((count) => count * scale)];
}

/** By function: own values, and values with callees where recursion counts once. */
export function functionSums(
  model: Model,
  self: Float64Array,
): { readonly own: Float64Array; readonly all: Float64Array } {
  const total = sumUp(model.parent, self);
  const own = new Float64Array(model.names.length);
  const all = new Float64Array(model.names.length);
  const open = new Int32Array(model.names.length);
  const path: number[] = [];
  for (let node = 1; node < model.parent.length; node++) {
    while (path.length >= (model.depth[node] as number)) {
      const left = model.fn[path.pop() as number] as number;
      open[left] = (open[left] as number) - 1;
    }
    const fn = model.fn[node] as number;
    if (open[fn] === 0) all[fn] = (all[fn] as number) + (total[node] as number);
    own[fn] = (own[fn] as number) + (self[node] as number);
    open[fn] = (open[fn] as number) + 1;
    path.push(node);
  }
  return { own, all };
}

/** A regular expression that matches this text and nothing else. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Case counts only where the pattern has capitals. Text that is not a regular expression is searched as it is. */
export function searchPattern(query: string): { readonly pattern: RegExp; readonly literal: boolean } {
  const text = query.slice(0, 200);
  const flags = /[A-Z]/.test(text) ? 'u' : 'iu';
  try {
    return { pattern: new RegExp(text, flags), literal: false };
  } catch {
    return { pattern: new RegExp(escapePattern(text), flags), literal: true };
  }
}

/** What a search for the word finds: functions that were inlined somewhere. */
const INLINED_WORD = 'inlined';

/**
 * Functions whose name, package or place matches, and inlined ones where the pattern matches the whole word (and no
 * `line` does). Long texts are searched at their head, so that no pattern takes for ever.
 */
export function matchFunctions(model: Model, pattern: RegExp): Uint8Array {
  const hit = (text = ''): boolean => pattern.test(text.slice(0, 400));
  const inlined = pattern.exec(INLINED_WORD)?.[0] === INLINED_WORD ? inlinedFunctions(model) : null;
  return Uint8Array.from(model.names, (name, fn) =>
    inlined?.has(fn) === true || hit(name) || hit(model.packages[fn]) || hit(model.places[fn]) ? 1 : 0,
  );
}

function inlinedFunctions({ kinds, fn }: Model): Set<number> {
  const found = new Set<number>();
  kinds?.forEach((kind, node) => {
    if ((kind & INLINED) !== 0) found.add(fn[node] as number);
  });
  return found;
}

/** Value of the samples that have a match anywhere on their stack: each counts once. */
export function matchedValue(model: Model, total: Float64Array, matched: Uint8Array): number {
  let sum = 0;
  for (let node = 1; node < model.parent.length; ) {
    if (matched[model.fn[node] as number] === 1) {
      sum += total[node] as number;
      node = model.end[node] as number;
    } else node++;
  }
  return sum;
}
