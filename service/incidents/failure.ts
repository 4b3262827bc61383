import { AppError } from '../shared/errors.ts';
import type { Failure } from './incident.ts';

/** A disk that takes no files cannot take the report of that either: it is waited for. */
export function isDiskFault(error: unknown): boolean {
  return error instanceof AppError && error.code === 'ARTIFACT_UNWRITABLE';
}

/**
 * What the report shows of an error. Of a bug its message, too, to tell it by: it may hold anything, and renderers
 * escape it.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, message: error.message, hint: error.hint ?? null };
  return {
    code: 'INTERNAL',
    message: `An internal error stopped the work: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'See the log of the service for the details, and please report it.',
  };
}
