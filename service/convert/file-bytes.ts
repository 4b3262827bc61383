/** The bytes of a file as they are stored. */
import { promises, readSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';

/** Pieces in which files are read: large enough that the calls cost nothing, small enough for the processor's cache. */
const READ_BYTES = 1 << 17;

export type Progress = (bytesRead: number, totalBytes: number | undefined) => void;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

export function unreadable(path: string, cause: NodeJS.ErrnoException): AppError {
  const why = WHY[cause.code ?? ''] ?? cause.code ?? cause.message;
  return new AppError('FILE_UNREADABLE', `Cannot read ${JSON.stringify(path)}: ${why}.`, { cause });
}

/** A part of a file, from byte `from` up to, not including, byte `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Up to `buffer.length` bytes; 0 at the end. */
type Read = (buffer: Uint8Array, done: number) => number | Promise<number>;

function reader(file: promises.FileHandle, isFile: boolean, range: ByteRange | undefined): Read {
  const wanted = (buffer: Uint8Array, done: number) =>
    range === undefined ? buffer.length : Math.min(buffer.length, range.to - range.from - done);
  const position = (done: number) => (range === undefined ? null : range.from + done);
  // A file is read at once, in this thread: handing each piece over from another cost a seventh of the CPU time, and
  // where all processors are busy more than the reading itself.
  if (isFile) return (buffer, done) => readSync(file.fd, buffer, 0, wanted(buffer, done), position(done));
  return async (buffer, done) => (await file.read(buffer, 0, wanted(buffer, done), position(done))).bytesRead;
}

/** Reads a file piece by piece. A piece is valid until the next is asked for: the memory is used again. */
export async function* fileBytes(path: string, onProgress?: Progress, range?: ByteRange): AsyncGenerator<Uint8Array> {
  const file = await promises.open(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw unreadable(path, Object.assign(new Error('a folder'), { code: 'EISDIR' }));
    // Pipes and devices have no size, and no place to read from.
    const total = range === undefined ? (stat.isFile() ? stat.size : undefined) : range.to - range.from;
    const read = reader(file, stat.isFile(), range);
    const buffer = new Uint8Array(READ_BYTES);
    for (let done = 0; ; ) {
      const bytes = await read(buffer, done);
      if (bytes === 0) return;
      done += bytes;
      yield buffer.subarray(0, bytes);
      onProgress?.(done, total);
    }
  } finally {
    await file.close();
  }
}
