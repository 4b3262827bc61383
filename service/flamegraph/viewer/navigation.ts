/** The ways to a frame. */
import { isInside, shownFrame } from '../picture/folding.ts';
import type { Cause, ViewerHandle } from './handle.ts';
import { nextHit } from './keys.ts';
import { escapePattern } from './model.ts';
import { placeOf } from './panes/draw.ts';
import type { FrameRef } from './panes/pane.ts';
import type { ViewState } from './state.ts';
import { frameBelow, widestFrame } from './views.ts';

export class Navigation {
  private readonly viewer: ViewerHandle;
  /** Views before, for Esc. */
  private readonly past: Pick<ViewState, 'view' | 'focus' | 'zoom'>[] = [];

  constructor(viewer: ViewerHandle) {
    this.viewer = viewer;
  }

  /** A frame inside a folded run shows when the run is open. */
  private reveal({ half, node }: FrameRef): void {
    const { pane, state } = this.viewer;
    const { rows } = pane.halfOf({ half, node });
    if (isInside(rows, node)) this.setOpen([...state.open, pane.hashOf({ half, node: shownFrame(rows, node) })]);
  }

  private setOpen(open: readonly number[]): void {
    this.viewer.update({ open }, 'page');
  }

  /** Opens the run that begins with a frame, or folds it; false: there is none. */
  private toggleRun(ref: FrameRef): boolean {
    const { pane, state } = this.viewer;
    if (!pane.halfOf(ref).rows.runs.has(ref.node)) return false;
    const hash = pane.hashOf(ref);
    const others = state.open.filter((one) => one !== hash);
    const open = others.length === state.open.length ? [...others, hash] : others;
    this.viewer.update({ open, selected: pane.path(ref) }, 'person');
    return true;
  }

  /** Goes to a frame: nearer where it is too narrow to be seen. */
  select(ref: FrameRef | null, cause: Cause = 'person'): void {
    if (ref === null || this.viewer.drawing === null) return;
    const selected = this.viewer.pane.path(ref);
    if (ref.node === 0) {
      this.viewer.update({ selected: [] }, cause);
      return;
    }
    const place = placeOf(this.viewer.drawing, ref);
    if (ref.half === 1 || this.viewer.state.view === 'sandwich' || (place !== null && place.width >= 4))
      this.viewer.update({ selected }, cause);
    else this.enter(ref, selected, cause);
  }

  /** Zooms so that a narrow frame shows: to its caller, where that is enough. */
  private enter(ref: FrameRef, selected: readonly string[], cause: Cause): void {
    const { parent, width } = this.viewer.pane.halfOf(ref);
    const up = parent[ref.node] as number;
    const wide = (this.viewer.width * (width[ref.node] as number)) / (width[up] as number);
    this.keepPast();
    this.viewer.update({ zoom: wide >= 30 ? selected.slice(0, -1) : selected, selected }, cause);
  }

  private keepPast(): void {
    const { view, focus, zoom } = this.viewer.state;
    if (this.past.push({ view, focus, zoom }) > 200) this.past.shift();
  }

  zoomTo(ref: FrameRef | null): void {
    if (ref === null) return;
    const half = this.viewer.pane.halfOf(ref);
    const fn = half.fn[ref.node] as number;
    if (this.viewer.state.view === 'sandwich') {
      this.sandwich(fn);
      return;
    }
    const zoom = this.viewer.pane.path(ref);
    if (ref.node !== this.viewer.pane.zoom) this.keepPast();
    this.viewer.update({ zoom, selected: zoom }, 'person');
  }

  /** A click: on a frame zooms it, on a run of narrow ones opens the run. */
  press(ref: FrameRef): void {
    const { drawing, pane, state } = this.viewer;
    if (drawing === null) return;
    const half = pane.halfOf(ref);
    const up = frameBelow(half, ref.node);
    const px = (half.width[ref.node] as number) / drawing.perPx;
    if (px < 0.8 && state.view !== 'sandwich' && up > pane.zoom) this.zoomTo({ half: ref.half, node: up });
    else if (px < 4 || !this.toggleRun(ref)) this.zoomTo(ref);
  }

  /** Enter: opens or folds a run, zooms any other frame. */
  enterFrame(ref: FrameRef): void {
    if (!this.toggleRun(ref)) this.zoomTo(ref);
  }

  private sandwich(fn: number): void {
    const focus = this.viewer.pane.model.keys[fn];
    if (focus === undefined || focus === this.viewer.state.focus) return;
    this.keepPast();
    this.viewer.update({ view: 'sandwich', focus, zoom: [], selected: [] }, 'person');
  }

  chooseView(view: string): void {
    const { pane } = this.viewer;
    if (view === 'sandwich') {
      const { selected } = pane;
      const focus = selected ?? (pane.zoom > 0 ? { half: 0 as const, node: pane.zoom } : null);
      const fn = focus === null ? -1 : (pane.halfOf(focus).fn[focus.node] as number);
      if (fn >= 0) this.sandwich(fn);
      else this.sandwich(this.busiest());
      return;
    }
    if (view === this.viewer.state.view) return;
    this.keepPast();
    this.viewer.update({ view, focus: '', zoom: [], selected: [] }, 'person');
  }

  private busiest(): number {
    const own = this.viewer.pane.functionSums()[0]?.own ?? new Float64Array();
    return own.reduce((best, value, fn) => (value > (own[best] as number) ? fn : best), 0);
  }

  /** Shows the widest frame of a function among the calls. */
  showFunction(fn: number, cause: Cause): void {
    if (fn < 0) return;
    const { pane } = this.viewer;
    if (this.viewer.state.view !== 'calls' || pane.zoom !== 0) {
      this.keepPast();
      this.viewer.update({ view: 'calls', focus: '', zoom: [] }, 'page');
    }
    let node = widestFrame(pane.view.upper, fn);
    if (node < 0 && pane.differential && this.viewer.state.width !== 'both') {
      this.viewer.update({ width: 'both' }, 'page');
      node = widestFrame(pane.view.upper, fn);
    }
    if (node < 0) return;
    const ref: FrameRef = { half: 0, node };
    this.reveal(ref);
    const wide = this.viewer.drawing === null ? 0 : (placeOf(this.viewer.drawing, ref)?.width ?? 0);
    const selected = pane.path(ref);
    if (wide < 60 && this.viewer.width > 0) this.enter(ref, selected, cause);
    else this.viewer.update({ selected }, cause);
    if (cause === 'person') this.viewer.graph.querySelector('.sel')?.scrollIntoView({ block: 'center' });
  }

  searchSelected(): void {
    const { pane } = this.viewer;
    if (pane.selected === null) return;
    const name = pane.name(pane.halfOf(pane.selected), pane.selected.node);
    this.viewer.update({ query: escapePattern(name.slice(0, 150)) }, 'person');
  }

  goHit(step: 1 | -1): void {
    const hit = nextHit(this.viewer.pane, this.viewer.pane.selected, step);
    if (hit === null) return;
    this.reveal(hit);
    this.select(hit);
    this.viewer.focusGraph();
  }

  back(): void {
    const { state } = this.viewer;
    const past = this.past.pop();
    if (past !== undefined)
      this.viewer.update({ ...past, selected: past.view === state.view ? state.selected : [] }, 'person');
    else if (state.view !== 'calls' || state.zoom.length > 0)
      this.viewer.update({ view: 'calls', focus: '', zoom: [] }, 'person');
    else if (state.selected.length > 0) this.viewer.update({ selected: [] }, 'person');
    else if (state.query !== '') this.viewer.update({ query: '' }, 'person');
  }

  reset(): void {
    this.past.length = 0;
    this.viewer.update(this.viewer.defaults, 'person');
  }
}
