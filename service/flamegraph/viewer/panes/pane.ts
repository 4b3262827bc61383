/** One graph as it is looked at: its model, the view made of it and what is said about frames. */

import { CHANGE_GLYPHS } from '../../../shared/text/change-glyphs.ts';
import { signedCores } from '../../../shared/text/number.ts';
import { sumUp } from '../../picture/frame-geometry.ts';
import { formatShare, formatValue, inlinedBy, inlinedWords } from '../../picture/labels.ts';
import {
  CHANGE_STEPS,
  categoryFill,
  changeFill,
  packageFill,
  tierFill,
  UNCHANGED_FILL,
} from '../../picture/palette.ts';
import type { FrameLabel } from '../../picture/text.ts';
import {
  decodeSamples,
  functionSums,
  type Model,
  matchedValue,
  matchFunctions,
  packageName,
  type SampleRows,
  type ShownChange,
  selectedSelf,
} from '../model.ts';
import type { ViewState } from '../state.ts';
import { buildView, followPath, functionPath, type PaneHalf, type View } from '../views.ts';

/** 1 below the middle of a sandwich, else 0. */
export type HalfIndex = 0 | 1;

/** A frame of the view. */
export interface FrameRef {
  readonly half: HalfIndex;
  readonly node: number;
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
  /** What the view was made of. */
  private built = '';
  /** By way of colouring: fill of each function, −1 where nobody asked yet. */
  private readonly fills = new Map<string, Int16Array>();
  private sums: { readonly own: Float64Array; readonly all: Float64Array }[] | null = null;

  constructor(model: Model) {
    this.model = model;
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
    }
    const fn = state.view === 'sandwich' ? this.functionOf(state.focus) : -1;
    this.view = buildView(this.model, this.self, this.base, state.view, state.width, fn);
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
  resolve(index: HalfIndex, hashes: readonly number[]): string[] {
    const half = this.half(index);
    const { identity } = this.model;
    if (half === null || hashes.length === 0) return [];
    const node = followPath(half, hashes.length, (fn, step) => identity[fn] === hashes[step]);
    return this.path({ half: index, node });
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
  functionSums(): { readonly own: Float64Array; readonly all: Float64Array }[] {
    this.sums ??= this.self.map((column) => functionSums(this.model, column));
    return this.sums;
  }

  value(value: number): string {
    return formatValue(value, this.model.data.unit);
  }

  share(value: number, side: number): string {
    return formatShare(value, this.base[side]?.[0] ?? 0);
  }

  name(half: PaneHalf, node: number): string {
    const fn = half.fn[node] as number;
    return fn < 0 ? 'all' : (this.model.names[fn] as string);
  }

  /** "inlined into" and the caller, "handle (V8)"; null for a frame that was only called. */
  inlined(half: PaneHalf, node: number): readonly [label: string, caller: string] | null {
    const words = inlinedWords(half.kinds?.[node] ?? 0);
    if (words === '') return null;
    if (!half.callers) return [words, inlinedBy(this.name(half, half.parent[node] as number))];
    const first = node + 1;
    const alone = first < (half.end[node] as number) && half.end[first] === half.end[node];
    return [words, inlinedBy(alone ? this.name(half, first) : 'its callers')];
  }

  delta(half: PaneHalf, node: number, change: string): number {
    const columns = change === 'self' && half.self !== null ? half.self : half.totals;
    return (columns[0]?.[node] ?? 0) - (columns[1]?.[node] ?? 0);
  }

  /** What the comparison says about the function of a frame. */
  changeOf(fn: number, change: string): ShownChange | undefined {
    const changes = this.model.changes.get(fn);
    if (changes === undefined) return undefined;
    return change === 'self' || !changes.total.significant ? changes.self : changes.total;
  }

  /** The function's change is significant and this frame has a part of it that is worth a look. */
  marked(half: PaneHalf, node: number, change: string): boolean {
    return (
      this.changeOf(half.fn[node] as number, change)?.significant === true &&
      Math.abs(this.delta(half, node, change)) >= (CHANGE_STEPS[0] as number)
    );
  }

  frameLabel(half: PaneHalf, node: number, state: ViewState): FrameLabel {
    const fn = half.fn[node] as number;
    if (fn < 0) {
      const total = this.value(half.totals[0]?.[node] as number);
      const delta = this.differential ? ` (${signedCores(this.delta(half, node, 'total'))})` : '';
      return { glyph: '', delta: '', name: `all · ${total}${delta}` };
    }
    const packageText = this.model.packages[fn] as string;
    const name = (this.model.names[fn] as string).slice(0, 300);
    const text = packageText === '' ? name : `${name} · ${packageName(packageText)}`;
    if (!this.differential || !this.marked(half, node, state.change)) return { glyph: '', delta: '', name: text };
    const change = this.changeOf(fn, state.change)?.change as keyof typeof CHANGE_GLYPHS;
    return { glyph: CHANGE_GLYPHS[change], delta: signedCores(this.delta(half, node, state.change)), name: text };
  }

  /** For screen readers: name and numbers in words. */
  spoken(half: PaneHalf, node: number): string {
    const inlined = this.inlined(half, node);
    const short = this.name(half, node).slice(0, 200);
    const name = inlined === null ? short : `${short}, ${inlined.join(' ')}`;
    const [first, second] = half.totals;
    const value = first?.[node] as number;
    if (second === undefined) return `${name}: ${this.value(value)}, ${this.share(value, 0)}`;
    return `${name}: hot ${this.value(value)}, healthy ${this.value(second[node] as number)}`;
  }

  fill(half: PaneHalf, node: number, state: ViewState): number {
    const fn = half.fn[node] as number;
    if (this.differential && state.colour === 'change') {
      const seen = fn < 0 || this.marked(half, node, state.change);
      return changeFill(this.delta(half, node, state.change), seen, CHANGE_STEPS[0] as number);
    }
    return fn < 0 ? UNCHANGED_FILL : this.functionFill(fn, state.colour);
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
