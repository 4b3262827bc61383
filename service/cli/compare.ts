import { basename } from 'node:path';
import { compare } from '../compare/compare.ts';
import type { Profile } from '../profile/profile.ts';
import { comparisonJson } from '../report/comparison-json.ts';
import { comparisonTable } from './compare-table.ts';
import { writeDifferential } from './differential-file.ts';
import { INPUT_OPTIONS, loadFile } from './input.ts';
import { parseCommand, usageError } from './usage.ts';

/** `smokejumper compare HEALTHY [HEALTHY…] HOT [--json] [-o OUT.svg] [--perf-map FILE…] [--event NAME]`: the last file is the hot one. */
export async function runCompare(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('compare', args, {
    ...INPUT_OPTIONS,
    json: { type: 'boolean' },
  });
  const hotPath = positionals.at(-1);
  if (positionals.length < 2 || hotPath === undefined) throw usageError('compare needs two files: HEALTHY and HOT.');
  if (values.output !== undefined && !values.output.endsWith('.svg')) throw usageError('-o must name an .svg file.');
  const profiles: Profile[] = [];
  for (const path of positionals) profiles.push(await loadFile(path, values, 'view', basename(path)));
  const hot = profiles.pop();
  if (hot === undefined) throw usageError('compare needs two files: HEALTHY and HOT.');
  const differential = compare(profiles, hot);
  process.stdout.write(values.json ? comparisonJson(differential) : comparisonTable(differential));
  if (values.output !== undefined) {
    const healthy = positionals.slice(0, -1).map((path) => basename(path));
    await writeDifferential(values.output, differential, `${basename(hotPath)} against ${healthy.join(', ')}`);
  }
  return 0;
}
