/** Where a text lies after an edit: a map of positions, piece by piece, drawn by functions that both sides have. */

/** Where a function begins; a column of 0 is not known. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One function in two versions of a file. */
export interface Anchor {
  readonly from: Position;
  readonly to: Position;
}

export function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/** How far an anchor has moved, in lines. */
export function shiftOf({ from, to }: Anchor): number {
  return to.line - from.line;
}

/** How many of `tails` begin before `position`. They are in order. */
function countBefore(tails: readonly Anchor[], position: Position): number {
  let [low, high] = [0, tails.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePositions((tails[middle] as Anchor).to, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The most of these anchors that keep their order: what stands out of it was moved past the others. O(n log n). */
export function longestChain(anchors: readonly Anchor[]): Anchor[] {
  const sorted = [...anchors].sort((a, b) => comparePositions(a.from, b.from));
  const tails: Anchor[] = [];
  const before = new Map<Anchor, Anchor | undefined>();
  for (const anchor of sorted) {
    const length = countBefore(tails, anchor.to);
    before.set(anchor, tails[length - 1]);
    tails[length] = anchor;
  }
  const chain: Anchor[] = [];
  for (let last = tails.at(-1); last !== undefined; last = before.get(last)) chain.push(last);
  return chain.reverse();
}

/** A file begins where it begins. */
const START: Anchor = { from: { line: 1, column: 0 }, to: { line: 1, column: 0 } };

export class LineMap {
  /** In order on both sides. */
  private readonly anchors: readonly Anchor[];

  constructor(chain: readonly Anchor[]) {
    this.anchors = [START, ...chain];
  }

  /** Which piece of the file this is in, on either side. */
  pieceOf(position: Position, side: keyof Anchor): number {
    let [low, high] = [0, this.anchors.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePositions((this.anchors[middle] as Anchor)[side], position) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /**
   * Where this position may lie on the other side: as far away as the anchor before it, or as the one after it. One
   * answer when they agree: nothing was edited in between.
   */
  translate(position: Position): Position[] {
    const piece = this.pieceOf(position, 'from');
    const before = along(this.anchors[piece] as Anchor, position);
    const next = this.anchors[piece + 1];
    const after = next === undefined ? before : along(next, position);
    return comparePositions(before, after) === 0 ? [before] : [before, after];
  }

  /** Nothing that both sides surely have is below this piece. */
  isLast(piece: number): boolean {
    return piece === this.anchors.length - 1;
  }

  /** Lines were added or taken away in this piece. */
  isEdited(piece: number): boolean {
    const [before, after] = [this.anchors[piece] as Anchor, this.anchors[piece + 1]];
    return after !== undefined && shiftOf(before) !== shiftOf(after);
  }
}

/** On the line of an anchor (all of a minified file is one) columns move as that does. */
function along(anchor: Anchor, { line, column }: Position): Position {
  const { from, to } = anchor;
  const sameLine = line === from.line && column > 0 && from.column > 0 && to.column > 0;
  return {
    line: line + shiftOf(anchor),
    column: sameLine ? Math.max(1, column + to.column - from.column) : column,
  };
}
