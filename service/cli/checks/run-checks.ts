import { explain } from '../../shared/errors.ts';
import { visible } from '../../shared/text/untrusted.ts';

/** `note`: works, but a person may want to know. */
type Result = { readonly state: 'ok' | 'note'; readonly text: string };

export interface Check {
  readonly name: string;
  /** Throws when what the service needs does not work. */
  run(): Promise<Result | readonly Result[]>;
}

export const ok = (text: string): Result => ({ state: 'ok', text });
export const note = (text: string): Result => ({ state: 'note', text });

const WIDTH = 14;

/** Runs all checks, one after the other, a line each on stdout. Returns how many failed. */
export async function runChecks(checks: readonly Check[]): Promise<number> {
  let failed = 0;
  for (const check of checks) {
    try {
      const results = [await check.run()].flat();
      for (const { state, text } of results) print(state, check.name, text);
    } catch (error) {
      failed++;
      print('FAIL', check.name, explain(error));
    }
  }
  return failed;
}

function print(state: string, name: string, text: string): void {
  process.stdout.write(`${state.padEnd(5)} ${name.padEnd(WIDTH)} ${visible(text)}\n`);
}
