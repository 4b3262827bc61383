import { createWriteStream } from 'node:fs';
import { access, constants, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { AppError } from '../../shared/errors.ts';
import { writeAll } from './write-all.ts';

/** A device, a pipe or a folder: renaming a file over it would destroy it. */
async function isSpecial(path: string): Promise<boolean> {
  return stat(path).then(
    (known) => !known.isFile(),
    () => false,
  );
}

/** Before minutes of work that would end in a file that cannot be written. Throws `FILE_UNWRITABLE`. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const known = await stat(path).catch(() => undefined);
    if (known?.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    await access(known === undefined || known.isFile() ? dirname(resolve(path)) : path, constants.W_OK);
  } catch (cause) {
    throw unwritable(path, cause as NodeJS.ErrnoException);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

export function unwritable(path: string, cause: NodeJS.ErrnoException): AppError {
  const why = WHY[cause.code ?? ''] ?? cause.code ?? cause.message;
  return new AppError('FILE_UNWRITABLE', `Cannot write ${JSON.stringify(path)}: ${why}.`, { cause });
}

/**
 * The file appears whole or not at all; what is not a regular file (`/dev/null`) is written as it is. Throws
 * `FILE_UNWRITABLE`.
 */
export async function writeFile(path: string, pieces: Iterable<Uint8Array | string>): Promise<void> {
  const special = await isSpecial(path);
  const temporary = special ? path : `${path}.${process.pid}.tmp`;
  const file = createWriteStream(temporary, { flush: !special });
  const ended = finished(file);
  try {
    await Promise.race([writeAll(file, pieces), ended]);
    file.end();
    await ended;
    if (!special) await rename(temporary, path);
  } catch (error) {
    file.destroy();
    await ended.catch(() => undefined);
    if (!special) await rm(temporary, { force: true }).catch(() => undefined);
    const fault = error as NodeJS.ErrnoException;
    throw fault.syscall === undefined ? error : unwritable(path, fault);
  }
}
