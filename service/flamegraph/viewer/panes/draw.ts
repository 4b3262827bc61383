/// <reference lib="dom" />
/** Frames → SVG elements. Embedded in the viewer's script. */
import { fitLabel } from '../../picture/text.ts';
import { type Source, svg } from '../dom.ts';
import type { ViewState } from '../state.ts';
import { frameAt, type Part } from '../views.ts';
import type { FrameRef, Pane } from './pane.ts';

/** Where a part was drawn, so that a pointer finds its frame. */
interface DrawnPart {
  readonly part: Part;
  readonly index: 0 | 1;
  readonly root: number;
  /** Callers of the root that are drawn, outermost first. */
  readonly above: readonly number[];
  /** Top of the root's row; 1 where callees are drawn downwards, −1 upwards. */
  readonly top: number;
  readonly direction: 1 | -1;
}

export interface Drawing {
  readonly parts: readonly DrawnPart[];
  readonly height: number;
  /** Units of width for one px. */
  readonly perPx: number;
  /** Rectangles by `part.node`; narrower frames than 4 px have none. */
  readonly elements: ReadonlyMap<string, SVGRectElement>;
  readonly cut: boolean;
}

/** Nodes to draw and runs of frames too narrow to see. */
interface Visible {
  readonly nodes: number[];
  readonly strips: { readonly row: number; readonly from: number; to: number; hit: boolean }[];
  rows: number;
  cut: boolean;
}

/** Walks what can be seen below `root`. Narrower frames than `least` join into strips, so that nothing is silently absent. */
function visibleFrames(part: Part, root: number, least: number, maxRows: number, hits: Uint8Array | null): Visible {
  const seen: Visible = { nodes: [], strips: [], rows: 1, cut: false };
  const { depth, end, width, start } = part;
  const base = depth[root] as number;
  const stop = end[root] as number;
  let last: Visible['strips'][number] | undefined;
  for (let node = root; node < stop; ) {
    const wide = width[node] as number;
    const row = (depth[node] as number) - base;
    if (row >= maxRows || (wide < least && node !== root)) {
      if (row >= maxRows) seen.cut = true;
      else if (wide > 0) {
        const from = start[node] as number;
        const hit = hits !== null && hits[node] === 1;
        if (last !== undefined && last.row === row && Math.abs(last.to - from) < least * 1e-3) {
          last.to = from + wide;
          last.hit ||= hit;
        } else {
          last = { row, from, to: from + wide, hit };
          seen.strips.push(last);
          if (row >= seen.rows) seen.rows = row + 1;
        }
      }
      node = end[node] as number;
      continue;
    }
    seen.nodes.push(node);
    if (row >= seen.rows) seen.rows = row + 1;
    node++;
  }
  return seen;
}

/** For each frame, whether it or one below it matches. */
function hitsBelow(part: Part, matched: Uint8Array | null): Uint8Array | null {
  if (matched === null) return null;
  const hits = new Uint8Array(part.fn.length);
  for (let node = hits.length - 1; node > 0; node--) {
    if (matched[part.fn[node] as number] === 1) hits[node] = 1;
    if (hits[node] === 1) hits[part.parent[node] as number] = 1;
  }
  return hits;
}

/** Up to a dozen callers of the zoomed frame, the nearest; the others are in the breadcrumb. */
function callersOf(part: Part, root: number): number[] {
  const above: number[] = [];
  for (let up = part.parent[root] as number; up >= 0; up = part.parent[up] as number) above.unshift(up);
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

  frame({ part, index }: DrawnPart, node: number, x: number, y: number, width: number, above: boolean): void {
    const { pane, state } = this;
    const fn = part.fn[node] as number;
    const hit = pane.matched !== null && pane.matched[fn] === 1;
    const fill = hit ? 'hit' : `c${pane.fill(part, node, state)}`;
    if (width < 4) {
      this.strip(fill, x, y, width);
      return;
    }
    let looks = above ? `${fill} above` : fill;
    if (pane.differential && pane.marked(part, node, state.change)) {
      const change = pane.changeOf(fn, state.change)?.change;
      if (change === 'appeared' || change === 'vanished') looks += ` ${change}`;
    }
    const rect = this.rect.cloneNode() as SVGRectElement;
    rect.setAttribute('class', looks);
    rect.setAttribute('x', x.toFixed(1));
    rect.setAttribute('y', String(y));
    rect.setAttribute('width', (width - 0.6).toFixed(1));
    this.frames.append(rect);
    this.elements.set(`${index}.${node}`, rect);
    if (width < 29) return;
    const label = fitLabel(pane.frameLabel(part, node, state), Math.floor((width - 7) / 7.25));
    if (label === '') return;
    const text = this.text.cloneNode() as SVGTextElement;
    text.setAttribute('x', (x + 3.5).toFixed(1));
    text.setAttribute('y', String(y + 12.5));
    if (hit) text.setAttribute('class', 'on-hit');
    text.textContent = label;
    this.labels.append(text);
  }

  part(of: DrawnPart, visible: Visible, perPx: number, width: number): void {
    const { part, root, above, top, direction } = of;
    const origin = part.start[root] as number;
    const base = part.depth[root] as number;
    above.forEach((node, i) => {
      this.frame(of, node, 0, top + (i - above.length) * 18 * direction, width, true);
    });
    for (const { row, from, to, hit } of visible.strips) {
      this.strip(hit ? 'hit' : 'rest', (from - origin) / perPx, top + row * 18 * direction, (to - from) / perPx);
    }
    for (const node of visible.nodes) {
      const row = (part.depth[node] as number) - base;
      // The middle of a sandwich belongs to its upper part.
      if (of.index === 1 && row === 0) continue;
      const x = ((part.start[node] as number) - origin) / perPx;
      this.frame(of, node, x, top + row * 18 * direction, (part.width[node] as number) / perPx, false);
    }
  }

  layers(): Node[] {
    const paths = [...this.thin].map(([fill, parts]) => svg('path', { class: fill, d: parts.join('') }));
    return [svg('g', { 'aria-hidden': 'true' }, ...paths), this.frames, this.labels];
  }
}

/** Draws the pane's view, `width` px wide. At most 250 rows: deeper calls show when zoomed. Frames under 0.3 px join into strips. */
export function drawView(pane: Pane, state: ViewState, width: number, graph: SVGSVGElement): Drawing {
  const { upper, lower } = pane.view;
  const perPx = (upper.width[pane.zoom] as number) / width;
  const pen = new Pen(pane, state);
  const parts: DrawnPart[] = [];
  let height = 0;
  let cut = false;
  if (perPx > 0) {
    const above = callersOf(upper, pane.zoom);
    const seen = visibleFrames(upper, pane.zoom, perPx * 0.3, 250, hitsBelow(upper, pane.matched));
    const below = lower === null ? null : visibleFrames(lower, 0, perPx * 0.3, 250, hitsBelow(lower, pane.matched));
    const upward = lower !== null || !state.inverted;
    const top = upward ? (seen.rows - 1) * 18 : above.length * 18;
    height = (seen.rows + above.length + (below === null ? 0 : below.rows - 1)) * 18;
    cut = seen.cut || below?.cut === true;
    parts.push({ part: upper, index: 0, root: pane.zoom, above, top, direction: upward ? -1 : 1 });
    pen.part(parts[0] as DrawnPart, seen, perPx, width);
    if (lower !== null && below !== null) {
      parts.push({ part: lower, index: 1, root: 0, above: [], top, direction: 1 });
      pen.part(parts[1] as DrawnPart, below, perPx, width);
    }
  }
  graph.setAttribute('width', String(width));
  graph.setAttribute('height', String(height));
  graph.setAttribute('viewBox', `0 0 ${width} ${height}`);
  graph.replaceChildren(...pen.layers());
  return { parts, height, perPx, elements: pen.elements, cut };
}

/** The frame under a point of the drawing. */
export function hitFrame(drawing: Drawing, x: number, y: number): FrameRef | null {
  for (const { part, index, root, above, top, direction } of drawing.parts) {
    const row = Math.floor((y - top) / 18) * direction;
    if (row < 0) {
      const node = above[above.length + row];
      if (node !== undefined) return { part: index, node };
      continue;
    }
    const node = frameAt(part, root, (part.start[root] as number) + x * drawing.perPx, row);
    if (node >= 0) return { part: index, node };
  }
  return null;
}

/** Where a frame is in the drawing; null where it is not inside. */
export function placeOf(drawing: Drawing, { part, node }: FrameRef): { x: number; y: number; width: number } | null {
  const drawn = drawing.parts.find((candidate) => candidate.index === part);
  if (drawn === undefined) return null;
  const { root, above, top, direction } = drawn;
  const { start, width, depth, end } = drawn.part;
  const caller = above.indexOf(node);
  const whole = (width[root] as number) / drawing.perPx;
  if (caller >= 0) return { x: 0, y: top + (caller - above.length) * 18 * direction, width: whole };
  const row = (depth[node] as number) - (depth[root] as number);
  if (node < root || node >= (end[root] as number) || row >= 250) return null;
  const x = ((start[node] as number) - (start[root] as number)) / drawing.perPx;
  return { x, y: top + row * 18 * direction, width: (width[node] as number) / drawing.perPx };
}

export const DRAW_SOURCES: readonly Source[] = [visibleFrames, hitsBelow, callersOf, Pen, drawView, hitFrame, placeOf];
