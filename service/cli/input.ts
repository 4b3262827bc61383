/** What collapse and export have in common: one profile in, its accounting on stderr. */
import type { LoadOptions } from '../convert/load-options.ts';
import { loadProfile } from '../convert/load-profile.ts';
import { accountingText } from '../profile/accounting-text.ts';
import type { IdentityRules } from '../profile/identity/identity.ts';
import { RELEASE_RULES, releaseDirectory } from '../profile/identity/source-path.ts';
import type { Profile } from '../profile/profile.ts';
import { ascii } from '../shared/text/untrusted.ts';
import { readingProgress } from './output/progress.ts';
import { usageError } from './usage.ts';

/** Options of the commands that read a profile. */
export interface InputValues {
  readonly 'perf-map'?: string[] | undefined;
  readonly event?: string | undefined;
  readonly column?: string | undefined;
  readonly 'release-dir'?: string[] | undefined;
}

/** The default rules after those for the directories that the user names. */
function identityRules(directories: readonly string[]): IdentityRules {
  if (directories.some((name) => name === '' || name.includes('/'))) {
    throw usageError(
      '--release-dir takes the name of one directory, with * for the part that changes: --release-dir "gen-*".',
    );
  }
  return { releases: [...directories.map(releaseDirectory), ...RELEASE_RULES] };
}

/** A view leaves out idle CPUs; a conversion leaves nothing out; for the spelling alone functions need not be known. */
export type Purpose = 'conversion' | 'spelling' | 'view';

/** Loads the only positional argument; draws progress, prints accounting and warnings on stderr. */
export async function loadOne(
  command: string,
  positionals: readonly string[],
  values: InputValues,
  as: Purpose = 'conversion',
): Promise<Profile> {
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw usageError(`${command} needs one FILE, or - for standard input.`);
  return loadFile(path, values, as);
}

/** As `loadOne`, of one of several files; `label` tells whose accounting is whose. */
export async function loadFile(path: string, values: InputValues, as: Purpose, label = ''): Promise<Profile> {
  if (values.column !== undefined && values.column !== '1' && values.column !== '2')
    throw usageError('--column must be 1 or 2.');
  const options: LoadOptions = {
    perfMaps: values['perf-map'] ?? [],
    dropIdle: as === 'view',
    identify: as !== 'spelling',
    ...(values.event === undefined ? {} : { event: values.event }),
    ...(values.column === undefined ? {} : { column: values.column === '1' ? 1 : 2 }),
    ...(values['release-dir'] === undefined ? {} : { rules: identityRules(values['release-dir']) }),
  };
  const { onProgress, done } = readingProgress('reading');
  const profile = await loadProfile(path, { ...options, onProgress }).finally(done);
  const lead = label === '' ? '' : `${label}: `;
  process.stderr.write(`${lead}${accountingText(profile.ledger)}\n`);
  for (const warning of profile.facts.warnings) process.stderr.write(`${lead}note: ${ascii(warning)}\n`);
  return profile;
}
