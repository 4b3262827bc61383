/** The text of a capture, line by line, and the numbers in it. Every fault names the line. */
import { AppError } from '../../shared/errors.ts';

/** Throws `CAPTURE_INVALID`; `column` counts from 1. */
export function invalid(line: number, what: string, column?: number): AppError {
  const place = column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
  return new AppError('CAPTURE_INVALID', `Not a valid capture: ${what} (${place}).`, {
    hint: 'The file is damaged, or was not written by the capture script.',
  });
}

/** Twice what the script lets a process tell about its code: 4 MB. */
const MAX_JSON = 8 * 1024 * 1024;
/** Each takes ten times the memory of its brackets; a function has one. */
const MAX_LISTS = 500_000;

/** Why a line of JSON must not be parsed: it would take too much memory. */
export function jsonFault(line: string): string | undefined {
  if (line.length > MAX_JSON) return `the line has more than ${MAX_JSON} characters`;
  let lists = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if ((code === 0x5b || code === 0x7b) && ++lists > MAX_LISTS) {
      return `the line has more than ${MAX_LISTS} lists and objects`;
    }
  }
  return undefined;
}

export class CaptureLines {
  private readonly text: string;
  private at = 0;
  /** Number of the line last read, from 1. */
  line = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Characters not yet read: nothing that is still to come can be more numerous. */
  get left(): number {
    return this.text.length - this.at;
  }

  next(what: string): string {
    this.line++;
    const end = this.text.indexOf('\n', this.at);
    if (end < 0) throw invalid(this.line, `it ends where ${what} was expected`);
    const line = this.text.slice(this.at, end);
    this.at = end + 1;
    return line;
  }

  /** A line of JSON that may be parsed. */
  json(what: string): string {
    const line = this.next(what);
    const fault = jsonFault(line);
    if (fault !== undefined) throw invalid(this.line, fault);
    return line;
  }

  /** `word COUNT`. */
  number(word: string): number {
    const match = /^(\w+) (\d{1,15})$/.exec(this.next(`"${word}"`));
    if (match?.[1] !== word) throw invalid(this.line, `"${word} COUNT" was expected here`);
    return Number(match[2]);
  }

  /** `word COUNT` of things that follow: what the rest of the text cannot hold is a fault, and nothing is allocated. */
  count(word: string): number {
    const count = this.number(word);
    if (count > this.left) throw invalid(this.line, `it cannot hold ${count} ${word}`);
    return count;
  }
}

const FIRST_LAST = 47; // "/": last digits are / to V
const FIRST_MORE = 87; // "W": digits before the last are W to ~
const BASE = 40;

/** Digits of a fixed code: "/" to "~". */
const FIXED_DIGITS = 80;

/** Numbers below `range` in the fewest digits, and then in the smallest base, that hold them all. */
export interface FixedCode {
  readonly range: number;
  readonly width: number;
  readonly base: number;
}

export function fixedCode(range: number): FixedCode {
  let width = 1;
  while (FIXED_DIGITS ** width < range) width++;
  let base = 1;
  while (base ** width < range) base++;
  return { range, width, base };
}

/** Reads the dense lines: marks (characters below "/"), numbers in a fixed code, and others in bijective base 40. */
export class DenseLine {
  private readonly text: string;
  private readonly line: number;
  at = 0;

  constructor(text: string, line: number) {
    this.text = text;
    this.line = line;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The mark here, which is taken, or 0 when a number begins here. */
  mark(): number {
    const code = this.text.charCodeAt(this.at);
    if (code >= FIRST_LAST) return 0;
    this.at++;
    return code;
  }

  /** A number of at most `max`. */
  number(max: number, what: string): number {
    let value = 0;
    for (; ; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code >= FIRST_MORE && code < FIRST_MORE + BASE) value = (value + code - FIRST_MORE + 1) * BASE;
      else if (code >= FIRST_LAST && code < FIRST_MORE) {
        value += code - FIRST_LAST;
        break;
      } else throw this.fault(`${what} was expected here`);
      if (value > max) break;
    }
    if (value > max) throw this.fault(`${what} is larger than ${max}`);
    this.at++;
    return value;
  }

  /** A number below the code's range, in its fixed number of digits. */
  fixed(code: FixedCode, what: string): number {
    let value = 0;
    for (let digits = code.width; digits > 0; digits--, this.at++) {
      const digit = this.text.charCodeAt(this.at) - FIRST_LAST;
      if (!(digit >= 0 && digit < code.base)) throw this.fault(`${what} was expected here`);
      value = value * code.base + digit;
    }
    if (value >= code.range) throw this.fault(`${what} must be below ${code.range}`);
    return value;
  }

  fault(what: string): AppError {
    return invalid(this.line, what, this.at + 1);
  }
}
