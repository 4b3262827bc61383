import type { Socket } from 'node:net';

/** Lines of a connection, and what is longer than a line. */
export class LineReader {
  private readonly parts: AsyncIterator<string>;
  private text = '';

  constructor(socket: Socket) {
    this.parts = socket.setEncoding('latin1')[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  /** Null when there is no more. */
  async next(): Promise<string | null> {
    for (;;) {
      const end = this.text.indexOf('\r\n');
      if (end >= 0) {
        const line = this.text.slice(0, end);
        this.text = this.text.slice(end + 2);
        return line;
      }
      if (!(await this.more())) return null;
    }
  }

  /** The first `keep` characters of what stands before the mark. */
  async skipPast(mark: string, keep: number): Promise<string | null> {
    let head = '';
    for (;;) {
      const end = this.text.indexOf(mark);
      // The mark may come in two parts.
      const passed = end >= 0 ? end : Math.max(0, this.text.length - mark.length);
      head += this.text.slice(0, Math.min(passed, keep - head.length));
      this.text = this.text.slice(end >= 0 ? end + mark.length : passed);
      if (end >= 0) return head;
      if (!(await this.more())) return null;
    }
  }

  private async more(): Promise<boolean> {
    const part = await this.parts.next().catch(() => ({ done: true, value: '' }));
    if (part.done === true) return false;
    this.text += part.value;
    return true;
  }
}
