/**
 * The frame lines of one sample of `perf script` text, read as bytes. docs/performance.md says what each trick gains.
 */
import type { CallTrie } from '../call-trie.ts';
import { checkLength, widened } from '../columns.ts';
import { DEPENDS_ON_PID, END_OF_STACK, FrameLines, NOT_A_FRAME } from './frame-lines.ts';
import { JIT_RESOLUTIONS, type PerfFrames } from './frames.ts';
import type { LineBuffer } from './line-buffer.ts';
import { StackSuffixCache } from './stack-suffix-cache.ts';

const NEWLINE = 0x0a;

/** The kernel records 127 by default, and unwinding in perf a few thousand. */
const MOST_FRAMES = 1 << 20;

/** Up to this depth every other line is tried as the last that is new. */
const OFTEN_TRIED = 32;

/** A stack that was recognised at one of its first lines is not worth keeping once more. */
const KEPT_DEPTH = 8;

export class PerfStack {
  private readonly window: LineBuffer;
  private readonly lines: FrameLines;
  /** Values of the lines of the sample, leaf first. */
  private stack = new Int32Array(256);
  /** The same lines, by id, and where each ends in the window. */
  private lineIds = new Int32Array(256);
  private lineEnds = new Int32Array(256);
  private readonly suffixes = new StackSuffixCache();
  /** The line behind which the stack went on as it did before; 0: none, all lines were read. */
  private suffix = 0;
  /**
   * Where in the window the stack begins; −1 when it is not there as a whole, or more than frames that stand for
   * themselves.
   */
  private from = 0;
  private previous = 0;
  /** Lines read of this sample. */
  depth = 0;
  /** Frames of this sample by resolution, `JIT_RESOLUTIONS` order. */
  readonly jit: Int32Array = new Int32Array(JIT_RESOLUTIONS.length);
  /** Pid in the name of a map that a frame lies in; 0: none. */
  mapPid = 0;
  /** Of the sample, 0: not known. */
  private pid = 0;

  constructor(window: LineBuffer, frames: PerfFrames) {
    this.window = window;
    this.lines = new FrameLines(window, frames);
  }

  /** A sample begins. */
  open(pid: number): void {
    this.pid = pid;
    this.previous = 0;
    this.depth = 0;
    this.mapPid = 0;
    this.suffix = 0;
    this.from = this.window.start;
    this.jit.fill(0);
  }

  /** Adds a frame that stands in the header line. */
  push(line: string): void {
    const known = this.lines.parsed(line, this.pid);
    if (known === undefined) return;
    // No line that others could follow.
    this.from = -1;
    this.stack[this.depth++] = known.value;
    this.jit[known.resolution] = (this.jit[known.resolution] as number) + 1;
  }

  /**
   * Reads frame lines up to the `end` of the stack, to a `header` that follows without blank line, or to the end of the
   * window (`more`). The hot loop, long because calls and fields would cost half of its speed: the next line is guessed
   * to be the one that followed this one the last time and compared in words; only a wrong guess is hashed and looked
   * up.
   */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the hot loop, see above
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: likewise
  read(): 'more' | 'end' | 'header' {
    const { lines, window } = this;
    const known = lines.cache;
    // The bytes may have been moved since the header, and frames may come behind a blank line.
    if (this.from >= 0) this.from = window.start;
    const { bytes, view, end } = window;
    let { next, size, offset, value, mark } = known;
    let cache = known.view;
    let { stack, lineIds, lineEnds, depth, previous } = this;
    const { suffixes } = this;
    let at = window.start;
    let done = false;
    while (at < end) {
      let id = next[previous] as number;
      let length = size[id] as number;
      if (length > 8 && at + length <= end) {
        // Compare 8 bytes a step; the last step overlaps the one before instead of running over the line's end.
        const last = at + length - 8;
        let from = offset[id] as number;
        let i = at;
        for (; i < last; i += 8, from += 8) {
          if (view.getInt32(i, true) !== cache.getInt32(from, true)) break;
          if (view.getInt32(i + 4, true) !== cache.getInt32(from + 4, true)) break;
        }
        if (i < last) length = 0;
        else {
          from = (offset[id] as number) + length - 8;
          if (view.getInt32(last, true) !== cache.getInt32(from, true)) length = 0;
          else if (view.getInt32(last + 4, true) !== cache.getInt32(from + 4, true)) length = 0;
        }
      } else if (length !== 1 || bytes[at] !== NEWLINE) length = 0;

      if (length === 0) {
        // Wrong guess: find the end of the line, hashing 4 bytes a step on the way.
        let hash = 0x811c9dc5;
        let i = at;
        for (; i + 4 <= end; i += 4) {
          const word = view.getInt32(i, true);
          const zeroes = word ^ 0x0a0a0a0a;
          if (((zeroes - 0x01010101) & ~zeroes & 0x80808080) !== 0) break;
          hash = Math.imul(hash ^ word, 0x01000193);
          hash ^= hash >>> 15;
        }
        while (i < end && bytes[i] !== NEWLINE) hash = Math.imul(hash ^ (bytes[i++] as number), 0x01000193);
        if (i >= end) break;
        length = i + 1 - at;
        hash ^= hash >>> 13;
        id = known.find(view, at, length, hash);
        if (id === 0) {
          this.depth = depth;
          const { generation } = known;
          id = lines.learn(at, length, hash);
          if (id < 0) {
            // A header without a blank line before it: the stack is over, the line is read again as a header. Where the
            // next stack ends cannot be told from this one.
            this.from = -1;
            window.start = at;
            return 'header';
          }
          ({ next, size, offset, value, mark } = known);
          cache = known.view;
          if (known.generation !== generation) {
            previous = 0;
            this.from = -1;
            suffixes.clear();
          }
          suffixes.reserve(offset.length);
        }
        next[previous] = id;
      }

      at += length;
      const what = value[id] as number;
      if (what === END_OF_STACK) {
        done = true;
        break;
      }
      previous = id;
      if (what === NOT_A_FRAME) {
        this.from = -1;
        continue;
      }
      if (depth === stack.length) {
        this.widen();
        ({ stack, lineIds, lineEnds } = this);
      }
      const note = mark[id] as number;
      if (note !== 0) {
        this.jit[note & 7] = (this.jit[note & 7] as number) + 1;
        if (note > 7) this.mapPid = note >>> 3;
      }
      lineIds[depth] = id;
      lineEnds[depth] = at;
      if (what === DEPENDS_ON_PID) {
        this.from = -1;
        const { value: ofPid, resolution } = lines.forPid(at - length, length, this.pid);
        this.jit[resolution] = (this.jit[resolution] as number) + 1;
        stack[depth++] = ofPid;
      } else stack[depth++] = what;
      // At depths 1, 2, 4, 6, …, 32, 64, 128, …: a try costs as much as a line, and in recursion as much as the stack.
      if ((depth & (depth <= OFTEN_TRIED ? 1 : depth - 1)) !== 0 && depth > 1) continue;
      const rest = suffixes.match(id, window, at);
      if (rest === 0) continue;
      at += rest;
      this.suffix = id;
      done = true;
      break;
    }
    window.start = at;
    if (!done) this.from = -1;
    this.depth = depth;
    this.previous = previous;
    return done ? 'end' : 'more';
  }

  /** The node of the stack that was read. */
  node(trie: CallTrie): number {
    const { stack, suffixes, suffix, depth } = this;
    let node = 0;
    if (suffix !== 0) {
      node = suffixes.node(suffix);
      suffixes.addResolutions(suffix, this.jit);
      this.mapPid = suffixes.mapPid(suffix) || this.mapPid;
    }
    if (this.from >= 0 && (suffix === 0 || depth > KEPT_DEPTH)) return this.keep(trie, node);
    for (let i = depth - 1; i >= 0; i--) node = this.lines.child(trie, node, stack[i] as number);
    return node;
  }

  /** As `node`, and notes what follows each line. */
  private keep(trie: CallTrie, first: number): number {
    const { stack, lineIds, lineEnds, suffixes, suffix, window, lines } = this;
    const to = window.start;
    const place = suffixes.keep(window, this.from, to) - this.from;
    let node = first;
    let resolutions = suffix === 0 ? 0 : suffixes.resolutionsOf(suffix);
    let pid = suffix === 0 ? 0 : suffixes.mapPid(suffix);
    for (let i = this.depth - 1; i >= 0; i--) {
      const line = lineIds[i] as number;
      const end = lineEnds[i] as number;
      if (resolutions >= 0 && line !== suffix) suffixes.note(line, place + end, to - end, node, resolutions, pid);
      node = lines.child(trie, node, stack[i] as number);
      const mark = lines.cache.mark[line] as number;
      if (resolutions >= 0) resolutions = suffixes.counted(resolutions, mark & 7);
      if (pid === 0) pid = mark >>> 3;
    }
    return node;
  }

  private widen(): void {
    checkLength(this.stack.length, MOST_FRAMES, 'frames in a stack');
    for (const name of ['stack', 'lineIds', 'lineEnds'] as const) {
      this[name] = widened(this[name], this[name].length * 2);
    }
  }
}
