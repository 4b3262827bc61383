/** Frames → SVG elements. */
import { INLINED } from '../../../profile/call-kinds.ts';
import { foldedFrames, isInside, rowsWorthDrawing, shownFrame, TOO_NARROW } from '../../picture/folding.ts';
import { fitLabel } from '../../picture/text.ts';
import { svg } from '../dom.ts';
import type { ViewState } from '../state.ts';
import { frameAt, frameBelow, type PaneHalf } from '../views.ts';
import type { FrameRef, Pane } from './pane.ts';

/** A row's height in px, frame and gap. */
const ROW = 18;
/** Narrower frames, in px, join into strips; from the second on they have rectangles of their own. */
const LEAST_FRAME = 0.3;
const OWN_FRAME = 4;
/** Deeper calls show when zoomed. */
const MAX_ROWS = 250;

/** Where a half was drawn, so that a pointer finds its frame. */
interface DrawnHalf {
  readonly half: PaneHalf;
  readonly index: 0 | 1;
  readonly root: number;
  /** Callers of the root that are drawn, outermost first. */
  readonly above: readonly number[];
  /** Top of the root's row; 1 where callees are drawn downwards, −1 upwards. */
  readonly top: number;
  readonly direction: 1 | -1;
}

export interface Drawing {
  readonly halves: readonly DrawnHalf[];
  readonly height: number;
  /** Units of width for one px. */
  readonly perPx: number;
  /** Rectangles by `half.node`; narrower frames than 4 px have none. */
  readonly elements: ReadonlyMap<string, SVGRectElement>;
  /** Deeper than any screen. */
  readonly cut: boolean;
  /** Rows that only narrow stacks reach, left out. */
  readonly narrowRows: number;
}

/** Nodes to draw and runs of frames too narrow to see. */
interface Visible {
  readonly nodes: number[];
  readonly strips: { readonly row: number; readonly from: number; to: number; hit: boolean }[];
  rows: number;
  cut: boolean;
  /** By row, px of frames that are not too narrow. */
  readonly ink: number[];
}

/**
 * Walks what can be seen below `root`. Narrower frames than `least` join into strips, so that nothing is silently
 * absent.
 */
function visibleFrames(half: PaneHalf, root: number, least: number, maxRows: number, hits: Uint8Array | null): Visible {
  const seen: Visible = { nodes: [], strips: [], rows: 1, cut: false, ink: [] };
  const { rows, end, width } = half;
  const base = rows.row[root] as number;
  const narrow = (least / LEAST_FRAME) * TOO_NARROW;
  const stop = end[root] as number;
  for (let node = root; node < stop; ) {
    const wide = width[node] as number;
    const row = (rows.row[node] as number) - base;
    if (row >= maxRows || (wide < least && node !== root)) {
      if (row >= maxRows) seen.cut = true;
      else if (wide > 0) addStrip(seen, half, node, row, least, hits?.[node] === 1);
      node = end[node] as number;
      continue;
    }
    if (node === root || !isInside(rows, node)) {
      seen.nodes.push(node);
      if (row >= seen.rows) seen.rows = row + 1;
      if (wide >= narrow) seen.ink[row] = (seen.ink[row] ?? 0) + (wide / least) * LEAST_FRAME;
    }
    node++;
  }
  return seen;
}

/** A frame too narrow to draw joins the one before where they touch. */
function addStrip(seen: Visible, half: PaneHalf, node: number, row: number, least: number, hit: boolean): void {
  const from = half.start[node] as number;
  const to = from + (half.width[node] as number);
  const last = seen.strips.at(-1);
  if (last !== undefined && last.row === row && Math.abs(last.to - from) < least * 1e-3) {
    last.to = to;
    last.hit ||= hit;
    return;
  }
  seen.strips.push({ row, from, to, hit });
  if (row >= seen.rows) seen.rows = row + 1;
}

/** Leaves out rows that are hardly more than a void; what is asked for stays: the culprit, hits, the selected frame. */
function cutRows(seen: Visible, pane: Pane, half: PaneHalf, root: number, width: number, least: number): number {
  const { row } = half.rows;
  const base = row[root] as number;
  const asked = (node: number): boolean => {
    const fn = half.fn[node] as number;
    const wide = (half.width[node] as number) >= (least / LEAST_FRAME) * OWN_FRAME;
    return wide && (fn === pane.model.culprit || pane.matched?.[fn] === 1);
  };
  const { selected } = pane;
  const chosen = selected !== null && pane.halfOf(selected) === half ? selected.node : root;
  let needed = (row[chosen] as number) - base;
  for (const node of seen.nodes) if (asked(node)) needed = Math.max(needed, (row[node] as number) - base);
  for (const strip of seen.strips) if (strip.hit) needed = Math.max(needed, strip.row);
  const all = seen.rows;
  const ink = Array.from({ length: all }, (_, at) => seen.ink[at] ?? 0);
  seen.rows = Math.min(all, rowsWorthDrawing(ink, width, needed));
  return all - seen.rows;
}

/** For each frame, whether it or one below it matches. */
function hitsBelow(half: PaneHalf, matched: Uint8Array | null): Uint8Array | null {
  if (matched === null) return null;
  const hits = new Uint8Array(half.fn.length);
  for (let node = hits.length - 1; node > 0; node--) {
    if (matched[half.fn[node] as number] === 1) hits[node] = 1;
    if (hits[node] === 1) hits[half.parent[node] as number] = 1;
  }
  return hits;
}

/** Up to a dozen callers of the zoomed frame, the nearest; the others are in the breadcrumb. */
function callersOf(half: PaneHalf, root: number): number[] {
  const above: number[] = [];
  for (let up = frameBelow(half, root); up >= 0; up = frameBelow(half, up)) above.unshift(up);
  return above.length <= 12 ? above : [above[0] as number, ...above.slice(-11)];
}

/** Draws into layers; thin frames of one fill share a path. Elements are cloned, which is quicker than making them. */
class Pen {
  readonly elements = new Map<string, SVGRectElement>();
  private readonly pane: Pane;
  private readonly state: ViewState;
  private readonly thin = new Map<string, string[]>();
  private readonly frames = svg('g', { role: 'none' });
  private readonly labels = svg('g', { class: 'labels', 'aria-hidden': 'true' });
  /** Edges of inlined frames to their callers, by class. */
  private readonly edges = new Map([
    ['inlined', ''],
    ['inlined on-hit', ''],
  ]);
  private culprits = '';
  private readonly rect = svg('rect', { role: 'treeitem', tabindex: -1, height: 17, rx: 1.5 });
  private readonly text = svg('text');

  constructor(pane: Pane, state: ViewState) {
    this.pane = pane;
    this.state = state;
  }

  strip(fill: string, x: number, y: number, width: number): void {
    // Half px: finer is not seen, and longer text is slower.
    const left = Math.round(x * 2) / 2;
    const wide = Math.max(Math.round((x + width) * 2) / 2 - left, 0.5);
    const path = `M${left} ${y}h${wide}v17h-${wide}z`;
    const known = this.thin.get(fill);
    if (known === undefined) this.thin.set(fill, [path]);
    else known.push(path);
  }

  /** There is no call between an inlined frame and its caller: the edge is open. */
  private edge({ half, direction }: DrawnHalf, x: number, y: number, width: number, hit: boolean): void {
    const below = (direction === -1) !== half.callers;
    const name = hit ? 'inlined on-hit' : 'inlined';
    const path = `M${x.toFixed(1)} ${below ? y + 16.25 : y + 0.75}h${(width - 0.6).toFixed(1)}`;
    this.edges.set(name, this.edges.get(name) + path);
  }

  frame(drawn: DrawnHalf, node: number, x: number, y: number, width: number, above: boolean): void {
    const { pane, state } = this;
    const { half, index } = drawn;
    const fn = half.fn[node] as number;
    const hit = pane.matched !== null && pane.matched[fn] === 1;
    const fill = hit ? 'hit' : `c${pane.fill(half, node, state)}`;
    if (width < OWN_FRAME) {
      this.strip(fill, x, y, width);
      return;
    }
    const run = foldedFrames(half.rows, node);
    if (fn >= 0 && fn === pane.model.culprit)
      this.culprits += `M${(x + 1).toFixed(1)} ${y + 1}h${(width - 2.6).toFixed(1)}v15h-${(width - 2.6).toFixed(1)}z`;
    let looks = above ? `${fill} above` : fill;
    if (pane.differential && state.colour === 'change' && pane.shade(half, node, state.change).mark === 'changed') {
      const change = pane.changeOf(fn, state.change)?.change;
      if (change === 'appeared' || change === 'vanished') looks += ` ${change}`;
    }
    const rect = this.rect.cloneNode() as SVGRectElement;
    rect.setAttribute('class', looks);
    rect.setAttribute('x', x.toFixed(1));
    rect.setAttribute('y', String(run === undefined ? y : y + 2));
    if (run !== undefined) rect.setAttribute('height', '13');
    if (half.rows.runs.has(node)) rect.setAttribute('aria-expanded', String(run === undefined));
    rect.setAttribute('width', (width - 0.6).toFixed(1));
    this.frames.append(rect);
    this.elements.set(`${index}.${node}`, rect);
    if (run === undefined && ((half.kinds?.[node] ?? 0) & INLINED) !== 0) this.edge(drawn, x, y, width, hit);
    if (width < 29) return;
    const label = fitLabel(pane.frameLabel(half, node, state), Math.floor((width - 7) / 7.25));
    if (label === '') return;
    const text = this.text.cloneNode() as SVGTextElement;
    text.setAttribute('x', (x + 3.5).toFixed(1));
    text.setAttribute('y', String(y + 12.5));
    if (hit || run !== undefined) text.setAttribute('class', hit ? 'on-hit' : 'run');
    text.textContent = label;
    this.labels.append(text);
  }

  half(drawn: DrawnHalf, visible: Visible, perPx: number, width: number): void {
    const { half, index, root, above, top, direction } = drawn;
    const origin = half.start[root] as number;
    const base = half.rows.row[root] as number;
    above.forEach((node, row) => {
      this.frame(drawn, node, 0, top + (row - above.length) * ROW * direction, width, true);
    });
    for (const { row, from, to, hit } of visible.strips) {
      if (row >= visible.rows) continue;
      this.strip(hit ? 'hit' : 'rest', (from - origin) / perPx, top + row * ROW * direction, (to - from) / perPx);
    }
    for (const node of visible.nodes) {
      const row = (half.rows.row[node] as number) - base;
      // The middle of a sandwich belongs to its upper half.
      if (row >= visible.rows || (index === 1 && row === 0)) continue;
      const x = ((half.start[node] as number) - origin) / perPx;
      this.frame(drawn, node, x, top + row * ROW * direction, (half.width[node] as number) / perPx, false);
    }
  }

  layers(): Node[] {
    const paths = [...this.thin].map(([fill, strips]) => svg('path', { class: fill, d: strips.join('') }));
    const edges = [...this.edges].filter(([, d]) => d !== '').map(([name, d]) => svg('path', { class: name, d }));
    const outline = this.culprits === '' ? [] : [svg('path', { class: 'culprit', d: this.culprits })];
    return [svg('g', { 'aria-hidden': 'true' }, ...paths), this.frames, ...edges, ...outline, this.labels];
  }
}

/** Draws the pane's view, `width` px wide. Frames under 0.3 px join into strips. */
export function drawView(pane: Pane, state: ViewState, width: number, graph: SVGSVGElement): Drawing {
  const { upper, lower } = pane.view;
  const perPx = (upper.width[pane.zoom] as number) / width;
  const pen = new Pen(pane, state);
  const halves: DrawnHalf[] = [];
  let height = 0;
  let cut = false;
  let narrowRows = 0;
  if (perPx > 0) {
    const above = callersOf(upper, pane.zoom);
    const least = perPx * LEAST_FRAME;
    const seen = visibleFrames(upper, pane.zoom, least, MAX_ROWS, hitsBelow(upper, pane.matched));
    const below = lower === null ? null : visibleFrames(lower, 0, least, MAX_ROWS, hitsBelow(lower, pane.matched));
    if (state.frames === 'mine') {
      narrowRows = cutRows(seen, pane, upper, pane.zoom, width, least);
      if (below !== null && lower !== null) narrowRows += cutRows(below, pane, lower, 0, width, least);
    }
    const upward = lower !== null || !state.inverted;
    const top = upward ? (seen.rows - 1) * ROW : above.length * ROW;
    height = (seen.rows + above.length + (below === null ? 0 : below.rows - 1)) * ROW;
    cut = seen.cut || below?.cut === true;
    halves.push({ half: upper, index: 0, root: pane.zoom, above, top, direction: upward ? -1 : 1 });
    pen.half(halves[0] as DrawnHalf, seen, perPx, width);
    if (lower !== null && below !== null) {
      halves.push({ half: lower, index: 1, root: 0, above: [], top, direction: 1 });
      pen.half(halves[1] as DrawnHalf, below, perPx, width);
    }
  }
  graph.setAttribute('width', String(width));
  graph.setAttribute('height', String(height));
  graph.setAttribute('viewBox', `0 0 ${width} ${height}`);
  graph.replaceChildren(...pen.layers());
  return { halves, height, perPx, elements: pen.elements, cut, narrowRows };
}

/** The frame under a point of the drawing. */
export function hitFrame(drawing: Drawing, x: number, y: number): FrameRef | null {
  for (const { half, index, root, above, top, direction } of drawing.halves) {
    const row = Math.floor((y - top) / ROW) * direction;
    if (row < 0) {
      const node = above[above.length + row];
      if (node !== undefined) return { half: index, node };
      continue;
    }
    const node = frameAt(half, root, (half.start[root] as number) + x * drawing.perPx, row);
    if (node >= 0) return { half: index, node };
  }
  return null;
}

/** Where a frame is in the drawing; null where it is not inside. */
export function placeOf(
  drawing: Drawing,
  { half: index, node }: FrameRef,
): { x: number; y: number; width: number } | null {
  const drawn = drawing.halves.find((half) => half.index === index);
  if (drawn === undefined) return null;
  const { root, above, top, direction } = drawn;
  const { start, width, rows, end } = drawn.half;
  const caller = above.indexOf(shownFrame(rows, node));
  const whole = (width[root] as number) / drawing.perPx;
  if (caller >= 0) return { x: 0, y: top + (caller - above.length) * ROW * direction, width: whole };
  const row = (rows.row[node] as number) - (rows.row[root] as number);
  if (node < root || node >= (end[root] as number) || row >= MAX_ROWS) return null;
  const x = ((start[node] as number) - (start[root] as number)) / drawing.perPx;
  return { x, y: top + row * ROW * direction, width: (width[node] as number) / drawing.perPx };
}
