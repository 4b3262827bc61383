/** What all remote scripts have in common: how they are called, and the form of what they print. */
import { z } from 'zod';
import { AppError, type Retry } from '../shared/errors.ts';

/** The agent's mark behind output it has cut at 24,000 bytes. */
const CUT = /--output truncated--\s*$/i;

/** SSM hands out no more than 24,000 characters and its mark; more is not from SSM. */
const MAX_OUTPUT = 30_000;

/** For `sh`: in single quotes nothing is special but the single quote itself. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A script ends with `main "$@"`; as sent, this line carries the arguments instead. */
export function withArguments(scriptText: string, words: readonly string[]): string {
  const call = `main ${words.map(quote).join(' ')}`;
  const body = scriptText.trimEnd();
  if (!body.endsWith('\nmain "$@"')) {
    throw new AppError('SCRIPT_INVALID', 'The remote script does not end by calling main.', {
      hint: 'The files in remote-scripts are damaged; check them out again.',
    });
  }
  return `${body.slice(0, body.lastIndexOf('\n'))}\n${call}\n`;
}

const faultShape = z.object({
  smokejumper: z.literal(1),
  ok: z.literal(false),
  code: z.string().regex(/^[A-Z0-9_]{1,40}$/),
  message: z.string().max(1000),
  hint: z.string().max(1000).optional(),
});

/** Faults that pass by themselves; the others need somebody to change something on the instance. */
const PASSING: Readonly<Record<string, Retry>> = { ALREADY_RUNNING: 'later', STOPPED: 'later' };

export function badOutput(message: string): AppError {
  return new AppError('CAPTURE_OUTPUT_INVALID', message, { hint: 'See the output of the command in SSM Run Command.' });
}

/** The report of a script, and the line before it. Throws `CAPTURE_OUTPUT_INVALID` when the output was cut. */
export function lastLine(stdout: string): { readonly json: unknown; readonly before: string } {
  if (stdout.length > MAX_OUTPUT)
    throw badOutput(`The output has ${stdout.length} characters: no script prints so many.`);
  if (CUT.test(stdout)) throw badOutput("The SSM agent cut off the script's output at 24,000 bytes.");
  const lines = stdout.trimEnd().split('\n');
  const last = lines.pop() ?? '';
  if (last === '') throw badOutput('The script printed nothing.');
  try {
    return { json: JSON.parse(last), before: lines.at(-1)?.trim() ?? '' };
  } catch (cause) {
    throw new AppError('CAPTURE_OUTPUT_INVALID', "The script's output does not end with its report.", {
      cause,
      hint: 'The script was killed, or something else printed after it.',
    });
  }
}

/** Throws the script's own fault: its code, message and hint. */
export function throwFault(json: unknown): void {
  const fault = faultShape.safeParse(json);
  if (!fault.success) return;
  const { code, message, hint } = fault.data;
  throw new AppError(code, message, { retry: PASSING[code] ?? 'never', ...(hint ? { hint } : {}) });
}

/** Exactly `length` bytes where it is given, or `CAPTURE_OUTPUT_INVALID`. */
export function decodeBase64(base64: string, length?: number): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw badOutput("The script's output is not valid base64.");
  const bytes = Uint8Array.from(atob(base64.length % 4 === 0 ? base64 : ''), (char) => char.charCodeAt(0));
  if (length !== undefined && bytes.length !== length) {
    throw badOutput(`The script says it sent ${length} bytes, but ${bytes.length} arrived.`);
  }
  return bytes;
}

/** Of UTF-8; half a surrogate pair becomes the mark for what is no character. */
export function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text.toWellFormed())));
}
