import { AppError } from '../shared/errors.ts';

/** Errors about maps, which name their file. */
const OF_OTHER_FILES: ReadonlySet<string> = new Set(['FILE_UNREADABLE', 'PERF_MAP_NAME']);

/** Parsers know lines and places; which file they are in is known here. */
export function inFile(error: unknown, name: string): unknown {
  if (!(error instanceof AppError) || error.message.includes(name) || OF_OTHER_FILES.has(error.code)) return error;
  const { code, message, retry, hint } = error;
  return new AppError(code, `${name}: ${message}`, { cause: error, retry, ...(hint === undefined ? {} : { hint }) });
}
