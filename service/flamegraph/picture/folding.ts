/**
 * "My code first": runs of runtime frames share one row, on the server and in the browser. Only rows change: widths,
 * places and sums are those of all frames.
 */
import { CATEGORIES } from '../../profile/profile.ts';

const RUNTIME = new Set(['node', 'v8', 'gc', 'jit', 'native', 'kernel']);

/**
 * Code that nobody on call wrote or chose. `hasModule`: a frame without a symbol is in a known library; without one it
 * may be anybody's code.
 */
export function isRuntime(category: number, hasModule: boolean): boolean {
  const name = CATEGORIES[category] ?? 'unknown';
  return name === 'unknown' ? hasModule : RUNTIME.has(name);
}

/** Columns of a tree in preorder. */
interface Calls {
  readonly parent: Int32Array;
  readonly fn: Int32Array;
}

/** Which frames are drawn, and where. */
export interface Rows {
  /** Row of each frame, the root's is 0. */
  readonly row: Int32Array;
  /** For frames of a folded run the frame that it begins with; −1 for frames with a row of their own. Null: no runs. */
  readonly run: Int32Array | null;
  /** By the frame that a run begins with, folded or open: how many frames its longest way has. */
  readonly runs: ReadonlyMap<number, number>;
}

/** All frames in rows of their own. */
export function rowsOfDepth(depth: Int32Array): Rows {
  return { row: depth, run: null, runs: new Map() };
}

/**
 * 1 for frames to fold: runtime frames that lead to own code, and those that no own code called. What own code calls in
 * the end stays: it tells through what the CPU went. A tree without own code is left as it is.
 */
function foldable({ parent, fn }: Calls, own: Uint8Array): Uint8Array {
  const { length } = parent;
  const leads = new Uint8Array(length);
  for (let node = length - 1; node > 0; node--) {
    if (leads[node] === 0 && own[fn[node] as number] === 0) continue;
    leads[node] = 1;
    leads[parent[node] as number] = 1;
  }
  const folds = new Uint8Array(length);
  if (leads[0] === 0) return folds;
  /** 1 below own code, itself included. */
  const below = new Uint8Array(length);
  for (let node = 1; node < length; node++) {
    const isOwn = own[fn[node] as number] === 1;
    const up = below[parent[node] as number] as number;
    below[node] = isOwn ? 1 : up;
    if (!isOwn && (leads[node] === 1 || up === 0)) folds[node] = 1;
  }
  return folds;
}

/** Frames of the longest way from each frame inside its run. */
function longestWays(parent: Int32Array, folds: Uint8Array): Int32Array {
  const longest = new Int32Array(parent.length);
  for (let node = parent.length - 1; node > 0; node--) {
    if (folds[node] === 0) continue;
    const length = (longest[node] as number) + 1;
    longest[node] = length;
    const up = parent[node] as number;
    if (folds[up] === 1 && (longest[up] as number) < length) longest[up] = length;
  }
  return longest;
}

/** One frame alone is no run: folded it would take the same row. */
const SHORTEST = 2;

/**
 * `own`: 1 for each function that is no runtime, or that has to be seen; `isOpen`: for the frame that a run begins
 * with.
 */
export function foldRuns(calls: Calls, own: Uint8Array, isOpen: (node: number) => boolean): Rows {
  const { parent } = calls;
  const folds = foldable(calls, own);
  const longest = longestWays(parent, folds);
  const row = new Int32Array(parent.length);
  const run = new Int32Array(parent.length).fill(-1);
  const runs = new Map<number, number>();
  for (let node = 1; node < parent.length; node++) {
    const up = parent[node] as number;
    if (folds[node] === 1) {
      if (folds[up] === 1) run[node] = run[up] as number;
      else if ((longest[node] as number) >= SHORTEST) {
        runs.set(node, longest[node] as number);
        if (!isOpen(node)) run[node] = node;
      }
    }
    row[node] = (row[up] as number) + (run[node] === -1 || run[node] === node ? 1 : 0);
  }
  return { row, run, runs };
}

/** The frame has no place of its own: it is inside a folded run. */
export function isInside({ run }: Rows, node: number): boolean {
  return run !== null && run[node] !== -1 && run[node] !== node;
}

/** The frame that shows a frame: itself, or the one that its folded run begins with. */
export function shownFrame({ run }: Rows, node: number): number {
  return run === null || run[node] === -1 ? node : (run[node] as number);
}

/** How many frames the folded run has that begins here; undefined where none does. */
export function foldedFrames({ run, runs }: Rows, node: number): number | undefined {
  return run?.[node] === node ? runs.get(node) : undefined;
}

/** "Node runtime, 18 frames". */
export function runWords(frames: number): string {
  return `Node runtime, ${frames} frames`;
}

/**
 * Own values of each frame with those of the runtime frames that it calls, up to the next own code: what a function
 * costs by itself. Over all frames of own code, and the runtime's that none called, they add up to the whole.
 */
export function ownSums({ parent, fn }: Calls, own: Uint8Array, self: Float64Array): Float64Array {
  const sums = self.slice();
  for (let node = parent.length - 1; node > 0; node--) {
    if (own[fn[node] as number] === 1) continue;
    const up = parent[node] as number;
    sums[up] = (sums[up] as number) + (sums[node] as number);
  }
  return sums;
}

/** A frame narrower than this, in px, is no reason to draw its row … */
export const TOO_NARROW = 8;
/** … and the others together have to take this part of the width, and this many px. */
const LEAST_PART = 0.06;
const LEAST_PX = 32;

/**
 * Rows that only narrow stacks reach would be a void with some lines in it. `ink`: px that the frames of each row take
 * that are not too narrow; `needed`: the last row that has to be seen. Returns how many rows to draw.
 */
export function rowsWorthDrawing(ink: readonly number[], width: number, needed: number): number {
  const least = Math.max(LEAST_PX, width * LEAST_PART);
  let rows = ink.length;
  while (rows > needed + 1 && (ink[rows - 1] ?? 0) < least) rows--;
  return rows;
}
