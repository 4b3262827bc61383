import { basename } from 'node:path';
import { compare } from '../../compare/compare.ts';
import { comparisonJson } from '../../compare/comparison-json.ts';
import { scaleOf } from '../../compare/statistics/scale.ts';
import type { Profile } from '../../profile/profile.ts';
import { loadFile } from '../input.ts';
import { comparisonTable } from '../output/compare-table.ts';
import { writeDifferential } from '../output/differential-file.ts';
import { stdoutTerminal } from '../output/terminal.ts';
import { parseCommand, usageError } from '../usage.ts';

/** `40,120.5`: requests a second for each file. */
function requestRates(text: string, files: number): number[] {
  const rates = text.split(',').map((rate) => (/^\d+(?:\.\d+)?$/.test(rate.trim()) ? Number(rate) : Number.NaN));
  if (rates.length === files && rates.every(Number.isFinite)) return rates;
  throw usageError(`--requests takes the requests per second of each file: ${'40,'.repeat(files - 1)}120.`);
}

function withRequests(profile: Profile, rate: number | undefined): Profile {
  if (rate === undefined) return profile;
  return { ...profile, facts: { ...profile.facts, requests: rate * scaleOf(profile).seconds } };
}

/** `smokejumper compare HEALTHY [HEALTHY …] HOT`: the last file is the hot one. */
export async function runCompare(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('compare', args);
  const hotPath = positionals.at(-1);
  if (positionals.length < 2 || hotPath === undefined) throw usageError('compare needs two files: HEALTHY and HOT.');
  if (values.output !== undefined && !values.output.endsWith('.svg')) throw usageError('-o must name an .svg file.');
  const requests = values.requests === undefined ? [] : requestRates(values.requests, positionals.length);
  const profiles: Profile[] = [];
  for (const [i, path] of positionals.entries()) {
    const profile = await loadFile(path, values, 'view', basename(path));
    profiles.push(withRequests(profile, requests[i]));
  }
  const hot = profiles.pop();
  if (hot === undefined) throw usageError('compare needs two files: HEALTHY and HOT.');
  const differential = compare(profiles, hot);
  process.stdout.write(
    values.json ? comparisonJson(differential) : comparisonTable(differential, stdoutTerminal(values.color)),
  );
  if (values.output !== undefined) {
    const healthy = positionals.slice(0, -1).map((path) => basename(path));
    await writeDifferential(values.output, differential, `${basename(hotPath)} against ${healthy.join(', ')}`);
  }
  return 0;
}
