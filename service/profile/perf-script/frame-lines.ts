/** What the distinct lines within stacks of `perf script` text mean: worked out when a line is first seen. */

import type { CallTrie } from '../call-trie.ts';
import { SymbolLineCache } from './frame-line-by-symbol-cache.ts';
import type { PerfFrames } from './frames.ts';
import { type FrameLine, parseFrameLine, parseHeaderLine } from './line.ts';
import type { LineBuffer } from './line-buffer.ts';
import { LineCache } from './line-cache.ts';

/** Values of a cached line: a frame id (≥ 0), one of these, or a list of frames (≤ FIRST_LIST). */
export const NOT_A_FRAME = -1;
export const END_OF_STACK = -2;
export const DEPENDS_ON_PID = -3;
const FIRST_LIST = -4;

/** Where another text with its header begins. */
const COMMENT_BLOCK = '# ====';
const DATA_ADDRESS = /^\s*[0-9a-f]+(?: \d+[KMGT]?)*$/;

/**
 * Few lines are worth the trouble: those without `(dso)`, at the margin, or of a process whose name is a hexadecimal
 * number.
 */
function mayBeHeader(text: string, frame: FrameLine | undefined): boolean {
  return frame?.dso === undefined || !/^\s/.test(text) || /^\d[\d/]*\s+(?:\[\d+\]\s+)?\d+\.\d/.test(frame.symbol);
}

export class FrameLines {
  /**
   * Values and marks of the lines seen so far. A mark: resolution of the frame, 3 bits, and above them the pid of its
   * map.
   */
  readonly cache: LineCache = new LineCache();
  private readonly window: LineBuffer;
  private readonly frames: PerfFrames;
  private readonly symbolLines = new SymbolLineCache();
  /** Frames of lines that are several: inlined methods. */
  private readonly lists: (readonly number[])[] = [];
  private readonly perPid = new Map<string, { readonly value: number; readonly resolution: number }>();

  constructor(window: LineBuffer, frames: PerfFrames) {
    this.window = window;
    this.frames = frames;
  }

  /** Works out what a line within a stack is; −1 when it is the header of the next sample. */
  learn(at: number, length: number, hash: number): number {
    const { symbolLines, cache, frames, window } = this;
    if (!symbolLines.read(window.bytes, at, length)) return this.learnText(at, length, hash);
    let what = symbolLines.find(window.view);
    if (what === 0) {
      const symbol = window.text(symbolLines.symbolStart, symbolLines.symbolEnd);
      const dso = window.text(symbolLines.fileStart, symbolLines.fileEnd);
      if (frames.dependsOnAddress(symbol, dso)) return this.learnText(at, length, hash);
      const resolved = frames.resolve({ address: -1, symbol, dso }, 0);
      what = symbolLines.add(this.valueOf(resolved.frames), resolved.resolution | (resolved.pid << 3));
    }
    const id = cache.add(window.view, at, length, hash);
    cache.value[id] = symbolLines.value(what);
    cache.mark[id] = symbolLines.mark(what);
    return id;
  }

  /** As `learn`, of any line. */
  private learnText(at: number, length: number, hash: number): number {
    const text = this.window.text(at, at + length - 1).trimEnd();
    const frame = this.frameOf(text);
    if (text !== '' && mayBeHeader(text, frame) && (text.startsWith(COMMENT_BLOCK) || parseHeaderLine(text))) return -1;
    const { cache } = this;
    const id = cache.add(this.window.view, at, length, hash);
    if (text === '') cache.value[id] = END_OF_STACK;
    else if (frame === undefined) cache.value[id] = NOT_A_FRAME;
    else if (this.frames.dependsOnPid(frame)) cache.value[id] = DEPENDS_ON_PID;
    else {
      const resolved = this.frames.resolve(frame, 0);
      cache.value[id] = this.valueOf(resolved.frames);
      cache.mark[id] = resolved.resolution | (resolved.pid << 3);
    }
    return id;
  }

  /** Behind frames with a file, an address alone is what `-F +phys_addr,data_page_size` prints: no frame. */
  private frameOf(text: string): FrameLine | undefined {
    const frame = parseFrameLine(text);
    return frame?.dso === undefined && this.frames.sawDso && DATA_ADDRESS.test(text) ? undefined : frame;
  }

  private valueOf(frames: readonly number[]): number {
    return frames.length === 1 ? (frames[0] as number) : FIRST_LIST - (this.lists.push(frames) - 1);
  }

  /** A frame that only the map of the process `pid` can name: its value and its resolution. */
  forPid(at: number, length: number, pid: number): { readonly value: number; readonly resolution: number } {
    const text = this.window.text(at, at + length - 1);
    const key = `${pid} ${text}`;
    let known = this.perPid.get(key);
    if (known === undefined) {
      known = this.parsed(text, pid) ?? { value: this.valueOf([]), resolution: 0 };
      this.perPid.set(key, known);
    }
    return known;
  }

  /** The same for a line that is not remembered; undefined when it is not a frame. */
  parsed(text: string, pid: number): { readonly value: number; readonly resolution: number } | undefined {
    const frame = parseFrameLine(text);
    if (frame === undefined) return undefined;
    const resolved = this.frames.resolve(frame, pid);
    return { value: this.valueOf(resolved.frames), resolution: resolved.resolution };
  }

  /** The node below `parent` that a value, which is not a mark, leads to. */
  child(trie: CallTrie, parent: number, value: number): number {
    if (value >= 0) return trie.child(parent, value);
    let node = parent;
    for (const frame of this.lists[FIRST_LIST - value] as readonly number[]) node = trie.child(node, frame);
    return node;
  }
}
