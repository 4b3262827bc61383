/**
 * Folded stacks: lines `root;…;leaf COUNT`, as FlameGraph's collapsers write them, also with the process as
 * `name-PID` or `name-PID/TID` in front, and in difffolded.pl's form with two counts.
 */
import { AppError } from '../../shared/errors.ts';
import { FloatColumn, IntColumn } from '../columns.ts';
import { copyBytes } from '../copy-bytes.ts';
import { SUMS_WARNING, WEIGHT, WeightKind } from '../formats/weight-kind.ts';
import { WeightedSamples } from '../formats/weighted-samples.ts';
import { type Identified, type IdentityRules, identify } from '../identity/identity.ts';
import { INLINED } from '../perf-script/line.ts';
import type { Profile } from '../profile.ts';
import { NO_FACTS, ProfileBuilder } from '../profile-builder.ts';
import { FoldedLineParser, type FrameOwner, plainLine } from './folded-line-parser.ts';

export interface FoldedInput {
  /** Of two columns, which to draw: 1 before, 2 after (default), as flamegraph.pl does. */
  readonly column?: 1 | 2;
  /** Leave out stacks that end in V8's `(idle)`, counted as `idle`. Default true. */
  readonly dropIdle?: boolean;
  readonly rules?: IdentityRules;
}

const NEWLINE = 0x0a;
const HASH = 0x23;
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const ENCODER = new TextEncoder();

/** Before the first stack. */
const COMMENT = /^(?:#|\/\/)/;
/** Behind it, where a process may begin with `#`: `# duration: 23873`. */
const FACT = /^# [a-z][\w -]*: [^;]*$/i;

const NUMBER = '\\d+(?:\\.\\d*)?(?:e[+-]?\\d+)?';
const LINE = new RegExp(`^(.*?)\\s+(${NUMBER})(?:\\s+(${NUMBER}))?\\s*$`, 'is');

/** Root written by `stackcollapse-perf.pl --pid` or `--tid`. */
const PROCESS = /^(.*)-(\d{1,10}|\?)(?:\/(\d{1,10}))?$/s;

/** `parse (src/app.js:5:63)`: our canonical names, and what other tools of JavaScript print. */
const PLACED = /^(.*?) ?\(((?:file:|node:|\/)[^()]*?|[^()\s]+\.[cm]?[jt]sx?):(\d+)(?::(\d+))?\)$/s;

/** A stack of 4,000 names of 4 kB. A line without an end must not fill the memory. */
const MAX_LINE = 1 << 24;

/** At most this much of an offending line is shown. */
const SHOWN = 120;

/** So many stacks decide whether lines have two counts: one line alone may end in a name that ends in a number. */
const DECIDING = 50;

/**
 * Up to a third of the lines may be damaged (two writers of one file, a copy that was cut off): they are counted as
 * `malformed`. With more the text is something else, or a count is missing everywhere.
 */
const MALFORMED_SHARE = 1 / 3;

/** A frame of folded text; the marks `_[k] _[j] _[i] _[w] _[0]` of several collapsers say what kind it is. */
export function identifyFolded(text: string, rules: IdentityRules | undefined): Identified {
  const mark = /_\[([a-z0-9])\]$/.exec(text);
  const name = mark === null ? text : text.slice(0, -4);
  const module = mark?.[1] === 'k' ? '[kernel.kallsyms]' : mark?.[1] === 'j' ? '[JIT]' : '';
  const placed = PLACED.exec(name);
  if (placed !== null) {
    const [, fn, file, line, column] = placed as unknown as [string, string, string, string, string | undefined];
    const plain = /^\((?:anonymous|module)\)$/.test(fn) ? '' : fn;
    const found = identify(`JS:${plain} ${file}:${line}${column === undefined ? '' : `:${column}`}`, '', rules);
    return { ...found, tier: 'none' };
  }
  const file = /^\[(.+)\]$/s.exec(name)?.[1];
  if (file === undefined || file === 'unknown') return identify(name, module, rules);
  return identify('[unknown]', /^(?:perf-\d+\.map|[\w.+-]+)$/.test(file) && file.includes('.') ? file : name, rules);
}

/** Reads folded text piece by piece. */
export class FoldedParser {
  private readonly builder = new ProfileBuilder();
  private readonly input: FoldedInput;
  private readonly frames = new Map<string, number>();
  private readonly threads = new Map<string, number>();
  private readonly stacks: FoldedLineParser;
  /** A row a line that counts. */
  private readonly rows = { node: new IntColumn(), thread: new IntColumn(), value: new FloatColumn() };
  /** Pieces of a line whose end has not come yet, and their bytes; of a line that is too long only the beginning. */
  private rest: Uint8Array[] = [];
  private restBytes = 0;
  private lineNumber = 0;
  /** Undefined until enough lines were seen. */
  private twoColumns: boolean | undefined;
  private undecided: { readonly line: string; readonly number: number }[] = [];
  /** Lines with a count, those of 0 included. */
  private good = 0;
  private malformed = 0;
  private firstMalformed: AppError | undefined;
  private readonly kind = new WeightKind();

  constructor(input: FoldedInput = {}) {
    this.input = input;
    const owner: FrameOwner = {
      frame: (text) => this.frame(text),
      root: (text) => {
        const process = PROCESS.exec(text);
        return { thread: this.thread(process), isProcess: process !== null };
      },
      child: (node, frame) => this.builder.child(node, frame),
    };
    this.stacks = new FoldedLineParser(owner);
  }

  write(chunk: Uint8Array): void {
    let from = 0;
    if (this.rest.length > 0) {
      from = chunk.indexOf(NEWLINE) + 1;
      this.keepRest(chunk, 0, from === 0 ? chunk.length : from - 1);
      if (from === 0) return;
      this.takeRest();
    }
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = chunk.indexOf(NEWLINE, from); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.bytes(chunk, view, from, end);
      from = end + 1;
    }
    if (from < chunk.length) this.keepRest(chunk, from, chunk.length);
  }

  /** Copies, as the chunk's memory may be used again. */
  private keepRest(chunk: Uint8Array, from: number, to: number): void {
    if (this.restBytes <= MAX_LINE) this.rest.push(copyBytes(chunk, from, to));
    this.restBytes += to - from;
  }

  finish(): Profile {
    const isCut = this.restBytes > 0;
    this.takeRest();
    this.decide();
    const { period, isSum } = this.kind;
    const rows = new WeightedSamples(this.builder);
    const { node, thread, value } = this.rows;
    const idle = this.input.dropIdle === false ? undefined : this.frames.get('(idle)');
    for (let row = 0; row < node.length; row++) {
      const weight = value.data[row] as number;
      if (idle !== undefined && this.builder.trie.frame[node.data[row] as number] === idle) {
        rows.ledger.filter('idle', Math.round(weight / period));
        continue;
      }
      rows.add(-1, thread.data[row] as number, node.data[row] as number, weight / period, weight);
    }
    const { malformed, firstMalformed } = this;
    if (firstMalformed !== undefined && malformed >= (this.good + malformed) * MALFORMED_SHARE) throw firstMalformed;
    rows.ledger.filter('malformed', malformed);
    const warnings = this.twoColumns ? [`two counts per line: drawing column ${this.input.column ?? 2}`] : [];
    if (isCut && malformed === 0)
      warnings.push('the last line has no line feed: if it was cut off, its count is wrong');
    if (firstMalformed !== undefined) {
      const others = malformed > 1 ? `, and ${malformed - 1} more like it` : '';
      warnings.push(`${firstMalformed.message} It was left out${others}.`);
    }
    if (isSum) warnings.push(SUMS_WARNING);
    const facts = { ...NO_FACTS, source: 'folded' as const, warnings };
    const ledger = rows.finish(isSum ? WEIGHT : undefined);
    return this.builder.finish(facts, ledger, period === 1 && !isSum ? 'samples' : 'events');
  }

  private takeRest(): void {
    const [first = new Uint8Array(0), ...more] = this.rest;
    const isTooLong = this.restBytes > MAX_LINE;
    this.rest = [];
    this.restBytes = 0;
    let line = first;
    if (more.length > 0) {
      line = new Uint8Array(more.reduce((sum, piece) => sum + piece.length, first.length));
      let at = 0;
      for (const piece of [first, ...more]) {
        line.set(piece, at);
        at += piece.length;
      }
    }
    if (isTooLong) {
      this.lineNumber++;
      this.refuse(
        DECODER.decode(line.subarray(0, SHOWN * 4)),
        this.lineNumber,
        'Lines longer than 16 MB are not read.',
      );
    } else this.bytes(line, new DataView(line.buffer, line.byteOffset, line.byteLength), 0, line.length);
  }

  /** A line as bytes, without its line feed: nearly all are plain, and read without making a string of them. */
  private bytes(text: Uint8Array, view: DataView, from: number, to: number): void {
    const isUsual = this.twoColumns === false && this.rows.node.length > 0 && text[from] !== HASH;
    const plain = isUsual ? plainLine(text, from, to) : undefined;
    if (plain === undefined) {
      const decoder = this.lineNumber === 0 ? new TextDecoder() : DECODER;
      this.line(decoder.decode(text.subarray(from, to)));
      return;
    }
    this.lineNumber++;
    this.count(plain.value, () => this.stacks.node(text, view, from, plain.stackEnd));
  }

  private line(raw: string): void {
    this.lineNumber++;
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const isFirst = this.rows.node.length === 0 && this.undecided.length === 0;
    if (line.trim() === '' || (isFirst ? COMMENT : FACT).test(line)) return;
    if (this.twoColumns !== undefined) this.stack(line, this.lineNumber);
    else if (this.undecided.push({ line, number: this.lineNumber }) === DECIDING) this.decide();
  }

  private decide(): void {
    const { undecided } = this;
    this.twoColumns ??= undecided.length > 0 && undecided.every(({ line }) => LINE.exec(line)?.[3] !== undefined);
    this.undecided = [];
    for (const { line, number } of undecided) this.stack(line, number);
  }

  private stack(line: string, number: number): void {
    const match = LINE.exec(line);
    if (match === null) {
      this.refuse(line, number, 'Expected "frame;frame;frame COUNT".');
      return;
    }
    const [, frames = '', first, second] = match;
    if (this.twoColumns && second === undefined) {
      throw lineError(line, number, 'Expected "frame;frame;frame COUNT COUNT", like the lines before.');
    }
    // Without a second column, what looks like a first belongs to the name of the leaf: `a;thread 7 3`.
    const isName = !this.twoColumns && second !== undefined;
    const value = Number(this.twoColumns && this.input.column === 1 ? first : (second ?? first));
    if (value > Number.MAX_SAFE_INTEGER) throw lineError(line, number, 'Counts up to 9007199254740991 are exact.');
    const stack = isName ? line.slice(0, line.trimEnd().lastIndexOf(second)).trimEnd() : frames;
    this.count(value, () => {
      const bytes = ENCODER.encode(stack);
      return this.stacks.node(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
    });
  }

  private refuse(line: string, number: number, hint: string): void {
    this.malformed++;
    this.firstMalformed ??= lineError(line, number, hint);
  }

  private count(value: number, stack: () => number): void {
    this.good++;
    if (value === 0) return;
    this.kind.add(value);
    this.rows.node.push(stack());
    this.rows.thread.push(this.stacks.lastThread);
    this.rows.value.push(value);
  }

  private frame(text: string): number {
    let id = this.frames.get(text);
    if (id === undefined) {
      const { fn, tier, hidden } = identifyFolded(text, this.input.rules);
      // Of JavaScript only: other runtimes' inlining was seen by other means, and compare would take it for V8's.
      const inlined = fn.file !== null && text.endsWith(INLINED);
      id = this.builder.internFrame(this.builder.internFunction(fn), tier, text, hidden, inlined);
      this.frames.set(text, id);
    }
    return id;
  }

  private thread(process: RegExpExecArray | null): number {
    const key = process?.[0] ?? '';
    let id = this.threads.get(key);
    if (id === undefined) {
      const pid = process === null || process[2] === '?' ? null : Number(process[2]);
      const name = process?.[1] ?? '';
      const index = this.builder.addProcess({ pid, name, cpuSeconds: null, partial: false, perfMap: null });
      const tid = process?.[3] === undefined ? null : Number(process[3]);
      id = this.builder.addThread({ process: index, tid, name: key });
      this.threads.set(key, id);
    }
    return id;
  }
}

function lineError(line: string, number: number, hint: string): AppError {
  return new AppError('FOLDED_LINE', `Line ${number} is not a folded stack: ${JSON.stringify(line.slice(0, SHOWN))}.`, {
    hint,
  });
}

/**
 * A text is folded when most of its first lines, and the first of all, are stacks with a count. Prose and logs have
 * such lines as well, but no semicolons.
 */
export function isFolded(head: string): boolean {
  const whole = head.lastIndexOf('\n');
  const lines = (whole < 0 ? head : head.slice(0, whole)).split('\n', DECIDING).map((line) => line.trimEnd());
  const stacks = lines.filter((line) => line !== '' && !COMMENT.test(line));
  const good = stacks.filter((line) => /^\S/.test(line) && LINE.test(line));
  const isProse = !good.some((line) => line.includes(';')) && good.some((line) => /\s\S+\s/.test(line));
  return stacks.length > 0 && good[0] === stacks[0] && good.length * 2 >= stacks.length && !isProse;
}
