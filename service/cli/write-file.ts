import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError } from '../shared/errors.ts';

/** A device, a pipe or a folder: renaming a file over it would destroy it. */
export async function isSpecial(path: string): Promise<boolean> {
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
  ENOTDIR: 'a part of the path is no folder',
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
