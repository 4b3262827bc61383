/**
 * Reads the text of `perf script` in pieces, with one pass over the bytes. docs/performance.md says what each trick
 * here gains.
 *
 * Form of the text: blocks of a header line and frame lines, leaf first, with a blank line between. What else has been
 * seen in the wild is listed in docs/formats.md and tried in test/profile/import-perf.test.ts.
 */
import { MANY_NODES } from '../call-trie.ts';
import { copyBytes } from '../copy-bytes.ts';
import type { IdentityRules } from '../identity/identity.ts';
import type { Profile } from '../profile.ts';
import { ProfileBuilder } from '../profile-builder.ts';
import { noComments, readComment } from './comments.ts';
import { type JitMaps, PerfFrames } from './frames.ts';
import { PerfHeader } from './header.ts';
import { commOf, type HeaderLine, PADDED_FRAME, parseFrameLine, parseHeaderLine, parseNameLine } from './line.ts';
import { LineBuffer } from './line-buffer.ts';
import { type PerfPart, PerfStore } from './sample-store.ts';
import { PerfStack } from './stack.ts';
import { PerfSymbols } from './symbols.ts';

export interface PerfOptions {
  /** Maps of JIT symbols; frames of generated code are then named by the newest entry at their address. */
  readonly jitMaps?: JitMaps;
  readonly rules?: IdentityRules;
  /** Leave samples of the idle CPU out, counted as `idle`. Default true. */
  readonly dropIdle?: boolean;
  /** Event to draw; by default the one about CPU time. */
  readonly event?: string;
  /** False: functions are the symbols as perf spells them, without tier, category and package. Default true. */
  readonly identify?: boolean;
}

const HASH = 0x23;
/** Events of which `-F +addr` prints a symbol for the address as well, in the form of a frame. */
const NAMES_DATA = /^(?:(?:page-|minor-|major-)?faults|branch)/;
/** A kernel comm has at most 15 bytes: a line feed in it makes a stray line before the header. */
const MAX_COMM = 15;

export class PerfScriptParser {
  private readonly options: PerfOptions;
  private readonly builder = new ProfileBuilder(MANY_NODES);
  private readonly store = new PerfStore(this.builder);
  private readonly symbols: PerfSymbols;
  private readonly window = new LineBuffer();
  private readonly stack: PerfStack;
  private readonly frames: PerfFrames;
  private readonly comments = noComments();
  private readonly header = new PerfHeader();

  /** A header was read whose sample is not stored yet. */
  private isOpen = false;
  /** The next line belongs to a stack. */
  private inStack = false;
  /** What is open has what looked like a frame in its header line: if frames follow, that was an address of data. */
  private hasInlineFrame = false;
  /** The stack being read has no header. */
  private orphan = false;
  private inCommentBlock = false;
  private stray = '';
  /** The line before this one is `stray`. */
  private strayBefore = false;
  /** The text has headers of the usual forms. */
  private sawHeader = false;

  // What the header of the sample being read said.
  private thread = 0;
  private event = 0;
  private time = Number.NaN;
  private period = 0;

  // The last header's, so that the next is compared and not decoded.
  private eventBytes: Uint8Array = new Uint8Array(0);
  private readonly threadOfTid = new Map<number, { readonly bytes: Uint8Array; readonly thread: number }>();

  constructor(options: PerfOptions = {}) {
    this.options = options;
    this.symbols = new PerfSymbols(options.rules);
    this.frames = new PerfFrames(this.symbols, options.jitMaps ?? new Map());
    this.stack = new PerfStack(this.window, this.frames);
  }

  /** Where the next piece of the text may be put, to be followed by `written`: saves a copy. Never empty. */
  room(): Uint8Array {
    return this.window.room();
  }

  /** Reads the `length` bytes that are in `room`. */
  written(length: number): void {
    this.window.written(length);
    this.readLines();
  }

  /** Reads a piece of the text; keeps nothing of `chunk`. */
  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      this.written(part.length);
      at += part.length;
    }
  }

  /** The end of a piece of text of which another parser reads the beginning and shall `absorb` this. */
  part(): PerfPart {
    this.endText();
    return this.store.part(this.symbols.list);
  }

  /**
   * Adds what another parser read: the text that follows, which begins after a blank line. To be called before
   * `finish`.
   */
  absorb(part: PerfPart): void {
    this.endText();
    this.store.absorb(part, this.symbols);
  }

  /** Works out the functions of what was read so far: `finish` does so too, but this can be done while waiting. */
  identify(): void {
    this.symbols.addTo(this.builder, this.options.identify ?? true);
  }

  /** The text is over. A last line without line feed counts when it is whole; else its sample is `truncated`. */
  finish(): Profile {
    this.endText();
    this.identify();
    return this.store.finish(this.comments, this.options.dropIdle ?? true, this.options.event);
  }

  private endText(): void {
    const { window } = this;
    if (window.end > window.start) this.lastLine();
    window.start = window.end;
    this.endSample();
  }

  private lastLine(): void {
    const { window } = this;
    const text = window.text(window.start, window.end);
    const frame = this.inStack ? parseFrameLine(text) : undefined;
    const header = this.inStack ? undefined : parseHeaderLine(text);
    // A frame that was cut off lacks its dso, unless the whole text has none.
    const isClosed = frame?.dso === undefined ? !this.frames.sawDso : text.trimEnd().endsWith(')');
    const whole = frame !== undefined && isClosed && frame.symbol !== '';
    if (whole || text.trim() === '' || header?.inlineFrame !== undefined) {
      window.addNewline();
      this.readLines();
    } else if (this.inStack && !this.orphan) {
      this.isOpen = false;
      this.store.drop('truncated');
    } else if (header?.time != null) {
      this.endSample();
      this.store.drop('truncated');
    }
  }

  /** All whole lines of the window. */
  private readLines(): void {
    const { window } = this;
    while (window.start < window.end) {
      if (this.inStack) {
        const found = this.stack.read();
        if (found === 'more') break;
        this.inStack = false;
        // A blank line after a header may have its frames behind it: that sample stays open.
        if (found === 'header' || this.stack.depth > 0 || this.orphan) this.endSample();
      } else {
        const newline = window.newline();
        if (newline < 0) break;
        this.readOutside(window.start, newline);
      }
    }
    window.dropEndlessLine();
  }

  /** Stores the sample that was read. */
  private endSample(): void {
    const { stack, store } = this;
    this.inStack = false;
    if (this.orphan) {
      this.orphan = false;
      store.drop('malformed');
    } else if (this.isOpen) {
      // First the node: what is recognised of a stack tells its process, too.
      const node = stack.node(this.builder.trie);
      if (stack.mapPid !== 0 && store.threads.pidOf(this.thread) === 0) store.threads.setPid(this.thread, stack.mapPid);
      store.add(this.time, this.thread, node, this.event, this.period, stack.jit);
    }
    this.isOpen = false;
    this.hasInlineFrame = false;
  }

  /** A line between two stacks. */
  private readOutside(from: number, newline: number): void {
    const { strayBefore } = this;
    this.strayBefore = false;
    this.window.start = newline + 1;
    if (newline === from) {
      if (this.hasInlineFrame) this.endSample();
      this.dropStray();
      return;
    }
    if (this.window.bytes[from] === HASH && this.readComment(from, newline)) return;
    if (this.header.read(this.window.bytes, from, newline)) {
      this.sawHeader = true;
      this.beginUsual(from);
      return;
    }
    const text = this.window.text(from, newline).trimEnd();
    if (text === '') {
      this.dropStray();
      return;
    }
    const header = parseHeaderLine(text);
    if (header !== undefined) {
      if (this.isRecordOfPerf(text)) return;
      this.sawHeader = true;
      this.begin(header);
    } else if (isSurelyFrame(text)) {
      this.window.start = from;
      const name = strayBefore && !this.sawHeader ? parseNameLine(this.stray) : undefined;
      if (name !== undefined) {
        this.stray = '';
        this.begin(name);
        return;
      }
      // Frames after a blank line: those of the header before it, when it has none yet.
      this.orphan = !this.isOpen;
      if (this.orphan) this.stack.open(0);
      else if (this.hasInlineFrame) this.openStack();
      this.inStack = true;
    } else if (!this.isRecordOfPerf(text)) {
      this.stray = text;
      this.strayBefore = true;
    }
  }

  /** What stands apart was no beginning of a name. */
  private dropStray(): void {
    this.stray = '';
  }

  /** True for a comment, false for a comm that begins with `#`. */
  private readComment(from: number, newline: number): boolean {
    const text = this.window.text(from, newline);
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
    const { header } = this;
    const buffer = this.window.bytes;
    this.endSample();
    this.time = header.time;
    this.period = header.period;
    if (!same(this.eventBytes, buffer, header.eventStart, header.eventEnd)) {
      this.eventBytes = copyBytes(buffer, header.eventStart, header.eventEnd);
      this.event = this.store.eventId(this.window.text(header.eventStart, header.eventEnd).replace(/:+$/, ''));
    }
    const isWhole = this.stray === '';
    const known = this.threadOfTid.get(header.tid);
    if (isWhole && known !== undefined && same(known.bytes, buffer, from, header.threadEnd)) {
      this.thread = known.thread;
    } else {
      this.thread = this.internThread(commOf(this.window.text(from, header.commEnd)), header.pid, header.tid);
      // The name of one that began on a line before is not in these bytes.
      if (isWhole)
        this.threadOfTid.set(header.tid, { bytes: copyBytes(buffer, from, header.threadEnd), thread: this.thread });
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
    this.stack.push(header.inlineFrame);
    if (!NAMES_DATA.test(header.event)) {
      this.endSample();
      return;
    }
    this.inStack = false;
    this.hasInlineFrame = true;
  }

  private openStack(): void {
    this.isOpen = true;
    this.hasInlineFrame = false;
    this.inStack = true;
    this.stack.open(this.store.threads.pidOf(this.thread));
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

/** `branches:uH:   jcc   411077 f+0xc7 (x.so) =>   411064 f+0xb4 (x.so)`: from where to where, not how long. */
const BRANCH = /^\s*\S*branches:\S*\s.*\s[0-9a-f]+ \S.*=>\s+[0-9a-f]+ \S/;

/** What an Intel PT or LBR trace prints: each jump, with no stack. Some other sample makes it a profile. */
function isBranchTrace(lines: readonly string[]): boolean {
  let branches = 0;
  for (const line of lines) {
    const time = /\d\.\d+:\s+(?:\d+\s+)?/.exec(line);
    if (time === null) continue;
    if (!BRANCH.test(line.slice(time.index + time[0].length))) return false;
    branches++;
  }
  return branches > 0;
}

/** A text is perf's when one of its first lines begins a sample in time, or a stack follows a header without time. */
export function isPerfScript(head: string): boolean {
  if (/^\ufeff?# ========\r?\n# captured on/.test(head)) return true;
  const lines = head.split('\n', DETECTION_LINES);
  if (isBranchTrace(lines)) return false;
  return lines.some((line, i) => {
    const header = parseHeaderLine(line.trimEnd());
    const next = lines[i + 1] ?? '';
    if (header !== undefined) {
      const isUsual = header.time !== null && header.tid >= 0;
      return isUsual || header.inlineFrame !== undefined || parseFrameLine(next)?.symbol !== undefined;
    }
    const isFrame = INDENTED_FRAME.test(next) || PADDED_FRAME.test(next);
    return isFrame && line.trim() !== '' && parseNameLine(line) !== undefined;
  });
}

/** A line outside of a stack that can be nothing but a frame. */
function isSurelyFrame(text: string): boolean {
  return /^\s*(?:0x)?[0-9a-f]+\s/.test(text) && (PADDED_FRAME.test(text) || (parseFrameLine(text)?.dso ?? '') !== '');
}

/** After a header that is nothing but a name, only a frame in full is proof. */
const INDENTED_FRAME = /^\s+[0-9a-f]{4,16} \S.* \((?:[/[.].*|inlined)\)\s*$/;

/** Comments and warnings before the first sample are fewer. */
const DETECTION_LINES = 400;
