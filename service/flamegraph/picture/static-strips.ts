/** Narrow frames of static pictures: neighbours share strips. All lengths are tenths of px. */

/** Frames narrower than this that touch are one strip: what a screen shows of them is a blend in any case. */
const BLENDED = 10;
/** Strips begin and end at half px: finer is not seen, and takes a third more. */
const GRID = 5;

export interface Strip {
  readonly y: number;
  readonly left: number;
  right: number;
  /** That of the widest frame in it. */
  fill: number;
  widest: number;
}

function snap(length: number): number {
  return Math.round(length / GRID) * GRID;
}

/** Takes narrow frames in the order of drawing, so from left to right in each row. */
export class Strips {
  /** By fill. */
  readonly closed = new Map<number, Strip[]>();
  /** By row: the strip that the next frame may join. */
  private readonly open: (Strip | undefined)[] = [];

  add(row: number, y: number, from: number, to: number, fill: number): void {
    const width = to - from;
    const [left, right] = [snap(from), Math.max(snap(to), snap(from) + GRID)];
    const strip = this.open[row];
    if (strip !== undefined && strip.right >= left) {
      // Hidden behind its neighbour, which was rounded up.
      if (right <= strip.right) return;
      if (strip.widest < BLENDED && width < BLENDED) {
        strip.right = right;
        if (width > strip.widest) Object.assign(strip, { fill, widest: width });
        return;
      }
    }
    this.close(row);
    this.open[row] = { y, left: Math.max(left, strip?.right ?? 0), right, fill, widest: width };
  }

  /** To be called once, behind the last frame. */
  finish(): void {
    for (let row = 0; row < this.open.length; row++) this.close(row);
  }

  private close(row: number): void {
    const strip = this.open[row];
    if (strip === undefined) return;
    const known = this.closed.get(strip.fill);
    if (known === undefined) this.closed.set(strip.fill, [strip]);
    else known.push(strip);
  }
}

/** Tenths of px → shortest text. */
export function tenths(value: number): string {
  const whole = Math.trunc(value / 10);
  const rest = Math.abs(value % 10);
  if (rest === 0) return `${whole}`;
  return whole === 0 ? `${value < 0 ? '-' : ''}.${rest}` : `${whole}.${rest}`;
}

/**
 * Path data for a stroke as wide as a row is high. Strips of one row after the other, each told from where the one
 * before ended: a third of what rectangles would take.
 */
export function stripPath(strips: readonly Strip[], height: number): string {
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
