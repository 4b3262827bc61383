/** When repeating the failed work can help: `never`, `later` (transient outside fault), or `now`. */
export type Retry = 'never' | 'later' | 'now';

interface AppErrorOptions {
  readonly cause?: unknown;
  readonly retry?: Retry;
  readonly hint?: string;
}

/**
 * A fault that we foresaw. `message` says what happened to whom, `hint` what to do next; neither may hold a
 * secret. Anything that is not an `AppError` is a bug.
 */
export class AppError extends Error {
  readonly code: string;
  readonly retry: Retry;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retry = options.retry ?? 'never';
    this.hint = options.hint;
  }
}

/**
 * Something outside did not work this time: throttled, silent, unreachable. Unlike other faults with retry `later`, no
 * number of tries shows that it never will; how long it is worth waiting is for the caller to say.
 */
export class OutageError extends AppError {
  constructor(code: string, message: string, options: Omit<AppErrorOptions, 'retry'> = {}) {
    super(code, message, { ...options, retry: 'later' });
  }
}

/** Too many calls at once: this one was refused before anything was done. */
export class ThrottledError extends OutageError {}

/** One line for people: the message, then the hint when there is one. */
export function explain(error: unknown): string {
  if (error instanceof AppError) return error.hint ? `${error.message} ${error.hint}` : error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
