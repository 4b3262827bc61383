/** What a command that writes a profile says of it with `--json`. */
import type { Profile } from '../../profile/profile.ts';
import { usageError } from '../usage.ts';

/** Throws a usage error where both the profile and the JSON would go to standard output. */
export function checkJsonOutput(
  command: string,
  { json, output }: { readonly json?: boolean | undefined; readonly output?: string | undefined },
): void {
  if (json && (output === undefined || output === '-'))
    throw usageError(`${command} --json needs -o FILE: standard output is for the JSON.`);
}

export function writtenJson(file: string, format: string, { facts, ledger, processes }: Profile): string {
  const { recorded, drawn, filtered, lost, unit = 'samples' } = ledger;
  const answer = {
    file,
    format,
    source: facts.source,
    unit,
    samples: recorded,
    drawn,
    filtered,
    lost,
    processes: processes.map(({ pid, name }) => ({ pid, name })),
    warnings: facts.warnings,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
