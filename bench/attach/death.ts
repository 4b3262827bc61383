/** How a process of the benchmark has ended, and whether by its own doing. */

export interface Death {
  readonly who: string;
  /** `crash` is ours until proved otherwise; `outside` is a signal that nothing in Node or in the engine sends. */
  readonly kind: 'crash' | 'outside';
  readonly how: string;
}

/** Sent by people, by their tools, and by a kernel that is out of memory. */
const FROM_OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);
/** What Node itself says on stderr at every visit. */
const USUAL = /^(Debugger (listening|attached|ending)|For help, see|Waiting for the debugger|$)/;
const TAIL_LINES = 15;

/** The last lines that a process has written to stderr, without those that every visit causes. */
export class Tail {
  readonly #lines: string[] = [];
  #rest = '';

  add(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = (lines.pop() ?? '').slice(-1000);
    this.#lines.push(...lines.filter((line) => !USUAL.test(line)));
    this.#lines.splice(0, this.#lines.length - TAIL_LINES);
  }

  toString(): string {
    return [...this.#lines, this.#rest].filter((line) => !USUAL.test(line)).join('\n');
  }
}

export function death(who: string, code: number | null, signal: string | null, said: string): Death {
  const kind = signal !== null && FROM_OUTSIDE.has(signal) ? 'outside' : 'crash';
  const words = said === '' ? 'nothing on stderr' : `on stderr: ${said}`;
  return { who, kind, how: `${who}: ${signal ?? `exit ${code}`}, ${words}` };
}
