/** Plain files of `perf script` text, read straight into the window of their parser. */
import { isCapture } from '../../profile/capture-form/magic.ts';
import { PerfHeader } from '../../profile/perf-script/header.ts';
import { isPerfScript, PerfScriptParser } from '../../profile/perf-script/import-perf.ts';
import type { Progress } from '../file-bytes.ts';
import { unreadable } from '../file-error.ts';
import type { PerfLoadOptions } from '../load-options.ts';

// An import would also load what is reached through it, streams and promises and watchers: 2 ms.
const { closeSync, openSync, readSync, statSync } = process.getBuiltinModule('node:fs');

/** A part of a file, from byte `from` up to, not including, byte `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** What the worker thread is told: see parallel-perf.ts. */
export interface PerfJob {
  readonly path: string;
  readonly range: ByteRange;
  readonly options: PerfLoadOptions;
}

const NEWLINE = 0x0a;
/** Its first byte. */
const UTF8_MARK = 0xef;

/** Formats are told apart by this much of their beginning. */
export const HEAD_BYTES: number = 1 << 16;
/** Large enough that the calls cost nothing, small enough for the processor's cache. */
const READ_BYTES = 1 << 18;

export async function perfParser(options: PerfLoadOptions): Promise<PerfScriptParser> {
  const { perfMaps = [] } = options;
  return new PerfScriptParser({
    // What few calls need is loaded by those: see docs/performance.md.
    ...(perfMaps.length === 0 ? {} : { jitMaps: await (await import('./perf-maps.ts')).loadPerfMaps(perfMaps) }),
    dropIdle: options.dropIdle ?? true,
    identify: options.identify ?? true,
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    ...(options.event === undefined ? {} : { event: options.event }),
  });
}

/** What `use` makes of the open file. Throws `FILE_UNREADABLE`. */
function withFile<T>(path: string, use: (file: number) => T): T {
  try {
    const file = openSync(path, 'r');
    try {
      return use(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : unreadable(path, error as Error);
  }
}

/** `parser` has read all bytes of the range when this returns. */
export function readPerfFile(parser: PerfScriptParser, path: string, range: ByteRange, onProgress?: Progress): void {
  const total = range.to - range.from;
  withFile(path, (file) => {
    for (let done = 0; done < total; onProgress?.(done, total)) {
      const room = parser.room();
      const bytes = readSync(file, room, 0, Math.min(room.length, READ_BYTES, total - done), range.from + done);
      if (bytes === 0) return;
      parser.written(bytes);
      done += bytes;
    }
  });
}

function plainSize(path: string): number | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.size : undefined;
  } catch {
    // The code that opens it says why it cannot be opened.
    return undefined;
  }
}

/** Bytes of the file `path` when it is a plain file of perf's text, in UTF-8 and without a mark in front. */
export function plainPerfSize(path: string): number | undefined {
  const size = plainSize(path);
  if (size === undefined) return undefined;
  const bytes = Buffer.allocUnsafe(HEAD_BYTES);
  const length = withFile(path, (file) => readSync(file, bytes));
  // A quick look, then one that knows all forms.
  const newline = bytes.indexOf(NEWLINE);
  const isUsual = newline < length && bytes[0] !== UTF8_MARK && new PerfHeader().read(bytes, 0, newline);
  if (isUsual) return size;
  const head = bytes.toString('utf8', 0, length);
  return !head.startsWith('\ufeff') && !isCapture(head) && isPerfScript(head) ? size : undefined;
}
