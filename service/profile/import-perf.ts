/**
 * Reads the text of `perf script` in pieces, with one pass over the bytes. docs/performance.md says what each trick here
 * gains.
 *
 * Form of the text: blocks of a header line and frame lines, leaf first, with a blank line between. What else has been
 * seen in the wild is listed in docs/formats.md and tried in test/profile/import-perf.test.ts.
 */
import type { IdentityRules } from './identity.ts';
import { LineCache } from './line-cache.ts';
import { noComments, readComment } from './perf-comments.ts';
import { JIT_FATES, type JitMaps, PerfFrames } from './perf-frames.ts';
import { PerfHeader } from './perf-header.ts';
import { type HeaderLine, parseFrameLine, parseHeaderLine } from './perf-line.ts';
import { type PerfPart, PerfStore } from './perf-store.ts';
import type { Profile } from './profile.ts';
import { ProfileBuilder } from './profile-builder.ts';

export interface PerfOptions {
  /** Maps of JIT symbols; frames of generated code are then named by the newest entry at their address. */
  readonly jitMaps?: JitMaps;
  readonly rules?: IdentityRules;
  /** Leave samples of the idle CPU out, counted as `idle`. Default true. */
  readonly dropIdle?: boolean;
  /** Event to draw; by default the one about CPU time. */
  readonly event?: string;
}

const NEWLINE = 0x0a;
const HASH = 0x23;
/** A chunk of the input and what is left of the line before it. Larger chunks were not faster. */
const BUFFER = 1 << 20;
/** A line longer than this is no line of perf (a symbol has some kB at most): it is skipped. */
const MAX_LINE = 1 << 19;
/** A kernel comm has at most 15 bytes: a line feed in it makes a stray line before the header. */
const MAX_COMM = 15;

/** Values of a cached line: a frame id (≥ 0), one of these, or a list of frames (≤ FIRST_LIST). */
const NOT_A_FRAME = -1;
const END_OF_STACK = -2;
const DEPENDS_ON_PID = -3;
const FIRST_LIST = -4;

/** One decoder for all: fatal never, so that any bytes can be read. */
const decoder = new TextDecoder();

export class PerfScriptParser {
  private readonly options: PerfOptions;
  private readonly builder = new ProfileBuilder();
  private readonly frames: PerfFrames;
  private readonly store = new PerfStore(this.builder);
  private readonly lines = new LineCache();
  private readonly comments = noComments();
  private readonly header = new PerfHeader();
  private readonly lists: (readonly number[])[] = [];
  private readonly perPid = new Map<string, { readonly value: number; readonly fate: number }>();

  private buffer: Uint8Array = new Uint8Array(BUFFER + 8);
  private view = new DataView(this.buffer.buffer);
  private start = 0;
  private end = 0;
  private skipping = false;

  /** A header was read whose sample is not stored yet. */
  private open = false;
  /** The next line belongs to a stack. */
  private inStack = false;
  /** The stack being read has no header. */
  private orphan = false;
  private inCommentBlock = false;
  private stray = '';

  // The sample being read: values of its lines, leaf first.
  private stack = new Int32Array(256);
  private depth = 0;
  private previous = 0;
  private readonly jit = new Int32Array(JIT_FATES.length);
  private mapPid = 0;
  private thread = 0;
  private event = 0;
  private time = Number.NaN;
  private period = 0;

  // The last header's, so that the next is compared and not decoded.
  private eventBytes: Uint8Array = new Uint8Array(0);
  private readonly threadOfTid = new Map<number, { readonly bytes: Uint8Array; readonly thread: number }>();

  constructor(options: PerfOptions = {}) {
    this.options = options;
    this.frames = new PerfFrames(this.builder, options.jitMaps ?? new Map(), options.rules);
  }

  /** Where the next bytes of the text may be written, to be followed by `taken`; saves a copy. Never empty. */
  room(): Uint8Array {
    if (this.start > 0) {
      this.buffer.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    return this.buffer.subarray(this.end, BUFFER);
  }

  /** Reads on after `length` bytes were written into `room()`. */
  taken(length: number): void {
    this.end += length;
    this.readLines();
    if (this.start === 0 && this.end > MAX_LINE) {
      this.skipping = true;
      this.end = 0;
    }
  }

  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      this.taken(part.length);
      at += part.length;
    }
  }

  /** The end of a piece of text of which another parser reads the beginning and shall `absorb` this. */
  part(): PerfPart {
    this.endText();
    return this.store.part();
  }

  /** Adds what another parser read: the text that follows, which begins after a blank line. To be called before `finish`. */
  absorb(part: PerfPart): void {
    this.endText();
    this.store.absorb(part);
  }

  /** The text is over. A last line without line feed counts when it is whole; else its sample is `truncated`. */
  finish(): Profile {
    this.endText();
    return this.store.finish(this.comments, this.options.dropIdle ?? true, this.options.event);
  }

  private endText(): void {
    if (this.end > this.start && !this.skipping) this.lastLine();
    this.start = this.end;
    this.endSample();
  }

  private lastLine(): void {
    const text = this.text(this.start, this.end);
    const whole = this.inStack ? parseFrameLine(text)?.dso !== undefined || text.trim() === '' : false;
    const header = this.inStack ? undefined : parseHeaderLine(text);
    if (whole || header?.inlineFrame !== undefined) {
      this.room();
      this.buffer[this.end++] = NEWLINE;
      this.readLines();
    } else if (this.inStack && !this.orphan) {
      this.discard();
    } else if (header?.time != null) {
      this.endSample();
      this.store.drop('truncated');
    }
  }

  /** The sample being read lost a part of its stack. */
  private discard(): void {
    this.store.drop('truncated');
    this.open = false;
    this.inStack = false;
    this.depth = 0;
  }

  private text(from: number, to: number): string {
    return decoder.decode(this.buffer.subarray(from, to));
  }

  /** All whole lines between `start` and `end`. */
  private readLines(): void {
    if (this.skipping) {
      const newline = this.buffer.indexOf(NEWLINE, this.start);
      this.start = newline < 0 || newline >= this.end ? this.end : newline + 1;
      this.skipping = this.start === this.end && (newline < 0 || newline >= this.end);
    }
    while (this.start < this.end) {
      if (this.inStack) {
        if (!this.readStack()) return;
      } else {
        const newline = this.buffer.indexOf(NEWLINE, this.start);
        if (newline < 0 || newline >= this.end) return;
        this.readOutside(this.start, newline);
      }
    }
  }

  /**
   * Frame lines up to the end of the stack or of the buffer (then false). The hot loop: the next line is guessed to be
   * the one that followed the last one before, and compared in words; only a wrong guess is hashed and looked up.
   */
  private readStack(): boolean {
    const { buffer, view, end, lines } = this;
    let { next, size, offset, value, mark } = lines;
    let cache = lines.view;
    let { stack, depth, previous } = this;
    let at = this.start;
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
      } else if (length !== 1 || buffer[at] !== NEWLINE) length = 0;

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
        while (i < end && buffer[i] !== NEWLINE) hash = Math.imul(hash ^ (buffer[i++] as number), 0x01000193);
        if (i >= end) break;
        length = i + 1 - at;
        hash ^= hash >>> 13;
        id = lines.find(buffer, at, length, hash);
        if (id === 0) {
          this.depth = depth;
          this.stack = stack;
          const generation = lines.generation;
          id = this.learn(at, length, hash);
          if (id < 0) {
            // A header without a blank line before it: the stack is over, the line is read again as a header.
            this.start = at;
            this.endSample();
            return true;
          }
          ({ next, size, offset, value, mark } = lines);
          cache = lines.view;
          if (lines.generation !== generation) previous = 0;
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
      if (what === NOT_A_FRAME) continue;
      if (depth === stack.length) {
        const wider = new Int32Array(depth * 2);
        wider.set(stack);
        stack = wider;
      }
      const note = mark[id] as number;
      if (note !== 0) {
        this.jit[note & 7] = (this.jit[note & 7] as number) + 1;
        if (note > 7) this.mapPid = note >>> 3;
      }
      stack[depth++] = what === DEPENDS_ON_PID ? this.valueForPid(at - length, length) : what;
    }
    this.start = at;
    this.stack = stack;
    this.depth = depth;
    this.previous = previous;
    if (!done) return false;
    this.inStack = false;
    if (depth > 0 || this.orphan) this.endSample();
    return true;
  }

  /** Works out what a line within a stack is; −1 when it is the header of the next sample. */
  private learn(at: number, length: number, hash: number): number {
    const text = this.text(at, at + length - 1).trimEnd();
    const frame = parseFrameLine(text);
    // Only a line without `(dso)` or at the margin can be a header: those are few.
    if (text !== '' && (frame?.dso === undefined || !/^\s/.test(text)) && parseHeaderLine(text) !== undefined)
      return -1;
    const { lines } = this;
    const id = lines.add(this.buffer, at, length, hash);
    if (text === '') lines.value[id] = END_OF_STACK;
    else if (frame === undefined) lines.value[id] = NOT_A_FRAME;
    else if (this.frames.dependsOnPid(frame)) lines.value[id] = DEPENDS_ON_PID;
    else {
      const resolved = this.frames.resolve(frame, 0);
      lines.value[id] = this.valueOf(resolved.frames);
      lines.mark[id] = resolved.fate | (resolved.pid << 3);
    }
    return id;
  }

  private valueOf(frames: readonly number[]): number {
    return frames.length === 1 ? (frames[0] as number) : FIRST_LIST - (this.lists.push(frames) - 1);
  }

  /** A frame that only the map of the sample's process can name. */
  private valueForPid(at: number, length: number): number {
    const pid = this.store.threads.pidOf(this.thread);
    const text = this.text(at, at + length - 1);
    const key = `${pid} ${text}`;
    let known = this.perPid.get(key);
    if (known === undefined) {
      const frame = parseFrameLine(text);
      const resolved = frame === undefined ? { frames: [], fate: 0 } : this.frames.resolve(frame, pid);
      known = { value: this.valueOf(resolved.frames), fate: resolved.fate };
      this.perPid.set(key, known);
    }
    this.jit[known.fate] = (this.jit[known.fate] as number) + 1;
    return known.value;
  }

  /** Puts the sample that was read into the tree, root first. */
  private endSample(): void {
    const { stack, depth } = this;
    this.depth = 0;
    this.inStack = false;
    if (this.orphan) {
      this.orphan = false;
      this.store.drop('malformed');
    } else if (this.open) {
      const { trie } = this.builder;
      let node = 0;
      for (let i = depth - 1; i >= 0; i--) {
        const what = stack[i] as number;
        if (what >= 0) node = trie.child(node, what);
        else for (const frame of this.lists[FIRST_LIST - what] as readonly number[]) node = trie.child(node, frame);
      }
      if (this.mapPid !== 0 && this.store.threads.pidOf(this.thread) === 0) {
        this.store.threads.setPid(this.thread, this.mapPid);
      }
      this.store.add(this.time, this.thread, node, this.event, this.period, this.jit);
    }
    this.open = false;
    this.mapPid = 0;
    this.jit.fill(0);
  }

  /** A line between two stacks. */
  private readOutside(from: number, newline: number): void {
    this.start = newline + 1;
    if (newline === from) return;
    if (this.buffer[from] === HASH && this.readComment(from, newline)) return;
    if (this.header.read(this.buffer, from, newline)) {
      this.beginUsual(from);
      return;
    }
    const text = this.text(from, newline).trimEnd();
    if (text === '') return;
    const header = parseHeaderLine(text);
    if (header !== undefined) {
      if (!this.isRecordOfPerf(text)) this.begin(header);
    } else if (/^\s*(?:0x)?[0-9a-f]+\s/.test(text) && (parseFrameLine(text)?.dso ?? '') !== '') {
      // Frames after a blank line: those of the header before it, when it has none yet.
      this.inStack = true;
      this.orphan = !this.open;
      this.start = from;
      this.previous = 0;
    } else if (!this.isRecordOfPerf(text)) this.stray = text;
  }

  /** True for a comment, false for a comm that begins with `#`. */
  private readComment(from: number, newline: number): boolean {
    const text = this.text(from, newline);
    if (text.startsWith('# ====')) this.inCommentBlock = !this.inCommentBlock;
    else if (!this.inCommentBlock && parseHeaderLine(text)?.time != null) return false;
    else readComment(text, this.comments);
    return true;
  }

  /** `PERF_RECORD_LOST lost 12` and the other records that perf shows on request: no samples. */
  private isRecordOfPerf(text: string): boolean {
    if (!text.includes('PERF_RECORD_')) return false;
    const lost = /PERF_RECORD_LOST(?:_SAMPLES)?:? lost (\d{1,15})/.exec(text);
    if (lost !== null) this.store.addLost(Number(lost[1]));
    return true;
  }

  private beginUsual(from: number): void {
    const { header, buffer } = this;
    this.endSample();
    this.time = header.time;
    this.period = header.period;
    if (!same(this.eventBytes, buffer, header.eventStart, header.eventEnd)) {
      this.eventBytes = buffer.slice(header.eventStart, header.eventEnd);
      this.event = this.store.eventId(decoder.decode(this.eventBytes).replace(/:+$/, ''));
    }
    const known = this.threadOfTid.get(header.tid);
    if (this.stray === '' && known !== undefined && same(known.bytes, buffer, from, header.threadEnd)) {
      this.thread = known.thread;
    } else {
      this.thread = this.internThread(this.text(from, header.commEnd), header.pid, header.tid);
      this.threadOfTid.set(header.tid, { bytes: buffer.slice(from, header.threadEnd), thread: this.thread });
    }
    this.openStack();
  }

  private begin(header: HeaderLine): void {
    this.endSample();
    this.time = header.time ?? Number.NaN;
    this.period = header.period ?? 0;
    this.event = this.store.eventId(header.event);
    this.eventBytes = new Uint8Array(0);
    this.thread = this.internThread(header.comm, header.pid ?? 0, header.tid);
    this.openStack();
    if (header.inlineFrame === undefined) return;
    const frame = parseFrameLine(header.inlineFrame);
    if (frame !== undefined) {
      const resolved = this.frames.resolve(frame, header.pid ?? 0);
      this.stack[0] = this.valueOf(resolved.frames);
      this.depth = 1;
      this.jit[resolved.fate] = 1;
    }
    this.endSample();
  }

  private openStack(): void {
    this.open = true;
    this.inStack = true;
    this.previous = 0;
  }

  private internThread(comm: string, pid: number, tid: number): number {
    const { stray } = this;
    this.stray = '';
    const whole = stray !== '' && stray.length + comm.length < MAX_COMM ? `${stray}\n${comm}` : comm;
    return this.store.threads.intern(whole, pid, tid);
  }
}

/** Whether `bytes` are those of `text` between `from` and `to`. */
function same(bytes: Uint8Array, text: Uint8Array, from: number, to: number): boolean {
  if (bytes.length !== to - from) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== text[from + i]) return false;
  return true;
}

/** A text is perf's when one of its first lines begins a sample in time, or a stack follows a header without time. */
export function isPerfScript(head: string): boolean {
  if (/^\ufeff?# ========\r?\n# captured on/.test(head)) return true;
  const lines = head.split('\n', DETECTION_LINES);
  return lines.some((line, i) => {
    const header = parseHeaderLine(line.trimEnd());
    if (header === undefined) return false;
    return header.time !== null || parseFrameLine(lines[i + 1] ?? '')?.symbol !== undefined;
  });
}

/** Comments and warnings before the first sample are fewer. */
const DETECTION_LINES = 400;
