import { exportFolded } from '../../profile/folded/export-folded.ts';
import { INPUT_OPTIONS, loadOne } from '../input.ts';
import { writeOutput } from '../output/write-output.ts';
import { parseCommand } from '../usage.ts';

/**
 * `smokejumper collapse FILE|- [--perf-map FILE …] [--canonical] [--samples] [--event NAME] [--column 1|2]
 * [--release-dir NAME …] [-o FILE]`: any profile as folded stacks. Names as stackcollapse-perf.pl prints them, unless
 * `--canonical` asks for one name a function; values are sums of periods, unless `--samples` asks for numbers of
 * samples.
 */
export async function runCollapse(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('collapse', args, {
    ...INPUT_OPTIONS,
    canonical: { type: 'boolean' },
    samples: { type: 'boolean' },
  });
  const profile = await loadOne('collapse', positionals, values, values.canonical ? 'conversion' : 'spelling');
  const options = {
    names: values.canonical ? 'canonical' : 'raw',
    values: values.samples ? 'samples' : 'weight',
    reuseMemory: true,
  } as const;
  await writeOutput(values.output, exportFolded(profile, options));
  return 0;
}
