/** Progress of reading a long input, on stderr. */
import type { Progress } from '../../convert/file-bytes.ts';
import { formatBytes } from '../../shared/text/number.ts';

/** Shorter inputs are read before a person looks. */
const LONG_INPUT = 20 * 1024 * 1024;
const WIDTH = 30;
const REDRAW_MS = 100;
/** Where stderr is a log, a line now and then says that work goes on. */
const LOG_EVERY = 100 * 1024 * 1024;

/** A bar on terminals, a line each 100 MB elsewhere. `done` clears the bar. */
export function readingProgress(label: string): { readonly onProgress: Progress; readonly done: () => void } {
  const terminal = process.stderr.isTTY === true;
  let drawnAt = 0;
  let drawn = false;
  let logged = 0;
  const onProgress: Progress = (read, total) => {
    if ((total ?? read) < LONG_INPUT) return;
    const now = Date.now();
    if (terminal && now - drawnAt > REDRAW_MS) {
      drawnAt = now;
      drawn = true;
      const share = total === undefined ? undefined : Math.min(1, read / total);
      const full = share === undefined ? '' : '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
      const text = share === undefined ? formatBytes(read) : `${full} ${Math.round(share * 100)} %`;
      process.stderr.write(`\r${label} ${text} `);
    } else if (!terminal && read - logged >= LOG_EVERY) {
      logged = read;
      process.stderr.write(`${label} ${formatBytes(read)}${total === undefined ? '' : ` of ${formatBytes(total)}`}\n`);
    }
  };
  return { onProgress, done: () => void (drawn && process.stderr.write('\r\x1b[2K')) };
}
