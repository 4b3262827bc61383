/**
 * npm run bench:again -- DIR DIR …: how well an incident is recognised that was there before. Each folder holds
 * recordings of scenarios that `npm run bench:culprits -- --keep DIR` made. Pairs of the same scenario from two folders
 * should have the same cause, pairs of different scenarios should not. Paths are cut to those within the service, as if
 * all scenarios were releases of one.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compare } from '../../service/compare/compare.ts';
import { fingerprint, SAME_CAUSE, similarity, type Trace } from '../../service/incidents/history/fingerprint.ts';
import { readRecording } from './capture.ts';
import { readKept } from './record.ts';

interface Known {
  readonly scenario: string;
  readonly folder: string;
  readonly features: readonly Trace[];
}

function read(folder: string, scenario: string): Known {
  const { healthy, hot } = readKept(join(folder, scenario));
  const { verdict, findings } = compare(readRecording(healthy, false), readRecording(hot, false));
  const within = findings.map((finding) => ({
    ...finding,
    file: finding.file?.replace(/^.*\/(?:scenarios(?:-\d)?\/[^/]+|support)\//, '/srv/app/') ?? null,
  }));
  return { scenario, folder, features: fingerprint({ verdict, findings: within }) };
}

/** What the cosine is measured against: the part of both that is the same, of all that there is. */
function jaccard(one: readonly Trace[], other: readonly Trace[]): number {
  const sum = (traces: readonly Trace[]) => traces.reduce((all, { weight }) => all + weight, 0);
  const weights = new Map(other.map(({ name, weight }) => [name, weight / sum(other)]));
  const common = one.reduce((all, { name, weight }) => all + Math.min(weight / sum(one), weights.get(name) ?? 0), 0);
  return common / (2 - common);
}

const percent = (part: number, of: number) => `${((part / of) * 100).toFixed(1)} % (${part} of ${of})`;

const folders = process.argv.slice(2).map((folder) => resolve(process.env.INIT_CWD ?? '.', folder));
if (folders.length < 2) throw new Error('Two folders of kept recordings are needed.');
const known = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'hot.capture.gz')))
    .map((scenario) => read(folder, scenario)),
);
const named = known.filter(({ features }) => features.length > 0);
const measures = [
  ['cosine', similarity],
  ['weighted Jaccard', jaccard],
] as const;
for (const [measure, alike] of measures) {
  const pairs = named.flatMap((one, at) =>
    named.slice(at + 1).map((other) => ({ one, other, alike: alike(one.features, other.features) })),
  );
  const same = pairs.filter(({ one, other }) => one.scenario === other.scenario);
  const different = pairs.filter(({ one, other }) => one.scenario !== other.scenario);
  for (const least of [0.2, 0.3, 0.35, SAME_CAUSE, 0.5, 0.6]) {
    const count = (list: typeof pairs) => percent(list.filter((pair) => pair.alike >= least).length, list.length);
    process.stdout.write(`${measure} ≥ ${least}: same scenario ${count(same)}; different ones ${count(different)}\n`);
  }
  if (measure !== 'cosine') continue;
  for (const { one, alike } of same.filter((pair) => pair.alike < SAME_CAUSE))
    process.stdout.write(`  not recognised: ${one.scenario}, ${alike.toFixed(2)}\n`);
  for (const { one, other, alike } of different.filter((pair) => pair.alike >= SAME_CAUSE))
    process.stdout.write(`  taken for the same: ${one.scenario} and ${other.scenario}, ${alike.toFixed(2)}\n`);
}
process.stdout.write(`${known.length - named.length} of ${known.length} recordings have no cause to be known by.\n`);
