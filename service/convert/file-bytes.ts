/** The bytes of a file as they are stored. */
import { promises, readSync } from 'node:fs';
import { unreadable } from './file-error.ts';

/** Pieces in which files are read: large enough that the calls cost nothing, small enough for the processor's cache. */
const READ_BYTES = 1 << 17;

export type Progress = (bytesRead: number, totalBytes: number | undefined) => void;

/** Up to `buffer.length` bytes; 0 at the end. */
type Read = (buffer: Uint8Array) => number | Promise<number>;

function reader(file: promises.FileHandle, isFile: boolean): Read {
  // A file is read at once, in this thread: handing each piece over from another cost a seventh of the CPU time, and
  // where all processors are busy more than the reading itself.
  if (isFile) return (buffer) => readSync(file.fd, buffer);
  return async (buffer) => (await file.read(buffer)).bytesRead;
}

/** Reads a file piece by piece. A piece is valid until the next is requested: the memory is reused. */
export async function* fileBytes(path: string, onProgress?: Progress): AsyncGenerator<Uint8Array> {
  const file = await promises.open(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw unreadable(path, Object.assign(new Error('a folder'), { code: 'EISDIR' }));
    // Pipes and devices have no size, and no place to read from.
    const total = stat.isFile() ? stat.size : undefined;
    const read = reader(file, stat.isFile());
    const buffer = new Uint8Array(READ_BYTES);
    for (let done = 0; ; ) {
      const bytes = await read(buffer);
      if (bytes === 0) return;
      done += bytes;
      yield buffer.subarray(0, bytes);
      onProgress?.(done, total);
    }
  } finally {
    await file.close();
  }
}
