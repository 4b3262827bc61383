import { AppError } from '../shared/errors.ts';
import { COMMANDS, type CommandName } from './command-table.ts';

// An import would also load what is reached through it, worker threads for one: 2 ms.
const { parseArgs } = process.getBuiltinModule('node:util');

/** A fault of the caller: exit code 2. */
export function usageError(message: string, cause?: unknown): AppError {
  return new AppError('USAGE', message, { hint: 'See smokejumper --help.', ...(cause === undefined ? {} : { cause }) });
}

type Parsed<Name extends CommandName> = ReturnType<
  typeof parseArgs<{ options: (typeof COMMANDS)[Name]['options']; allowPositionals: true; strict: true }>
>;

/** The options that the table declares for a command, and its other arguments. Complaints are usage errors. */
export function parseCommand<Name extends CommandName>(command: Name, args: readonly string[]): Parsed<Name> {
  const { options } = COMMANDS[command];
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true }) as Parsed<Name>;
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
