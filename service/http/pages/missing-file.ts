import { AppError } from '../../shared/errors.ts';

/**
 * What a page says of a file that the incident had and that cannot be had now; undefined for an error of another kind.
 */
export function missingFile(error: unknown): { readonly status: 404 | 503; readonly message: string } | undefined {
  if (!(error instanceof AppError)) return undefined;
  const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  if (error.code === 'RECORDING_GONE' || error.code === 'ARTIFACT_MISSING') return { status: 404, message };
  return /^(?:ANALYSIS_|INTERRUPTED$)/.test(error.code) ? { status: 503, message } : undefined;
}
