import { AppError } from '../shared/errors.ts';
import { meant } from '../shared/text/did-you-mean.ts';
import { quoted } from '../shared/text/untrusted.ts';
import { COMMANDS, type CommandName } from './command-table.ts';
import type { Option } from './table/command.ts';

// An import would also load what is reached through it, worker threads for one: 2 ms.
const { parseArgs } = process.getBuiltinModule('node:util');

/** A fault of the caller: exit code 2. Where its help is, is added where it is printed. */
export function usageError(message: string, cause?: unknown): AppError {
  return new AppError('USAGE', message, cause === undefined ? {} : { cause });
}

type Parsed<Name extends CommandName> = ReturnType<
  typeof parseArgs<{ options: (typeof COMMANDS)[Name]['options']; allowPositionals: true; strict: true }>
>;

/** The options that the table declares for a command, and its other arguments. Complaints are usage errors. */
export function parseCommand<Name extends CommandName>(command: Name, args: readonly string[]): Parsed<Name> {
  const { options } = COMMANDS[command];
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    checkValues(options, parsed.values);
    return parsed as Parsed<Name>;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // Its first sentence; the second one explains how to pass what nobody wants to pass.
    const [complaint] = (cause as Error).message.split('. ');
    throw usageError(`${command}: ${complaint?.replace(/\.?$/, '.')}${suggestion(complaint ?? '', options)}`, cause);
  }
}

/** ` Did you mean --column?` */
function suggestion(complaint: string, options: Readonly<Record<string, Option>>): string {
  const unknown = /^Unknown option '--([^']+)'/.exec(complaint)?.[1];
  const name = unknown && meant(unknown, [...Object.keys(options), 'help']);
  return name ? ` Did you mean --${name}?` : '';
}

function checkValues(options: Readonly<Record<string, Option>>, given: Readonly<Record<string, unknown>>): void {
  for (const [name, { values }] of Object.entries(options)) {
    const value = given[name];
    if (values === undefined || typeof value !== 'string' || values.includes(value)) continue;
    const near = meant(value, values);
    const question = near === undefined ? '' : ` Did you mean ${near}?`;
    throw usageError(`--${name} must be ${oneOf(values)}, not ${quoted(value)}.${question}`);
  }
}

/** `folded, speedscope or pprof` */
function oneOf(values: readonly string[]): string {
  return [values.slice(0, -1).join(', '), ...values.slice(-1)].filter((part) => part !== '').join(' or ');
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
  throw usageError(`${name} must be a whole number from ${minimum} to ${maximum}, not ${quoted(text)}.`);
}
