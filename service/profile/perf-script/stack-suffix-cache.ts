/**
 * What followed a line, up to the end of its stack, the last time that line was read. Stacks differ near their leaf and
 * share their callers, addresses and all: where the same bytes follow again, that suffix of the stack is known at once,
 * and one comparison of some kB stands for some dozen lines. All bytes are compared, so it is never wrong.
 */
import { widened } from '../columns.ts';
import { JIT_RESOLUTIONS } from './frames.ts';
import type { LineBuffer } from './line-buffer.ts';

/**
 * Some thousand stacks; twice as much was not faster. When they are full, all is forgotten and learned again. The
 * system gives memory only for what is used.
 */
const MOST_BYTES = 1 << 22;
/** A suffix of fewer bytes is read by lines as quickly. */
const MIN_BYTES = 64;
/**
 * Perf pads addresses to 16 places behind a tab: the last digits, in which most lines differ, are in the 8 bytes from
 * here.
 */
const DIGITS = 9;

const COUNT_BITS = 8;
const MAX_COUNT = (1 << COUNT_BITS) - 1;

export class StackSuffixCache {
  /** By line: the place in `text` of what followed; 0: not known. */
  private at = new Int32Array(0);
  private size = new Int32Array(0);
  /** By line: the node that the frames behind it end in. */
  private nodes = new Int32Array(0);
  /** By line: JIT resolutions of the frames behind it, each counted in a byte. */
  private resolutions = new Int32Array(0);
  private pids = new Int32Array(0);
  private readonly text = Buffer.allocUnsafeSlow(MOST_BYTES);
  private readonly view = new DataView(this.text.buffer);
  private used = MIN_BYTES;

  /** Makes room for lines with ids below `length`. */
  reserve(length: number): void {
    if (length <= this.at.length) return;
    for (const name of ['at', 'size', 'nodes', 'resolutions', 'pids'] as const) {
      this[name] = widened(this[name], length);
    }
  }

  /** Ids of lines have a new meaning. */
  clear(): void {
    this.at.fill(0);
    this.used = MIN_BYTES;
  }

  /** Bytes from `from` on that are what followed `line` the last time; 0 when others are there. */
  match(line: number, window: LineBuffer, from: number): number {
    const at = this.at[line] as number;
    if (at === 0) return 0;
    const size = this.size[line] as number;
    if (from + size > window.end) return 0;
    if (window.view.getInt32(from + DIGITS, true) !== this.view.getInt32(at + DIGITS, true)) return 0;
    if (window.view.getInt32(from + DIGITS + 4, true) !== this.view.getInt32(at + DIGITS + 4, true)) return 0;
    return window.bytes.compare(this.text, at, at + size, from, from + size) === 0 ? size : 0;
  }

  /** The node of the frames that followed `line`. */
  node(line: number): number {
    return this.nodes[line] as number;
  }

  /** Pid in the name of the map that one of the frames lies in; 0: none. */
  mapPid(line: number): number {
    return this.pids[line] as number;
  }

  /** Adds the frames behind `line` to counts by resolution. */
  addResolutions(line: number, to: Int32Array): void {
    const resolutions = this.resolutions[line] as number;
    for (let resolution = 1; resolution < JIT_RESOLUTIONS.length; resolution++) {
      to[resolution] = (to[resolution] as number) + ((resolutions >>> ((resolution - 1) * COUNT_BITS)) & MAX_COUNT);
    }
  }

  /** `counts`, of one line, with one frame more; −1 when that is too many. */
  counted(counts: number, resolution: number): number {
    if (resolution === 0) return counts;
    const shift = (resolution - 1) * COUNT_BITS;
    return ((counts >>> shift) & MAX_COUNT) === MAX_COUNT ? -1 : counts + (1 << shift);
  }

  /** The counts of what followed `line`. */
  resolutionsOf(line: number): number {
    return this.resolutions[line] as number;
  }

  /** Copies a stack that was read; returns its place, for `note`. */
  keep(window: LineBuffer, from: number, to: number): number {
    if (this.used + to - from > MOST_BYTES) this.clear();
    const place = this.used;
    this.used += window.bytes.copy(this.text, place, from, to);
    return place;
  }

  /** What follows `line` from `at` on. */
  note(line: number, at: number, size: number, node: number, resolutions: number, pid: number): void {
    this.at[line] = size < MIN_BYTES ? 0 : at;
    this.size[line] = size;
    this.nodes[line] = node;
    this.resolutions[line] = resolutions;
    this.pids[line] = pid;
  }
}
