/** The part of a text that is being read: a fixed buffer into which it is written piece by piece. */

const NEWLINE = 0x0a;
/** A chunk of the input and what is left of the line before it. Larger chunks were not faster. */
const BUFFER = 1 << 20;
/** A longer line is not a line of a profile (a symbol has some kB at most): it is skipped. */
const MAX_LINE = 1 << 19;

export class LineBuffer {
  /** Never moves or grows, so a hot loop may hold on to it. */
  readonly bytes: Buffer = Buffer.alloc(BUFFER + 8);
  readonly view: DataView = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  /** What is not read yet lies between `start` and `end`. */
  start = 0;
  end = 0;
  private skipping = false;

  /** Where the next bytes may be written, to be followed by `written`. Never empty. */
  room(): Uint8Array {
    if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    return this.bytes.subarray(this.end, BUFFER);
  }

  /** `length` bytes are in `room()`. */
  written(length: number): void {
    this.end += length;
    if (!this.skipping) return;
    const newline = this.newline();
    this.start = newline < 0 ? this.end : newline + 1;
    this.skipping = newline < 0;
  }

  /** To be called when all whole lines were read: gives up a line that is too long. */
  dropEndlessLine(): void {
    if (this.end - this.start <= MAX_LINE) return;
    this.skipping = true;
    this.start = this.end;
  }

  /** Index of the next line feed; −1 when there is none yet. */
  newline(): number {
    const at = this.bytes.indexOf(NEWLINE, this.start);
    return at < this.end ? at : -1;
  }

  /** Ends the last line, which had no line feed. */
  addNewline(): void {
    this.room()[0] = NEWLINE;
    this.end++;
  }

  /** Invalid UTF-8 becomes U+FFFD. */
  text(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to);
  }
}
