import { AppError, explain } from '../../shared/errors.ts';
import type { Terminal } from '../output/terminal.ts';
import { wrap } from '../output/wrap.ts';

/** What a check says. */
interface Result {
  /**
   * `note`: works, but a person may want to know. `missing`: what is there works, but no alarm would be profiled, or
   * nobody be told.
   */
  readonly state: 'ok' | 'note' | 'missing';
  readonly text: string;
  /** What to do. */
  readonly fix?: string;
}

export interface Check {
  readonly name: string;
  /** Throws when what the service needs does not work. */
  run(): Promise<Result | readonly Result[]>;
}

/** A line of the answer, as `--json` prints it. */
export interface Checked {
  readonly name: string;
  readonly state: Result['state'] | 'failed';
  readonly text: string;
  readonly fix: string | null;
}

export const ok = (text: string): Result => ({ state: 'ok', text });
export const note = (text: string, fix?: string): Result => ({ state: 'note', text, ...(fix && { fix }) });
export const missing = (text: string, fix: string): Result => ({ state: 'missing', text, fix });

/** Runs all checks, one after the other, and hands each line over as soon as it is known. */
export async function runChecks(checks: readonly Check[], tell: (checked: Checked) => void): Promise<Checked[]> {
  const all: Checked[] = [];
  for (const check of checks) {
    for (const { state, text, fix = null } of await resultsOf(check)) {
      const checked = { name: check.name, state, text, fix };
      all.push(checked);
      tell(checked);
    }
  }
  return all;
}

async function resultsOf(check: Check): Promise<readonly Omit<Checked, 'name'>[]> {
  try {
    return [await check.run()].flat().map(({ state, text, fix = null }) => ({ state, text, fix }));
  } catch (error) {
    const [text, fix] = error instanceof AppError ? [error.message, error.hint] : [explain(error), undefined];
    return [{ state: 'failed', text, fix: fix ?? null }];
  }
}

const NAME_WIDTH = 13;
const INDENT = ' '.repeat(NAME_WIDTH + 3);

/** `✓ topic        …`, and below it what to do. */
export function checkedLines({ name, state, text, fix }: Checked, { width, style }: Terminal): string[] {
  const mark = { ok: style.green('✓'), note: style.yellow('–'), missing: style.red('✗'), failed: style.red('✗') }[
    state
  ];
  const lead = `  ${name.padEnd(NAME_WIDTH)} `;
  const lines = wrap(text, INDENT, width, lead).map((line, i) => (i === 0 ? mark + line.slice(1) : line));
  return [...lines, ...(fix === null ? [] : wrap(fix, `${INDENT}  `, width, `${INDENT}→ `))];
}

/** The last words: what is in the way of trusting it, or that nothing is. */
export function summary(all: readonly Checked[]): { readonly ready: boolean; readonly words: string } {
  const named = (state: Checked['state']) => [
    ...new Set(all.filter((one) => one.state === state).map(({ name }) => name)),
  ];
  const failed = named('failed');
  const lacking = named('missing');
  if (failed.length === 0 && lacking.length === 0) return { ready: true, words: 'Ready: everything works.' };
  const words = [
    ...(failed.length > 0 ? [`does not work: ${failed.join(', ')}`] : []),
    ...(lacking.length > 0 ? [`nothing would fire or nobody be told: ${lacking.join(', ')}`] : []),
  ];
  return { ready: false, words: `Not ready; ${words.join('; ')}.` };
}
