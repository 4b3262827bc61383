/** Errors on their way between threads: structured cloning would take the code and the hint from them. */
import { AppError, type Retry } from '../shared/errors.ts';

export interface Fault {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What an `AppError` says besides; null for a bug. */
  readonly foreseen: { readonly code: string; readonly retry: Retry; readonly hint: string | undefined } | null;
}

export function toFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined, foreseen: null };
  const { name, message, stack } = error;
  const { code, retry, hint } = error instanceof AppError ? error : {};
  return { name, message, stack, foreseen: code && retry ? { code, retry, hint } : null };
}

export function fromFault({ name, message, stack, foreseen }: Fault): Error {
  if (foreseen !== null) {
    const { code, retry, hint } = foreseen;
    return new AppError(code, message, hint === undefined ? { retry } : { retry, hint });
  }
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
