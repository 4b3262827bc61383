/** Frames as SVG text without script: what a viewer that runs no script, a printer and the PNG show. */
import type { FlameTree } from '../data/flame-tree.ts';
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
/**
 * The edge of an inlined frame to its caller: open, as there is no call. Of the ink's colour, so that it shows in every
 * fill and scheme and in print; a dashed outline would say "vanished" (viewer).
 */
const DASHES = `fill="none" stroke="${INK[0]}" stroke-width="1.5" stroke-dasharray="3 3"`;
/** A frame with a label leaves this much of its width to both sides of the text. */
const PADDING = 6;

/** Nodes wide enough, in preorder; the row of each is its depth below `root`. */
function visibleNodes({ tree, total, root }: Frames, style: FrameStyle): { nodes: number[]; cut: boolean } {
  const nodes: number[] = [];
  const least = ((total[root] as number) / style.width) * style.minWidth;
  const last = (tree.depth[root] as number) + style.maxRows - 1;
  let cut = false;
  for (let node = root; node < (tree.end[root] as number); ) {
    const width = total[node] as number;
    if (width < least || width <= 0) {
      node = tree.end[node] as number;
      continue;
    }
    nodes.push(node);
    const atLimit = (tree.depth[node] as number) === last;
    if (atLimit && (tree.end[node] as number) > node + 1) cut = true;
    node = atLimit ? (tree.end[node] as number) : node + 1;
  }
  return { nodes, cut };
}

/** Dashes along the lower edge of a frame; lengths in tenths of px, but `bottom`. */
export function dashedEdge(left: number, bottom: number, width: number): string {
  return `M${tenths(left)} ${bottom - 0.75}h${tenths(width)}`;
}

/** The path of dashed edges, with the class that gives it the scheme's ink. */
export function dashedPath(edges: string): string {
  return edges === '' ? '' : `<path class="outline" d="${edges}" ${DASHES}/>`;
}

/** Root at the bottom. Coordinates begin at (0, 0). */
export function drawFrames(frames: Frames, style: FrameStyle): DrawnFrames {
  const { tree, total, root } = frames;
  const { nodes, cut } = visibleNodes(frames, style);
  const start = placeFrames(tree.parent, total);
  const base = tree.depth[root] as number;
  let rows = 0;
  for (const node of nodes) rows = Math.max(rows, (tree.depth[node] as number) - base + 1);
  const height = rows * style.row;
  const perUnit = (style.width * 10) / (total[root] as number);
  const origin = start[root] as number;
  /** Rectangles by fill. */
  const wide = new Map<number, string>();
  const strips = new Strips();
  const h = style.row - 1;
  let labels = '';
  let outlines = '';
  let edges = '';
  for (const node of nodes) {
    const left = Math.round(((start[node] as number) - origin) * perUnit);
    const right = Math.max(
      Math.round(((start[node] as number) + (total[node] as number) - origin) * perUnit),
      left + 1,
    );
    const row = (tree.depth[node] as number) - base;
    const y = height - (row + 1) * style.row;
    const width = right - left;
    const fill = frames.fill(node);
    if (width < OWN_WIDTH * 10) {
      strips.add(row, y, left, right, fill);
      continue;
    }
    const rect = `<rect x="${tenths(left)}" y="${y}" width="${tenths(width - 5)}" height="${h}" rx="1.5"`;
    const title = width < style.titleWidth * 10 ? '' : frames.title(node).map(escapeXml).join('\n');
    wide.set(fill, `${wide.get(fill) ?? ''}${title === '' ? `${rect}/>` : `${rect}><title>${title}</title></rect>`}`);
    const columns = Math.floor((width / 10 - PADDING) / (style.fontSize * ADVANCE));
    const label = columns < 3 ? '' : fitLabel(frames.label(node), columns);
    const middle = y + Math.round(h / 2 + style.fontSize * 0.35);
    if (label !== '') labels += `<text x="${tenths(left + 30)}" y="${middle}">${escapeXml(label)}</text>`;
    const outlined = frames.outlined.has(node);
    // Inside of an outline, which lies on the edge.
    if (frames.inlined(node)) edges += dashedEdge(left, y + h - (outlined ? 1.5 : 0), width - 5);
    if (outlined) outlines += `M${tenths(left + 5)} ${y + 0.5}h${tenths(width - 15)}v${h - 1}h-${tenths(width - 15)}z`;
  }
  strips.finish();
  const fills = [...new Set([...wide.keys(), ...strips.closed.keys()])].sort((a, b) => a - b);
  return {
    svg: assemble({ fills, wide, strips, height: h, labels, outlines, edges, fontSize: style.fontSize }),
    height,
    fills,
    drawn: nodes.length,
    cut,
    inlined: edges !== '',
  };
}

interface Drawn {
  readonly fills: readonly number[];
  readonly wide: ReadonlyMap<number, string>;
  readonly strips: Strips;
  readonly height: number;
  readonly labels: string;
  readonly outlines: string;
  readonly edges: string;
  readonly fontSize: number;
}

function assemble({ fills, wide, strips, height, labels, outlines, edges, fontSize }: Drawn): string {
  let svg = '';
  for (const fill of fills) {
    const colour = PALETTE[fill]?.[0];
    const thin = stripPath(strips.closed.get(fill) ?? [], height);
    const path = thin === '' ? '' : `<path d="${thin}" stroke="currentColor" stroke-width="${height}"/>`;
    svg += `<g class="c${fill}" fill="${colour}" color="${colour}">${wide.get(fill) ?? ''}${path}</g>`;
  }
  svg += dashedPath(edges);
  if (outlines !== '') svg += `<path class="outline" d="${outlines}" fill="none" stroke="${INK[0]}" stroke-width="2"/>`;
  // Tooltips are the rectangles': labels let the pointer through.
  return `${svg}<g class="ink" fill="${INK[0]}" font-size="${fontSize}" pointer-events="none">${labels}</g>`;
}
