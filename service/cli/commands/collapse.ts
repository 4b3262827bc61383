import { exportFolded } from '../../profile/folded/export-folded.ts';
import { AppError } from '../../shared/errors.ts';
import { loadOne } from '../input.ts';
import { writeOutput } from '../output/write-output.ts';
import { checkJsonOutput, writtenJson } from '../output/written-profile.ts';
import { parseCommand } from '../usage.ts';

/**
 * `smokejumper collapse`: any profile as folded stacks. Names as stackcollapse-perf.pl prints them, unless
 * `--canonical` asks for one name a function; values are sums of periods, unless `--samples` asks for numbers of
 * samples.
 */
export async function runCollapse(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('collapse', args);
  checkJsonOutput('collapse', values);
  const profile = await loadOne('collapse', positionals, values, values.canonical ? 'conversion' : 'spelling');
  if (values.samples && profile.ledger.unit !== undefined) {
    throw new AppError('NO_SAMPLES', 'The file holds sums, and does not say how many samples they stand for.', {
      hint: 'Leave --samples out, or pass what the file was made from.',
    });
  }
  const options = {
    names: values.canonical ? 'canonical' : 'raw',
    values: values.samples ? 'samples' : 'weight',
    reuseMemory: true,
  } as const;
  await writeOutput(values.output, exportFolded(profile, options));
  if (values.json) process.stdout.write(writtenJson(values.output ?? '-', 'folded', profile));
  return 0;
}
