import { EXPORT_FORMATS, exportProfile } from '../../convert/export-profile.ts';
import { loadOne } from '../input.ts';
import { writeOutput } from '../output/write-output.ts';
import { checkJsonOutput, writtenJson } from '../output/written-profile.ts';
import { parseCommand, usageError } from '../usage.ts';

/** `smokejumper export`: a profile in the format of another tool; reading options as in `collapse`. */
export async function runExport(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('export', args);
  const format = EXPORT_FORMATS.find((known) => known === values.format);
  if (format === undefined) throw usageError(`export needs --format ${EXPORT_FORMATS.join('|')}.`);
  if (format === 'pprof' && values.output === undefined && process.stdout.isTTY) {
    throw usageError('pprof is binary: pass -o FILE or redirect the output.');
  }
  checkJsonOutput('export', values);
  const profile = await loadOne('export', positionals, values);
  await writeOutput(values.output, exportProfile(profile, format));
  if (values.json) process.stdout.write(writtenJson(values.output ?? '-', format, profile));
  return 0;
}
