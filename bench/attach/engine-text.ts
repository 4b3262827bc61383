/** The V8 engine as one shell command, for the benchmark and the tests. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../remote-scripts/v8');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

export const visitText: string = read('visit.js');
/** What the confirming script asks of V8 instead of a profile. */
export const coverageCalls: string = execFileSync(
  'sh',
  ['-c', '. "$0"; echo "$v8_coverage"', join(folder, 'coverage.sh')],
  {
    encoding: 'utf8',
  },
).trim();
export const targetText: string = read('target.js');
const shellText = `${read('checks.sh')}\n${read('engine.sh')}`;

/**
 * What the engine needs of its caller, as environment, for any version of Node; the texts of the visitor are no secret
 * and small enough.
 */
export function engineEnvironment(work: string, settings: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const texts = { v8_visit: visitText, v8_target: targetText };
  return { PATH: process.env.PATH, ...texts, v8_work: work, v8_any: 'yes', ...settings };
}

export function engineCommand(commands: string): string {
  return `set -u\n${shellText}\n${commands}\n`;
}
