/** Plain files of `perf script` text, read straight into the window of their parser. */
import { closeSync, openSync, promises, readSync } from 'node:fs';
import { isCapture } from '../profile/capture-magic.ts';
import { isPerfScript, PerfScriptParser } from '../profile/import-perf.ts';
import { type ByteRange, fileBytes, type Progress, unreadable } from './file-bytes.ts';
import type { PerfLoadOptions } from './load-options.ts';

/** Formats are told apart by this much of their beginning. */
export const HEAD_BYTES: number = 1 << 16;
/** Large enough that the calls cost nothing, small enough for the processor's cache. */
const READ_BYTES = 1 << 17;

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

/** `parser` has read all bytes of the range when this returns. */
export function readPerfFile(parser: PerfScriptParser, path: string, range: ByteRange, onProgress?: Progress): void {
  const total = range.to - range.from;
  try {
    const file = openSync(path, 'r');
    try {
      for (let done = 0; done < total; onProgress?.(done, total)) {
        const room = parser.room();
        const bytes = readSync(file, room, 0, Math.min(room.length, READ_BYTES, total - done), range.from + done);
        if (bytes === 0) return;
        parser.written(bytes);
        done += bytes;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : unreadable(path, error as Error);
  }
}

/** Bytes of the file `path` when it is a plain file of perf's text, in UTF-8 and without a mark in front. */
export async function plainPerfSize(path: string): Promise<number | undefined> {
  const stat = await promises.stat(path).catch(() => undefined);
  if (stat?.isFile() !== true) return undefined;
  const pieces = fileBytes(path, undefined, { from: 0, to: HEAD_BYTES });
  const head = new TextDecoder('utf-8', { ignoreBOM: true }).decode((await pieces.next()).value ?? new Uint8Array(0));
  await pieces.return(undefined);
  return !head.startsWith('\ufeff') && !isCapture(head) && isPerfScript(head) ? stat.size : undefined;
}
