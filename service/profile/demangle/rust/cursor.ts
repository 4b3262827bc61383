import { BoundedText, type DemanglingBounds, UNREADABLE } from '../bounds.ts';
import { decodePunycode } from './punycode.ts';

const MAX_DEPTH = 200;

/** Where the reader is in the text, what it has printed, and the bounds of the work. */
export class RustCursor extends BoundedText {
  private readonly text: string;
  protected at = 0;
  protected silent = 0;
  private depth = 0;

  constructor(text: string, bounds: DemanglingBounds) {
    super(bounds);
    this.text = text;
  }

  protected peek(): string {
    return this.text[this.at] ?? '';
  }

  protected take(): string {
    return this.text[this.at++] ?? '';
  }

  protected takeIf(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at++;
    return true;
  }

  protected add(text: string): void {
    if (this.silent === 0) this.append(text);
  }

  protected quietly(run: () => void): void {
    this.silent++;
    run();
    this.silent--;
  }

  protected nest(run: () => void): void {
    this.step();
    if (++this.depth > MAX_DEPTH) throw UNREADABLE;
    run();
    this.depth--;
  }

  /** `_` is 0, `0_` is 1, `Z_` is 62. */
  protected base62(): number {
    if (this.takeIf('_')) return 0;
    let value = 0;
    for (let char = this.take(); char !== '_'; char = this.take()) {
      const digit = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(char);
      if (char === '' || digit < 0) throw UNREADABLE;
      // Beyond 2^53 the lowest digits are lost: such are hashes, which are not printed.
      value = value * 62 + digit;
    }
    return value + 1;
  }

  /** A number after `tag`; 0 without one. */
  protected optional(tag: string): number {
    return this.takeIf(tag) ? this.base62() + 1 : 0;
  }

  protected identifier(): { readonly disambiguator: number; readonly name: string } {
    const disambiguator = this.optional('s');
    const isPunycode = this.takeIf('u');
    let length = 0;
    if (!/^[0-9]$/.test(this.peek())) throw UNREADABLE;
    if (!this.takeIf('0')) {
      while (/^[0-9]$/.test(this.peek())) length = length * 10 + Number(this.take());
    }
    this.takeIf('_');
    if (length > this.text.length - this.at) throw UNREADABLE;
    const bytes = this.text.slice(this.at, this.at + length);
    this.at += length;
    if (!isPunycode) return { disambiguator, name: bytes };
    const split = bytes.lastIndexOf('_');
    const codes = bytes.slice(split + 1);
    const name = decodePunycode(bytes.slice(0, Math.max(split, 0)), codes);
    // Control characters are no letters.
    if (name === undefined || codes === '' || /\p{C}/u.test(name)) throw UNREADABLE;
    return { disambiguator, name };
  }

  /** Hexadecimal digits up to `_`. */
  protected hex(): string {
    const end = this.text.indexOf('_', this.at);
    const digits = this.text.slice(this.at, end);
    if (end < 0 || !/^[0-9a-f]*$/.test(digits)) throw UNREADABLE;
    this.at = end + 1;
    return digits;
  }
}
