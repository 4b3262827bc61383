/**
 * The culprit benchmark: real services with a switchable fault, recorded healthy and faulty at once with the real remote
 * script, compared and scored. `npm run bench:culprits -- --help` says how.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from '../../service/compare/compare.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { halves, readRecording } from './capture.ts';
import { mostGrown, type RawShares } from './naive.ts';
import { keep, type Recorded, readKept, record } from './record.ts';
import { type Outcome, printTable, summarise } from './results.ts';
import { readScenarios, type Scenario } from './scenario.ts';
import { namesExpected, score } from './score.ts';
import { stopAll } from './service-process.ts';

const HELP = `npm run bench:culprits -- [--dir DIR] [--only NAME …] [--seconds N] [--json] [--no-aa]

  --dir DIR     folder of scenarios (a folder each, with service.js and expect.json); default: those of the project
  --only NAME   only this scenario; may be given again
  --seconds N   length of a recording (default 10)
  --json        results as JSON on stdout
  --keep DIR    leave the recordings there
  --from DIR    score recordings kept there instead of making new ones
  --no-aa       leave the comparisons of like with like out (one process less to start)
`;

const HZ = 99;

/** Comparisons of a service with itself, and how many of them named a function. */
function sameWithSame(profiles: { healthy: Profile; twin: Profile | undefined; hot: Profile }): {
  pairs: number;
  named: string[];
} {
  const pairs: (readonly [Profile, Profile])[] = [halves(profiles.healthy), halves(profiles.hot)];
  if (profiles.twin !== undefined) pairs.push([profiles.healthy, profiles.twin], halves(profiles.twin));
  const named = pairs.flatMap(([a, b]) =>
    compare(a, b)
      .findings.slice(0, 1)
      .map((finding) => finding.function),
  );
  return { pairs: pairs.length, named };
}

function naiveRanks(
  healthy: RawShares,
  hot: RawShares,
  scenario: Scenario,
): Pick<Outcome, 'naiveSelf' | 'naiveInclusive'> {
  const self = mostGrown(healthy.self, hot.self);
  const inclusive = mostGrown(healthy.inclusive, hot.inclusive);
  return {
    naiveSelf: { name: self ?? null, right: namesExpected(self, scenario.expect) },
    naiveInclusive: { name: inclusive ?? null, right: namesExpected(inclusive, scenario.expect) },
  };
}

function judge(scenario: Scenario, recorded: Recorded): Outcome {
  const healthy = readRecording(recorded.healthy);
  const hot = readRecording(recorded.hot);
  const twin = recorded.twin === undefined ? undefined : readRecording(recorded.twin);
  const startedAt = performance.now();
  const differential = compare(healthy, hot);
  const milliseconds = performance.now() - startedAt;
  return {
    scenario: scenario.name,
    expect: scenario.expect,
    score: score(differential, scenario.expect),
    differential,
    milliseconds,
    same: sameWithSame({ healthy, twin, hot }),
    ...naiveRanks(recorded.rawHealthy, recorded.rawHot, scenario),
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string', default: join(import.meta.dirname, 'scenarios') },
      only: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      'no-aa': { type: 'boolean', default: false },
      keep: { type: 'string' },
      from: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.seconds);
  if (values.help || !Number.isInteger(seconds) || seconds < 1) {
    process.stderr.write(HELP);
    return values.help ? 0 : 2;
  }
  const scenarios = readScenarios(resolve(values.dir), values.only);
  if (scenarios.length === 0) throw new Error(`There is no scenario in ${values.dir}.`);
  const outcomes: Outcome[] = [];
  for (const [i, scenario] of scenarios.entries()) {
    process.stderr.write(`${i + 1}/${scenarios.length} ${scenario.name}\n`);
    const recorded = values.from
      ? readKept(join(values.from, scenario.name))
      : await record(scenario, { seconds, hz: HZ }, !values['no-aa']);
    if (values.keep) keep(join(values.keep, scenario.name), recorded);
    outcomes.push(judge(scenario, recorded));
  }
  if (values.json) process.stdout.write(`${JSON.stringify(summarise(outcomes), null, 2)}\n`);
  else printTable(outcomes);
  return 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void stopAll().finally(() => process.exit(1));
  });
}
process.exitCode = await main();
