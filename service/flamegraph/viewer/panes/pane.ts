/** One graph as it is looked at: its model, the view made of it and what is said about frames. */
import { signedCores } from '../../../shared/text/number.ts';
import { foldedFrames, foldRuns, ownSums, rowsOfDepth, runWords } from '../../picture/folding.ts';
import { sumUp } from '../../picture/frame-geometry.ts';
import { formatShare, formatValue, inlinedBy, inlinedWords } from '../../picture/labels.ts';
import {
  type ChangeSteps,
  carriedFill,
  categoryFill,
  changeSteps,
  LEAST_CHANGE,
  packageFill,
  tierFill,
  UNCHANGED_FILL,
} from '../../picture/palette.ts';
import { largestChange, type Shade, shadeFill, shadeGlyph, shadeOf } from '../../picture/shading.ts';
import type { FrameLabel } from '../../picture/text.ts';
import {
  decodeSamples,
  functionSums,
  type Model,
  matchedValue,
  matchFunctions,
  packageName,
  type SampleRows,
  type Selection,
  type ShownChange,
  selectedSelf,
  type Timeline,
  timelineOf,
} from '../model.ts';
import type { LinkedPath, ViewState } from '../state.ts';
import type { TimeRange } from '../sync.ts';
import { buildView, followPath, frameWithHash, functionPath, type PaneHalf, pathHash, type View } from '../views.ts';

/** 1 below the middle of a sandwich, else 0. */
export type HalfIndex = 0 | 1;

/** A frame of the view. */
export interface FrameRef {
  readonly half: HalfIndex;
  readonly node: number;
}

export interface FunctionSums {
  readonly own: Float64Array;
  readonly all: Float64Array;
}

export class Pane {
  readonly model: Model;
  rows: SampleRows | null = null;
  self: readonly Float64Array[] = [];
  /** Values with all below of the calls as recorded, by side: search sums them in every view. */
  base: readonly Float64Array[] = [];
  view: View = { upper: null as unknown as PaneHalf, lower: null };
  zoom = 0;
  selected: FrameRef | null = null;
  matched: Uint8Array | null = null;
  /** Null where there are no samples to choose from. */
  readonly timeline: Timeline | null;
  /** The graph has runs of runtime frames to fold. */
  readonly foldable: boolean;
  readonly steps: ChangeSteps;
  /** What the view was made of, and its rows. */
  private built = '';
  private folded = '';
  /** By way of colouring: fill of each function, −1 where nobody asked yet. */
  private readonly fills = new Map<string, Int16Array>();
  private sums: FunctionSums[] | null = null;
  private codeSums: FunctionSums[] | null = null;
  /** By half and side: `ownSums`. */
  private readonly ownCode = new WeakMap<PaneHalf, readonly Float64Array[]>();
  private readonly named: ReadonlySet<number>;

  constructor(model: Model) {
    this.model = model;
    this.timeline = timelineOf(model.data);
    this.foldable = model.own.includes(1) && model.own.includes(0);
    this.named = new Set(model.findings.map(({ fn }) => fn));
    const [hot = 0, healthy = 0] = model.self.map((column) => column.reduce((sum, value) => sum + value, 0));
    this.steps = changeSteps(largestChange(model.findings, hot - healthy));
  }

  get differential(): boolean {
    return this.model.data.kind === 'differential';
  }

  /** Makes the view anew after another view, width or selection. */
  rebuild(state: ViewState): void {
    const { selection } = state;
    const { from, to, process, thread } = selection;
    const key = JSON.stringify([state.view, state.focus, state.width, from, to, process, thread]);
    if (key === this.built) return;
    this.built = key;
    if (selection.from >= 0 || selection.process >= 0 || selection.thread >= 0) this.samples();
    const self = selectedSelf(this.model, this.rows, selection);
    if (self !== this.self) {
      this.self = self;
      this.base = self.map((column) => sumUp(this.model.parent, column));
      this.sums = null;
      this.codeSums = null;
    }
    const fn = state.view === 'sandwich' ? this.functionOf(state.focus) : -1;
    this.view = buildView(this.model, this.self, this.base, state.view, state.width, fn);
    this.folded = '';
  }

  /** Gives the frames of the calls their rows, with runs folded or not. */
  fold(state: ViewState): void {
    const folds = state.view === 'calls' && state.frames === 'mine' && this.foldable;
    const key = JSON.stringify(folds ? state.open : null);
    if (key === this.folded) return;
    this.folded = key;
    if (state.view !== 'calls') return;
    const { model } = this;
    const open = new Set(state.open);
    const isOpen = (node: number): boolean => open.size > 0 && open.has(pathHash(model, node, model.identity));
    const rows = folds ? foldRuns(model, model.own, isOpen) : rowsOfDepth(model.depth);
    this.view = { upper: { ...this.view.upper, rows }, lower: null };
  }

  samples(): SampleRows {
    this.rows ??= decodeSamples(this.model);
    return this.rows;
  }

  /** Finds the frames that the state names. */
  locate(state: ViewState): void {
    this.zoom = state.view === 'sandwich' ? 0 : this.follow(0, state.zoom);
    this.selected = null;
    if (state.selected.length === 0) return;
    for (const half of [0, 1] as const) {
      const node = this.follow(half, state.selected);
      if (this.half(half)?.depth[node] === state.selected.length && this.selected === null)
        this.selected = { half, node };
    }
  }

  half(index: HalfIndex): PaneHalf | null {
    return index === 0 ? this.view.upper : this.view.lower;
  }

  /** The half that a frame of this view is in. */
  halfOf(ref: FrameRef): PaneHalf {
    return this.half(ref.half) as PaneHalf;
  }

  private follow(index: HalfIndex, path: readonly string[]): number {
    const half = this.half(index);
    const { keys } = this.model;
    if (half === null || path.length === 0) return 0;
    return followPath(half, path.length, (fn, step) => keys[fn] === path[step]);
  }

  /** Keys of a path in the address, as far as this graph has it. */
  resolve(path: LinkedPath): string[] {
    if (typeof path === 'number') return this.withHash(path);
    const upper = this.resolveSteps(0, path);
    return upper.length === path.length || this.view.lower === null ? upper : this.resolveSteps(1, path);
  }

  private resolveSteps(index: HalfIndex, hashes: readonly number[]): string[] {
    const half = this.half(index);
    const { identity } = this.model;
    if (half === null || hashes.length === 0) return [];
    const node = followPath(half, hashes.length, (fn, step) => identity[fn] === hashes[step]);
    return this.path({ half: index, node });
  }

  /** What `pathHash` says of a frame. */
  hashOf({ half: index, node }: FrameRef): number {
    const half = this.half(index);
    return half === null ? 0 : pathHash(half, node, this.model.identity);
  }

  /** Keys of the path with this hash; [] where this graph has none. */
  private withHash(hash: number): string[] {
    if (hash === 0) return [];
    for (const index of [0, 1] as const) {
      const half = this.half(index);
      const node = half === null ? -1 : frameWithHash(half, hash, this.model.identity);
      if (node > 0) return this.path({ half: index, node });
    }
    return [];
  }

  path({ half: index, node }: FrameRef): string[] {
    const half = this.half(index);
    return half === null ? [] : functionPath(half, node).map((fn) => this.model.keys[fn] as string);
  }

  functionOf(key: string): number {
    return key === '' ? -1 : this.model.keys.indexOf(key);
  }

  search(pattern: RegExp | null): void {
    this.matched = pattern === null ? null : matchFunctions(this.model, pattern);
  }

  /** Value of matched samples, by side. */
  matchedValues(): number[] {
    const { matched } = this;
    return matched === null ? [] : this.base.map((total) => matchedValue(this.model, total, matched));
  }

  /** By side: own values of functions and values with callees. */
  functionSums(): FunctionSums[] {
    this.sums ??= this.self.map((column) => functionSums(this.model, column));
    return this.sums;
  }

  /** Likewise, and own values are with those of the runtime code that a function calls. */
  functionCodeSums(): FunctionSums[] {
    this.codeSums ??= this.functionSums().map(({ all }, side) => {
      const { model } = this;
      const values = ownSums(model, model.own, this.self[side] as Float64Array);
      const own = new Float64Array(model.names.length);
      model.fn.forEach((fn, node) => {
        if (fn >= 0 && model.own[fn] === 1) own[fn] = (own[fn] as number) + (values[node] as number);
      });
      return { own, all };
    });
    return this.codeSums;
  }

  value(value: number): string {
    return formatValue(value, this.model.data.unit);
  }

  share(value: number, side: number): string {
    return formatShare(value, this.base[side]?.[0] ?? 0);
  }

  name(half: PaneHalf, node: number): string {
    const run = foldedFrames(half.rows, node);
    if (run !== undefined) return runWords(run);
    const fn = half.fn[node] as number;
    return fn < 0 ? 'all' : (this.model.names[fn] as string);
  }

  /** "inlined into" and the caller, "handle (V8)"; null for a frame that was only called. */
  inlined(half: PaneHalf, node: number): readonly [label: string, caller: string] | null {
    if (foldedFrames(half.rows, node) !== undefined) return null;
    const words = inlinedWords(half.kinds?.[node] ?? 0);
    if (words === '') return null;
    if (!half.callers) return [words, inlinedBy(this.name(half, half.parent[node] as number))];
    const first = node + 1;
    const alone = first < (half.end[node] as number) && half.end[first] === half.end[node];
    return [words, inlinedBy(alone ? this.name(half, first) : 'its callers')];
  }

  /** Hot minus healthy: `total` with callees, `self` of own samples, `code` of these and the runtime's below. */
  delta(half: PaneHalf, node: number, change: string): number {
    const columns = half.self === null || change === 'total' ? half.totals : this.ownColumns(half, change);
    return (columns[0]?.[node] ?? 0) - (columns[1]?.[node] ?? 0);
  }

  private ownColumns(half: PaneHalf, change: string): readonly Float64Array[] {
    const self = half.self as readonly Float64Array[];
    if (change === 'self') return self;
    const known = this.ownCode.get(half) ?? self.map((column) => ownSums(half, this.model.own, column));
    this.ownCode.set(half, known);
    return known;
  }

  /** What the comparison says about the function of a frame. */
  changeOf(fn: number, change: string): ShownChange | undefined {
    const changes = this.model.changes.get(fn);
    if (changes === undefined) return undefined;
    return change === 'self' || !changes.total.significant ? changes.self : changes.total;
  }

  /** The stretch of the recording that is drawn; null: all of it. */
  chosenTime({ selection }: ViewState): TimeRange | null {
    const { timeline } = this;
    if (timeline === null || selection.from < 0) return null;
    return { from: selection.from * timeline.binMs, to: (selection.to + 1) * timeline.binMs };
  }

  /** Steps of time of a stretch, as far as this recording has it; −1: all of it. */
  stepsIn(time: TimeRange | null): Pick<Selection, 'from' | 'to'> {
    const { binMs = 1, bins = 0 } = this.timeline ?? {};
    const from = time === null ? bins : Math.floor(time.from / binMs);
    if (time === null || from >= bins) return { from: -1, to: -1 };
    return { from, to: Math.max(from, Math.min(bins, Math.ceil(time.to / binMs)) - 1) };
  }

  /** Samples were chosen: what is known about functions is known of the whole recording only. */
  get tested(): boolean {
    return this.self === this.model.self;
  }

  /** What a frame's colour tells in a differential. */
  shade(half: PaneHalf, node: number, change: string): Shade {
    const total = this.delta(half, node, 'total');
    if (!this.tested) return { mark: 'same', delta: total };
    const fn = half.fn[node] as number;
    if (change === 'code' && half.self !== null) {
      const changes = this.model.changes.get(fn);
      const [first] = this.model.findings;
      return shadeOf({
        own: this.delta(half, node, 'code'),
        total,
        ownSignificant: changes?.self.significant === true,
        totalSignificant: changes?.total.significant === true,
        named: this.named.has(fn),
        withCallees: first?.kind === 'total' && first.fn === fn,
      });
    }
    const delta = this.delta(half, node, change);
    const seen = this.changeOf(fn, change)?.significant === true && Math.abs(delta) >= LEAST_CHANGE;
    return { mark: seen ? 'changed' : 'same', delta };
  }

  frameLabel(half: PaneHalf, node: number, state: ViewState): FrameLabel {
    const fn = half.fn[node] as number;
    if (fn < 0) {
      const total = this.value(half.totals[0]?.[node] as number);
      const delta = this.differential ? ` (${signedCores(this.delta(half, node, 'total'))})` : '';
      return { glyph: '', delta: '', name: `all · ${total}${delta}` };
    }
    const text = this.labelText(half, node);
    const shade = this.differential ? this.shade(half, node, state.change) : null;
    if (shade?.mark !== 'changed') return { glyph: '', delta: '', name: text };
    const glyph = shadeGlyph(this.changeOf(fn, state.change)?.change, shade.delta);
    return { glyph, delta: signedCores(shade.delta), name: text };
  }

  private labelText({ fn, rows }: PaneHalf, node: number): string {
    const run = foldedFrames(rows, node);
    if (run !== undefined) return `▸ ${runWords(run)}`;
    const packageText = this.model.packages[fn[node] as number] as string;
    const name = (this.model.names[fn[node] as number] as string).slice(0, 300);
    const text = packageText === '' ? name : `${name} · ${packageName(packageText)}`;
    return rows.runs.has(node) ? `▾ ${text}` : text;
  }

  /** For screen readers: name and numbers in words. */
  spoken(half: PaneHalf, node: number): string {
    const inlined = this.inlined(half, node);
    const short = this.name(half, node).slice(0, 200);
    const place = half.fn[node] === this.model.culprit && node > 0 ? ', outlined' : '';
    const name = `${inlined === null ? short : `${short}, ${inlined.join(' ')}`}${place}`;
    const [first, second] = half.totals;
    const value = first?.[node] as number;
    if (second === undefined) return `${name}: ${this.value(value)}, ${this.share(value, 0)}`;
    return `${name}: hot ${this.value(value)}, healthy ${this.value(second[node] as number)}`;
  }

  fill(half: PaneHalf, node: number, state: ViewState): number {
    const fn = half.fn[node] as number;
    if (this.differential && state.colour === 'change') {
      if (fn >= 0) return shadeFill(this.shade(half, node, state.change), this.steps);
      const delta = this.delta(half, node, 'total');
      return this.tested && Math.abs(delta) >= LEAST_CHANGE ? carriedFill(delta) : UNCHANGED_FILL;
    }
    return fn < 0 || foldedFrames(half.rows, node) !== undefined ? UNCHANGED_FILL : this.functionFill(fn, state.colour);
  }

  private functionFill(fn: number, colour: string): number {
    const { names, category, packages } = this.model;
    const fills = this.fills.get(colour) ?? new Int16Array(names.length).fill(-1);
    this.fills.set(colour, fills);
    const known = fills[fn] as number;
    if (known >= 0) return known;
    const packageText = packages[fn] as string;
    let fill: number;
    if (colour === 'tier') fill = tierFill(this.mainTier(fn));
    else if (colour === 'package' && packageText !== '') fill = packageFill(packageName(packageText));
    else fill = categoryFill(category[fn] as number, names[fn] as string);
    fills[fn] = fill;
    return fill;
  }

  /** Own samples of a function by tier; of the hot side in a differential. */
  private mainTier(fn: number): number {
    const tiers = this.model.tiers[0];
    let best = 0;
    for (let tier = 1; tier < 5; tier++) {
      if ((tiers?.[fn * 5 + tier] ?? 0) > (best === 0 ? 0 : (tiers?.[fn * 5 + best] ?? 0))) best = tier;
    }
    return best;
  }
}
