import { exportPprof } from '../convert/export-pprof.ts';
import { exportFolded } from '../profile/export-folded.ts';
import { exportSpeedscope } from '../profile/export-speedscope.ts';
import type { Profile } from '../profile/profile.ts';
import { INPUT_OPTIONS, loadOne, writeOutput } from './input.ts';
import { parseCommand, usageError } from './usage.ts';

const FORMATS: Readonly<Record<string, (profile: Profile) => Iterable<Uint8Array | string>>> = {
  folded: (profile) => exportFolded(profile, { names: 'canonical' }),
  speedscope: (profile) => exportSpeedscope(profile),
  pprof: (profile) => [exportPprof(profile)],
};

/** `smokejumper export FILE --format folded|speedscope|pprof [-o FILE]`; other options as in `collapse`. */
export async function runExport(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('export', args, { ...INPUT_OPTIONS, format: { type: 'string' } });
  const write = Object.hasOwn(FORMATS, values.format ?? '') ? FORMATS[values.format ?? ''] : undefined;
  if (write === undefined) throw usageError(`export needs --format ${Object.keys(FORMATS).join('|')}.`);
  if (values.format === 'pprof' && values.output === undefined && process.stdout.isTTY) {
    throw usageError('pprof is binary: give -o FILE or redirect.');
  }
  const profile = await loadOne('export', positionals, values);
  await writeOutput(values.output, write(profile));
  return 0;
}
