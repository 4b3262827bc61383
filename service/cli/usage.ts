import type { ParseArgsConfig } from 'node:util';
import { AppError } from '../shared/errors.ts';

// An import would also load what is reached through it, worker threads for one: 2 ms.
const { parseArgs } = process.getBuiltinModule('node:util');

/** A fault of the caller: exit code 2. */
export function usageError(message: string, cause?: unknown): AppError {
  return new AppError('USAGE', message, { hint: 'See smokejumper --help.', ...(cause === undefined ? {} : { cause }) });
}

/** `util.parseArgs` whose complaints are usage errors. */
export function parseCommand<T extends ParseArgsConfig['options']>(
  command: string,
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    // Its first sentence; the second one explains how to pass what nobody wants to pass.
    const [complaint] = (cause as Error).message.split('. ');
    throw usageError(`${command}: ${complaint?.replace(/\.?$/, '.')}`, cause);
  }
}

/** A whole number within bounds, or a usage error that names the option. */
export function wholeOption(
  name: string,
  text: string | undefined,
  fallback: number,
  minimum: number,
  maximum: number,
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw usageError(`--${name} must be a whole number from ${minimum} to ${maximum}, not ${JSON.stringify(text)}.`);
}
