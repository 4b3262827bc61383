/** Frames as SVG text without script: what a viewer that runs no script, a printer and the PNG show. */
import type { FlameTree } from '../data/flame-tree.ts';
import { foldedFrames, isInside, type Rows, rowsWorthDrawing, TOO_NARROW } from './folding.ts';
import { placeFrames } from './frame-geometry.ts';
import { INK, palette } from './palette.ts';
import { Strips, stripPath, tenths } from './static-strips.ts';
import { escapeXml, type FrameLabel, fitLabel } from './text.ts';

export interface FrameStyle {
  /** Width of the picture area and height of a row, in px. */
  readonly width: number;
  readonly row: number;
  readonly fontSize: number;
  /** Narrower frames are left out, with all above them. */
  readonly minWidth: number;
  /** Rows beyond are left out, so that 20,000 calls deep is not 320,000 px high. */
  readonly maxRows: number;
  /** Tooltips for frames from this width. */
  readonly titleWidth: number;
}

export interface Frames {
  readonly tree: FlameTree;
  /** Width of each node, in any unit. */
  readonly total: Float64Array;
  /** Node that takes the whole width, as the lowest row. */
  readonly root: number;
  readonly rows: Rows;
  /** Index into `palette()`. */
  readonly fill: (node: number) => number;
  readonly label: (node: number) => FrameLabel;
  /** Lines of the tooltip. */
  readonly title: (node: number) => readonly string[];
  /** Its edge to the caller is dashed: V8 inlined it. */
  readonly inlined: (node: number) => boolean;
  /** Nodes with an outline. */
  readonly outlined: ReadonlySet<number>;
}

export interface DrawnFrames {
  readonly svg: string;
  readonly height: number;
  readonly fills: readonly number[];
  /** Frames drawn, and rows cut off above. */
  readonly drawn: number;
  readonly cut: boolean;
  /** Some have a dashed edge. */
  readonly inlined: boolean;
}

const PALETTE = palette();

/** Advance of the usual monospace fonts, in em. */
const ADVANCE = 0.602;
/** Frames of at least this width get their own rectangles, narrower ones share a path. */
const OWN_WIDTH = 3;
/** A frame with a label leaves this much of its width to both sides of the text. */
const PADDING = 6;
/** A folded run is a bar this much lower than a frame, above and below. */
const INSET = 2;

/**
 * The edge of an inlined frame to its caller: open, as there is no call. Of the ink's colour, so that it shows in every
 * fill and scheme and in print; a dashed outline would say "vanished" (viewer).
 */
const DASHES = `fill="none" stroke="${INK[0]}" stroke-width="1.5" stroke-dasharray="3 3"`;

interface VisibleNodes {
  readonly nodes: readonly number[];
  readonly rows: number;
  readonly cut: boolean;
}

/** Nodes wide enough, in preorder, and how many rows of them are worth their place. */
function visibleNodes({ tree, total, root, rows, outlined }: Frames, style: FrameStyle): VisibleNodes {
  const nodes: number[] = [];
  const perPx = (total[root] as number) / style.width;
  const base = rows.row[root] as number;
  const ink: number[] = [];
  let needed = 0;
  let beyond = false;
  for (let node = root; node < (tree.end[root] as number); ) {
    const width = total[node] as number;
    const row = (rows.row[node] as number) - base;
    if (width < perPx * style.minWidth || width <= 0 || row >= style.maxRows) {
      beyond ||= row >= style.maxRows;
      node = tree.end[node] as number;
      continue;
    }
    if (node === root || !isInside(rows, node)) {
      nodes.push(node);
      ink[row] = (ink[row] ?? 0) + (width < perPx * TOO_NARROW ? 0 : width / perPx);
      if (outlined.has(node) && width >= perPx * OWN_WIDTH) needed = Math.max(needed, row);
    }
    node++;
  }
  const last = rowsWorthDrawing(ink, style.width, needed);
  const kept = nodes.filter((node) => (rows.row[node] as number) - base < last);
  return { nodes: kept, rows: last, cut: beyond || last < ink.length };
}

/** Dashes along the lower edge of a frame; lengths in tenths of px, but `bottom`. */
export function dashedEdge(left: number, bottom: number, width: number): string {
  return `M${tenths(left)} ${bottom - 0.75}h${tenths(width)}`;
}

/** The path of dashed edges, with the class that gives it the scheme's ink. */
export function dashedPath(edges: string): string {
  return edges === '' ? '' : `<path class="outline" d="${edges}" ${DASHES}/>`;
}

class StaticPen {
  /** Rectangles by fill. */
  readonly wide = new Map<number, string>();
  readonly strips = new Strips();
  labels = '';
  /** Of folded runs. */
  small = '';
  outlines = '';
  edges = '';
  private readonly frames: Frames;
  private readonly style: FrameStyle;

  constructor(frames: Frames, style: FrameStyle) {
    this.frames = frames;
    this.style = style;
  }

  /** Left and right edge in tenths of px. */
  frame(node: number, row: number, y: number, left: number, right: number): void {
    const { frames, style } = this;
    const width = right - left;
    const fill = frames.fill(node);
    if (width < OWN_WIDTH * 10) {
      this.strips.add(row, y, left, right, fill);
      return;
    }
    const folded = foldedFrames(frames.rows, node) !== undefined;
    const inset = folded ? INSET : 0;
    const h = style.row - 1 - 2 * inset;
    const rect = `<rect x="${tenths(left)}" y="${y + inset}" width="${tenths(width - 5)}" height="${h}" rx="1.5"`;
    const title = width < style.titleWidth * 10 ? '' : frames.title(node).map(escapeXml).join('\n');
    const closed = title === '' ? `${rect}/>` : `${rect}><title>${title}</title></rect>`;
    this.wide.set(fill, `${this.wide.get(fill) ?? ''}${closed}`);
    const outlined = frames.outlined.has(node);
    // Inside of an outline, which lies on the edge.
    if (frames.inlined(node)) this.edges += dashedEdge(left, y + h - (outlined ? 1.5 : 0), width - 5);
    if (outlined)
      this.outlines += `M${tenths(left + 5)} ${y + 0.5}h${tenths(width - 15)}v${h - 1}h-${tenths(width - 15)}z`;
    const fontSize = style.fontSize - (folded ? 1.5 : 0);
    const columns = Math.floor((width / 10 - PADDING) / (fontSize * ADVANCE));
    const label = columns < 3 ? '' : fitLabel(frames.label(node), columns);
    if (label === '') return;
    const middle = y + inset + Math.round(h / 2 + fontSize * 0.35);
    const text = `<text x="${tenths(left + 30)}" y="${middle}">${escapeXml(label)}</text>`;
    if (folded) this.small += text;
    else this.labels += text;
  }
}

/** Root at the bottom. Coordinates begin at (0, 0). */
export function drawFrames(frames: Frames, style: FrameStyle): DrawnFrames {
  const { tree, total, root, rows } = frames;
  const visible = visibleNodes(frames, style);
  const start = placeFrames(tree.parent, total);
  const base = rows.row[root] as number;
  const height = visible.rows * style.row;
  const perUnit = (style.width * 10) / (total[root] as number);
  const origin = start[root] as number;
  const pen = new StaticPen(frames, style);
  for (const node of visible.nodes) {
    const left = Math.round(((start[node] as number) - origin) * perUnit);
    const right = Math.max(
      Math.round(((start[node] as number) + (total[node] as number) - origin) * perUnit),
      left + 1,
    );
    const row = (rows.row[node] as number) - base;
    pen.frame(node, row, height - (row + 1) * style.row, left, right);
  }
  pen.strips.finish();
  const fills = [...new Set([...pen.wide.keys(), ...pen.strips.closed.keys()])].sort((a, b) => a - b);
  return {
    svg: assemble(pen, { fills, height: style.row - 1, fontSize: style.fontSize }),
    height,
    fills,
    drawn: visible.nodes.length,
    cut: visible.cut,
    inlined: pen.edges !== '',
  };
}

interface Looks {
  readonly fills: readonly number[];
  /** Of a frame. */
  readonly height: number;
  readonly fontSize: number;
}

function assemble({ wide, strips, labels, small, outlines, edges }: StaticPen, looks: Looks): string {
  const { fills, height, fontSize } = looks;
  const ink = INK[0];
  let svg = '';
  for (const fill of fills) {
    const colour = PALETTE[fill]?.[0];
    const thin = stripPath(strips.closed.get(fill) ?? [], height);
    const path = thin === '' ? '' : `<path d="${thin}" stroke="currentColor" stroke-width="${height}"/>`;
    svg += `<g class="c${fill}" fill="${colour}" color="${colour}">${wide.get(fill) ?? ''}${path}</g>`;
  }
  svg += dashedPath(edges);
  if (outlines !== '') svg += `<path class="outline" d="${outlines}" fill="none" stroke="${ink}" stroke-width="2"/>`;
  // Tooltips are the rectangles': labels let the pointer through.
  const words = (text: string, size: number): string =>
    text === '' ? '' : `<g class="ink" fill="${ink}" font-size="${size}" pointer-events="none">${text}</g>`;
  return svg + words(labels, fontSize) + words(small, fontSize - 1.5);
}
