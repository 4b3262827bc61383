import { AppError } from '../shared/errors.ts';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

export function unreadable(path: string, cause: NodeJS.ErrnoException): AppError {
  const why = WHY[cause.code ?? ''] ?? cause.code ?? cause.message;
  return new AppError('FILE_UNREADABLE', `Cannot read ${JSON.stringify(path)}: ${why}.`, { cause });
}
