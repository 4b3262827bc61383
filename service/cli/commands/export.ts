import { EXPORT_FORMATS, exportProfile } from '../../convert/export-profile.ts';
import { INPUT_OPTIONS, loadOne } from '../input.ts';
import { writeOutput } from '../output/write-output.ts';
import { parseCommand, usageError } from '../usage.ts';

/** `smokejumper export FILE --format folded|speedscope|pprof [-o FILE]`; other options as in `collapse`. */
export async function runExport(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('export', args, { ...INPUT_OPTIONS, format: { type: 'string' } });
  const format = EXPORT_FORMATS.find((known) => known === values.format);
  if (format === undefined) throw usageError(`export needs --format ${EXPORT_FORMATS.join('|')}.`);
  if (format === 'pprof' && values.output === undefined && process.stdout.isTTY) {
    throw usageError('pprof is binary: pass -o FILE or redirect the output.');
  }
  const profile = await loadOne('export', positionals, values);
  await writeOutput(values.output, exportProfile(profile, format));
  return 0;
}
