/** Errors between threads: a structured clone keeps the message, but neither the class nor our fields. */
import { AppError, type Retry } from './errors.ts';

export interface WireError {
  readonly isOurs: boolean;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly hint: string | undefined;
  readonly retry: Retry;
  readonly cause: WireError | undefined;
}

export function toWire(error: unknown): WireError {
  const { name, message, stack, cause } = error instanceof Error ? error : new Error(String(error));
  const code = (error as { code?: unknown }).code;
  return {
    isOurs: error instanceof AppError,
    name,
    message,
    stack,
    code: typeof code === 'string' ? code : undefined,
    hint: error instanceof AppError ? error.hint : undefined,
    retry: error instanceof AppError ? error.retry : 'never',
    cause: cause instanceof Error ? toWire(cause) : undefined,
  };
}

export function fromWire(wire: WireError): Error {
  const cause = wire.cause === undefined ? {} : { cause: fromWire(wire.cause) };
  if (wire.isOurs) {
    const hint = wire.hint === undefined ? {} : { hint: wire.hint };
    return new AppError(wire.code ?? 'INTERNAL', wire.message, { ...cause, ...hint, retry: wire.retry });
  }
  const error = new Error(wire.message, cause);
  if (wire.stack !== undefined) error.stack = wire.stack;
  return Object.assign(error, { name: wire.name, ...(wire.code === undefined ? {} : { code: wire.code }) });
}
