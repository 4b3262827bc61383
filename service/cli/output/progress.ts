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

/** `████░░░░ 50 %`; `share` is at most 1. */
function bar(share: number): string {
  const full = Math.round(share * WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.round(share * 100)} %`;
}

function draw(label: string, text: string): void {
  process.stderr.write(`\r${label} ${text} `);
}

function clear(): void {
  process.stderr.write('\r\x1b[2K');
}

/** A bar that fills in `seconds`. Returns what ends it; it may be called again. */
export function waitingProgress(label: string, seconds: number): () => void {
  if (!isTerminal()) return () => undefined;
  const start = Date.now();
  const redraw = () => draw(label, bar(Math.min(1, (Date.now() - start) / (seconds * 1000))));
  const timer = setInterval(redraw, REDRAW_MS);
  redraw();
  return () => {
    clearInterval(timer);
    clear();
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
