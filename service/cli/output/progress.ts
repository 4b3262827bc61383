/** Progress on stderr, of a wait of known length and of reading a long input. Only terminals see a bar. */
import type { Progress } from '../../convert/file-bytes.ts';
import { formatBytes } from '../../shared/text/number.ts';

/** Shorter inputs are read before a person looks. */
const LONG_INPUT = 20 * 1024 * 1024;
const WIDTH = 30;
const REDRAW_MS = 100;
/** Where stderr is a log, a line now and then says that work goes on. */
const LOG_EVERY = 100 * 1024 * 1024;

function isTerminal(): boolean {
  return process.stderr.isTTY === true;
}

/** Label, blanks and ` 100 % `: what goes on in a second line is not taken away again. */
const BESIDE_BAR = 22;

/** `████░░░░ 50 %`; `share` is at most 1. */
function bar(share: number): string {
  const width = Math.max(1, Math.min(WIDTH, (process.stderr.columns || 80) - BESIDE_BAR));
  const full = Math.round(share * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${Math.round(share * 100)} %`;
}

function draw(label: string, text: string): void {
  process.stderr.write(`\r${label} ${text} `);
}

function clear(): void {
  process.stderr.write('\r\x1b[2K');
}

export interface Waiting {
  /** Prints lines above the bar: glued to it they could not be read. */
  print(text: string): void;
  /** Takes the bar away; may be called again. */
  end(): void;
}

/** A bar that fills in `seconds`. */
export function waitingProgress(label: string, seconds: number): Waiting {
  if (!isTerminal()) return { print: (text) => void process.stderr.write(text), end: () => undefined };
  const start = Date.now();
  const redraw = () => draw(label, bar(Math.min(1, (Date.now() - start) / (seconds * 1000))));
  let timer: NodeJS.Timeout | undefined = setInterval(redraw, REDRAW_MS);
  redraw();
  return {
    print(text) {
      if (timer !== undefined) clear();
      process.stderr.write(text);
      if (timer !== undefined) redraw();
    },
    end() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      clear();
    },
  };
}

/** A bar on terminals, a line each 100 MB elsewhere. `done` clears the bar. */
export function readingProgress(label: string): { readonly onProgress: Progress; readonly done: () => void } {
  const terminal = isTerminal();
  let drawnAt = 0;
  let logged = 0;
  const onProgress: Progress = (read, total) => {
    if ((total ?? read) < LONG_INPUT) return;
    const now = Date.now();
    if (terminal && now - drawnAt > REDRAW_MS) {
      drawnAt = now;
      draw(label, total === undefined ? formatBytes(read) : bar(Math.min(1, read / total)));
    } else if (!terminal && read - logged >= LOG_EVERY) {
      logged = read;
      process.stderr.write(`${label} ${formatBytes(read)}${total === undefined ? '' : ` of ${formatBytes(total)}`}\n`);
    }
  };
  return { onProgress, done: () => void (drawnAt > 0 && clear()) };
}
