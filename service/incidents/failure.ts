import { AppError } from '../shared/errors.ts';
import type { Failure } from './incident.ts';

/** A disk that takes no files cannot take the report of that either: it is waited for. */
export function isDiskFault(error: unknown): boolean {
  return error instanceof AppError && error.code === 'ARTIFACT_UNWRITABLE';
}

/** What may stand in a report of the class of an error: a word, whatever somebody named it. */
const CLASS = /^[A-Za-z][A-Za-z0-9]{0,59}$/;

/**
 * What a report and the pages show of an error. The text of a bug stays out: it may hold anything (a secret, a path,
 * half of a recording). The log has it, and the incident's id finds it there.
 */
export function toFailure(error: unknown, incidentId: string): Failure {
  if (error instanceof AppError) return { code: error.code, message: error.message, hint: error.hint ?? null };
  const where = `the log of the service has the details under ${incidentId}`;
  return {
    code: 'INTERNAL',
    message: `An internal error stopped the work (${classOf(error)}); ${where}.`,
    hint: 'Please report it.',
  };
}

/** `TypeError`: the one thing of a bug that may be shown. */
export function classOf(error: unknown): string {
  return error instanceof Error && CLASS.test(error.name) ? error.name : 'Error';
}

/** One line for people: what happened, then what to do about it. */
export function failureWords({ message, hint }: Failure): string {
  return hint ? `${message} ${hint}` : message;
}
