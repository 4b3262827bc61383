/** Frames as SVG text without script: what a viewer that runs no script, a printer and the PNG show. */
import type { FlameTree } from './flame-tree.ts';
import { placeFrames } from './layout.ts';
import { INK, palette } from './palette.ts';
import { escapeXml, fitText } from './text.ts';

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
  readonly label: (node: number) => string;
  /** Lines of the tooltip. */
  readonly title: (node: number) => readonly string[];
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
}

const PALETTE = palette();

/** Advance of the usual monospace fonts, in em. */
const ADVANCE = 0.602;
/** Frames from this width are rectangles of their own, narrower ones share a path. */
const OWN_WIDTH = 3;
/** Frames narrower than this that touch are one strip: what a screen shows of them is a blend in any case. */
const STRIP_WIDTH = 1;
/** A frame with a label leaves this much of its width to both sides of the text. */
const PADDING = 6;

/** Tenths of px → shortest text. */
function tenths(value: number): string {
  const whole = Math.trunc(value / 10);
  const rest = Math.abs(value % 10);
  if (rest === 0) return `${whole}`;
  return whole === 0 ? `${value < 0 ? '-' : ''}.${rest}` : `${whole}.${rest}`;
}

interface Bucket {
  own: string;
  /** Strips, in tenths of px. */
  readonly thin: Strip[];
}

interface Strip {
  readonly y: number;
  readonly left: number;
  right: number;
  /** That of the widest frame in it. */
  fill: number;
  widest: number;
}

/** Strips of one row after the other, each told from where the one before ended: a third of what absolute places take. */
function stripPath(strips: readonly Strip[], height: number): string {
  let path = '';
  let [x, y] = [0, 0];
  for (const strip of [...strips].sort((a, b) => b.y - a.y || a.left - b.left)) {
    const down = strip.y + height / 2 - y;
    path += `m${tenths(strip.left - x)} ${tenths(down * 10)}h${tenths(strip.right - strip.left)}`;
    x = strip.right;
    y += down;
  }
  return path;
}

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
  const buckets = new Map<number, Bucket>();
  const bucketOf = (fill: number): Bucket => {
    let bucket = buckets.get(fill);
    if (bucket === undefined) {
      bucket = { own: '', thin: [] };
      buckets.set(fill, bucket);
    }
    return bucket;
  };
  /** By row: the strip that the next narrow frame may join. */
  const open: (Strip | undefined)[] = [];
  const close = (row: number): void => {
    const strip = open[row];
    if (strip !== undefined) bucketOf(strip.fill).thin.push(strip);
    open[row] = undefined;
  };
  const h = style.row - 1;
  let labels = '';
  let outlines = '';
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
      const strip = open[row];
      const joins = strip !== undefined && strip.right >= left && strip.widest < STRIP_WIDTH * 10;
      if (!joins || width >= STRIP_WIDTH * 10) {
        close(row);
        open[row] = { y, left, right, fill, widest: width };
      } else {
        strip.right = Math.max(strip.right, right);
        if (width > strip.widest) Object.assign(strip, { fill, widest: width });
      }
      continue;
    }
    const rect = `<rect x="${tenths(left)}" y="${y}" width="${tenths(width - 5)}" height="${h}" rx="1.5"`;
    bucketOf(fill).own +=
      width < style.titleWidth * 10
        ? `${rect}/>`
        : `${rect}><title>${frames.title(node).map(escapeXml).join('\n')}</title></rect>`;
    const columns = Math.floor((width / 10 - PADDING) / (style.fontSize * ADVANCE));
    const label = columns < 3 ? '' : fitText(frames.label(node), columns);
    const middle = y + Math.round(h / 2 + style.fontSize * 0.35);
    if (label !== '') labels += `<text x="${tenths(left + 30)}" y="${middle}">${escapeXml(label)}</text>`;
    if (frames.outlined.has(node))
      outlines += `M${tenths(left + 5)} ${y + 0.5}h${tenths(width - 15)}v${h - 1}h-${tenths(width - 15)}z`;
  }
  for (let row = 0; row < open.length; row++) close(row);
  const fills = [...buckets.keys()].sort((a, b) => a - b);
  return {
    svg: assemble(buckets, fills, h, labels, outlines, style.fontSize),
    height,
    fills,
    drawn: nodes.length,
    cut,
  };
}

function assemble(
  buckets: ReadonlyMap<number, Bucket>,
  fills: readonly number[],
  height: number,
  labels: string,
  outlines: string,
  fontSize: number,
): string {
  let svg = '';
  for (const fill of fills) {
    const { own, thin } = buckets.get(fill) as Bucket;
    const colour = PALETTE[fill]?.[0];
    const strips = stripPath(thin, height);
    const path = strips === '' ? '' : `<path d="${strips}" stroke="currentColor" stroke-width="${height}"/>`;
    svg += `<g class="c${fill}" fill="${colour}" color="${colour}">${own}${path}</g>`;
  }
  if (outlines !== '') svg += `<path class="outline" d="${outlines}" fill="none" stroke="${INK[0]}" stroke-width="2"/>`;
  // Tooltips are the rectangles': labels let the pointer through.
  return `${svg}<g class="ink" fill="${INK[0]}" font-size="${fontSize}" pointer-events="none">${labels}</g>`;
}
