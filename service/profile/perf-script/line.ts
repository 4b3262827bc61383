/**
 * The lines of `perf script`, as text. The hot path in import-perf.ts comes here once per distinct line, and for
 * headers that are not in perf's usual form.
 */
import { isJitModule } from '../identity/native-symbol.ts';

/** The line that begins a sample: `my app  9864/9870 [001]  6377.609512:    5025125 cpu-clock:ppp: `. */
export interface HeaderLine {
  readonly comm: string;
  readonly pid: number | null;
  readonly tid: number;
  /** Seconds; null where the text has no time. */
  readonly time: number | null;
  /** Null where the text has none. */
  readonly period: number | null;
  /** As printed, modifiers included, without the last colon; empty where the text has none. */
  readonly event: string;
  /** A frame on the same line, which perf prints for events recorded without call chains; undefined otherwise. */
  readonly inlineFrame: string | undefined;
}

/**
 * What follows the comm: `pid[/tid] [cpu]? seconds.micros:`, with −1 for a process that perf does not know, and with a
 * time of day before the other by `-F +tod`. Nothing else in a line of perf looks like this.
 */
const TIMED =
  /(?:^|\s)(-1|\d+)(?:\/(-1|\d+))?\s+(?:\[\d+\]\s+)?(?:\S{1,8}\s+)?(?:\d{4}-\d\d-\d\d [\d:.]+\s+)?(\d+\.\d{1,9}):/g;

/** Without thread: `perl 18666.978515: page-faults:`, `perl [001] 18666.978515:`. Microseconds have six digits. */
const THREADLESS = /^(.*?)(?:(?:^|\s)\[\d+\])?(?:^|\s+)(\d+\.\d{6}(?:\d{3})?):(?=\s|$)/s;

/** Old or custom forms without time: `java 19983 cycles:`, `node 31912 [002] 235 cpu-clock:`. */
const TIMELESS = /^(.*?)\s+(-1|\d+)(?:\/(-1|\d+))?\s+(?:\[\d+\]\s+)?(?:(\d+)\s+)?([A-Za-z_][^\s]*?):+(\s.*)?$/s;

/** The event behind a time. Events that perf has no name for are `raw 0x1a8`. */
const EVENT = /^\s*(?:(\d+)\s+)?(raw 0x[0-9a-f]+|\S*?[^\s:]):+(?=\s|$)/;

/** A kernel comm has at most 15 bytes; perf pads it to 16 on lines without call chain. */
const COMM_WIDTH = 16;

/** `  7fd0bd2af12b _int_free+0xb (/usr/lib/libc.so.6)` and not the text of a tracepoint. */
const INLINE_FRAME = /^\s+([0-9a-f]{1,16}\s+\S.*(?:\)|\+0x[0-9a-f]+|\[unknown\]))$/;
/** The same without file and offset: perf pads the address to 16. */
const PADDED_INLINE_FRAME = /^(?=\s[ 0-9a-f]{16,17} \S)\s+([0-9a-f]+ \S.*)$/;
/** What `-F +insn` and `+insnlen` add to the line. */
const INSTRUCTION = /\s+(?:ilen: \d+|insn:(?: [0-9a-f]{2})+)+\s*$/;

/** A frame line of perf, whose addresses are padded to 16; also without file, `-F ip,sym`. */
export const PADDED_FRAME: RegExp = /^\t(?=[ 0-9a-f]{16} \S) *[0-9a-f]{4,16} /;

/** What `-F +addr,+data_src` add before the frame: the address of data, what it is, and perhaps its own symbol. */
const BEFORE_FRAME = /^\s+[0-9a-f]{1,16}(?: \S.*)?(?=\s{2,}[0-9a-f]{4,16} \S)/;
const BEFORE_LONG_FRAME = /^\s+[0-9a-f]{16}(?=\s[0-9a-f]{16} \S)/;
const LAST_FRAME = /^.*(?=\s{2,}[0-9a-f]{4,16} \S)/;

/** Where a data address stands before it, the frame is what is last. */
function behindData(text: string): string {
  if (BEFORE_LONG_FRAME.test(text)) return text.replace(BEFORE_LONG_FRAME, '');
  const isBehind = /^\s+[0-9a-f]{1,16}\s{2,}\S/.test(text) || BEFORE_FRAME.test(text);
  return isBehind ? text.replace(LAST_FRAME, '') : text;
}

/** The frame that stands behind the event; undefined when there is none. */
function inlineFrameOf(after: string): string | undefined {
  const text = behindData(after.trimEnd().replace(INSTRUCTION, '').replace(INSTRUCTION, ''));
  return INLINE_FRAME.exec(text)?.[1] ?? PADDED_INLINE_FRAME.exec(text)?.[1];
}

/** Perf prints −1 for a process that it does not know. */
function pidOf(printed: string): number | null {
  return printed === '-1' ? null : Number(printed);
}

/** The comm in what stands before the thread: without the blanks that perf pads with, with those that are its own. */
export function commOf(before: string): string {
  const comm = before.trimEnd();
  const padded = comm.length === COMM_WIDTH && /^\s/.test(comm);
  return padded ? comm.trimStart() : comm;
}

/** What stands behind the time. */
function behindTime(rest: string): Pick<HeaderLine, 'period' | 'event' | 'inlineFrame'> {
  const event = EVENT.exec(rest);
  const after = event === null ? rest : rest.slice(event[0].length);
  return {
    period: event?.[1] === undefined ? null : Number(event[1]),
    event: event?.[2] ?? '',
    inlineFrame: inlineFrameOf(after),
  };
}

function parseTimed(line: string, match: RegExpMatchArray): HeaderLine {
  const at = match.index as number;
  const [text, first = '', second, time] = match;
  return {
    comm: commOf(line.slice(0, at)),
    pid: second === undefined ? null : pidOf(first),
    tid: Number(second ?? first),
    time: Number(time),
    ...behindTime(line.slice(at + text.length)),
  };
}

/** What is behind a time when nothing but an event, or nothing at all, follows. */
const PLAIN = /^\s*(?:\d+\s+)?\S*:*\s*$/;

/** Headers that do not say the thread: any line may begin like that, so what follows must be an event or a frame. */
function parseThreadless(line: string): HeaderLine | undefined {
  const match = THREADLESS.exec(line);
  if (match === null) return undefined;
  const rest = line.slice(match[0].length);
  const behind = behindTime(rest);
  if (behind.inlineFrame === undefined && (!PLAIN.test(rest) || !/(?:^|:)\s*$/.test(rest))) return undefined;
  return { comm: commOf(match[1] as string), pid: null, tid: -1, time: Number(match[2]), ...behind };
}

function parseTimeless(line: string): HeaderLine | undefined {
  const match = TIMELESS.exec(line);
  if (match === null) return undefined;
  const [, comm = '', first = '', second, period, event = '', after = ''] = match;
  // Without a time little tells such a line from text of other tools: only what perf pads counts.
  if (/^\s/.test(comm) && comm.length > COMM_WIDTH) return undefined;
  const inlineFrame = PADDED_INLINE_FRAME.exec(after.trimEnd())?.[1];
  // `a 9 6374: 5 cycles:` has a time that is none.
  if (comm.trim() === '' || /\s\d+:$/.test(comm) || (inlineFrame === undefined && after.trim() !== ''))
    return undefined;
  return {
    comm: commOf(comm),
    pid: second === undefined ? null : pidOf(first),
    tid: Number(second ?? first),
    time: null,
    period: period === undefined ? null : Number(period),
    event,
    inlineFrame,
  };
}

/** Undefined when the line does not begin a sample. */
export function parseHeaderLine(line: string): HeaderLine | undefined {
  const timed = [...line.matchAll(TIMED)];
  if (timed.length === 0) return parseThreadless(line) ?? parseTimeless(line);
  // A comm is any text, so a line that ends with its event is read from the right; the text of a tracepoint is any
  // text too, so such a line is read from the left.
  const last = timed[timed.length - 1] as RegExpMatchArray;
  const plain = PLAIN.test(line.slice((last.index as number) + last[0].length));
  return parseTimed(line, plain ? last : (timed[0] as RegExpMatchArray));
}

/** What a kernel comm may have at most, and the thread. */
const NAME_ONLY = /^(\S.{0,14}?)(?:\s+(\d+)(?:\/(\d+))?)?(?:\s+\[\d+\])?$/;

/** Nothing but an event, `-F event,ip,sym`. */
const EVENT_ONLY = /^\s*(?:(\d+)\s+)?([A-Za-z_][\w./,=:-]*?):+\s*$/;

/**
 * The line before frames when perf was asked for names only: `-F comm,ip,sym`, `-F comm,tid,ip,sym,dso`. Any short line
 * is like that, so this is for texts without other headers. `tid` is −1 where there is none.
 */
export function parseNameLine(line: string): HeaderLine | undefined {
  const lone = EVENT_ONLY.exec(line);
  if (lone !== null) {
    const [, period, event = ''] = lone;
    const count = period === undefined ? null : Number(period);
    return { comm: '', pid: null, tid: -1, time: null, period: count, event, inlineFrame: undefined };
  }
  const match = NAME_ONLY.exec(line.trim());
  if (match === null || line.includes(';') || /[{}<>]/.test(line[0] as string)) return undefined;
  return {
    comm: match[1] as string,
    pid: match[3] === undefined ? null : Number(match[2]),
    tid: Number(match[3] ?? match[2] ?? -1),
    time: null,
    period: null,
    event: '',
    inlineFrame: undefined,
  };
}

/** One line of a stack: `	  55d0c1 JS:*hot /srv/x.js:1:17+0x1e6 (/tmp/perf-9.map)`. */
export interface FrameLine {
  /** −1 when it does not fit a double exactly (kernel addresses): those are never looked up. */
  readonly address: number;
  /** Without offset; empty where perf printed none. */
  readonly symbol: string;
  /** Without its parentheses and offset; undefined where perf printed none. */
  readonly dso: string | undefined;
}

/** Hexadecimal digits from `at` on; where they end. */
function skipHex(text: string, at: number): number {
  let i = at;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i) | 0x20;
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) break;
  }
  return i;
}

/** Where the last parenthesis group opens: the dso may itself hold parentheses, `(/memfd:x (deleted))`. */
function dsoStart(text: string): number {
  const simple = text.lastIndexOf('(');
  if (simple >= 0 && text.indexOf(')', simple) === text.length - 1) return simple;
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === ')') depth++;
    else if (text[i] === '(' && --depth === 0) return i;
  }
  return text.lastIndexOf(' (') + 1 || (text.startsWith('(') ? 0 : -1);
}

/** `sym+0x1f` → `sym`; the same of a file, to which `-F +dsoff` adds it. */
function withoutOffset(symbol: string): string {
  const plus = symbol.lastIndexOf('+0x');
  if (plus < 0 || plus + 3 === symbol.length) return symbol;
  for (let i = plus + 3; i < symbol.length; i++) {
    const code = symbol.charCodeAt(i);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return symbol;
  }
  return symbol.slice(0, plus);
}

/**
 * A file whose end was cut off with its parenthesis: `start_thread (/lib/x86_64-linux-gnu`. Perf prints only paths and
 * brackets so.
 */
const CUT_DSO = / \(([/[][^()]*)$/;

/**
 * Undefined when the line is not a frame (a source line, a warning). Without regular expressions: this is warm code.
 */
export function parseFrameLine(line: string): FrameLine | undefined {
  const trimmed = line.trim();
  const from = trimmed.startsWith('0x') ? 2 : 0;
  const to = skipHex(trimmed, from);
  // A blank ends the address, or nothing.
  const blank = to === trimmed.length ? 0x20 : trimmed.charCodeAt(to);
  if (to === from || (blank !== 0x20 && blank !== 0x09)) return undefined;
  const value = Number.parseInt(trimmed.slice(from, to), 16);
  const address = value <= Number.MAX_SAFE_INTEGER ? value : -1;
  const text = trimmed.slice(to).trimStart();
  const start = text.endsWith(')') ? dsoStart(text) : -1;
  // `f(int)` at the end of a line without dso: an argument list follows its name at once.
  if (start < 0) {
    const cut = CUT_DSO.exec(text);
    if (cut !== null)
      return { address, symbol: withoutOffset(text.slice(0, cut.index)), dso: withoutOffset(cut[1] as string) };
  }
  // A tab ends the address of simpleperf, and that of an instruction (`-F +brstackinsn`), which lies in no file.
  if (blank === 0x09 && !/^\([/[]/.test(text.slice(Math.max(start, 0)))) return undefined;
  const hasDso = start === 0 || (start > 0 && text[start - 1] === ' ') || (start > 0 && text[start - 1] === '\t');
  const symbol = withoutOffset((hasDso ? text.slice(0, start) : text).trimEnd());
  return { address, symbol, dso: hasDso ? withoutOffset(text.slice(start + 1, -1)) : undefined };
}

/** stackcollapse-perf.pl's mark of a method that was inlined into the one before it; flamegraph.pl colours by it. */
export const INLINED = '_[i]';

/**
 * Frames of one line, outermost first. perf-map-agent writes Java's inlined methods as `outer->inner`; in other names
 * `->` is text (`operator->`, `fn(i32) -> i32`, a regular expression).
 */
export function inlinedSymbols(symbol: string, dso: string): readonly string[] {
  if (
    !symbol.includes('->') ||
    !isJitModule(dso) ||
    /^(?:RegExp|JS|LazyCompile|Function|Eval|Script):(?!:)/.test(symbol)
  ) {
    return [symbol];
  }
  const parts = symbol.split('->').filter((part) => part !== '');
  return parts.length === 0 || parts.some((part) => /^\s|\s$|operator$/.test(part)) ? [symbol] : parts;
}
