/**
 * The culprit benchmark: real services with a switchable fault, recorded healthy and faulty at once with the real
 * remote script, compared and scored. `npm run bench:culprits -- --help` says how.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { V8_ENGINES, type V8Engine } from '../../service/capture/capture-script.ts';
import { compare } from '../../service/compare/compare.ts';
import type { Differential } from '../../service/compare/differential.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { type CaptureRequest, halves, readRecording } from './capture.ts';
import { mostGrown } from './naive.ts';
import { keep, type Recorded, readKept, record } from './record.ts';
import { type Failure, type Outcome, printTable, summarise } from './results.ts';
import { type Expectation, findScenarios, incompleteFolders, readExpectation, type Scenario } from './scenario.ts';
import { namesExpected, score } from './score.ts';
import { stopAll } from './service-process.ts';

const HELP = `npm run bench:culprits -- [--set 1|2|3|4|5|6|all | --dir DIR] [--only NAME …] [--seconds N] [--json]
    [--no-aa] [--no-raw]

  --set SET     the project's scenarios: 1 to 3, which the method was tuned on, 4 to 6, which it was not, or all
                (default)
  --dir DIR     another folder of scenarios (one folder each, with service.js and expect.json)
  --only NAME   only this scenario; may be repeated
  --seconds N   length of a recording (default 10)
  --warm-up N   seconds between the start of the services and the recording (default 4)
  --json        results as JSON on stdout
  --keep DIR    keep the recordings there, and what the look at code read
  --from DIR    score recordings kept there instead of making new ones
  --reread      with --from: look at the code again, as remote-scripts/inlined.js does it today; perf alone then knows
                nothing of what V8's profiler saw
  --v8 MODE     let V8's profiler visit the services: off (default), fallback, lines
  --no-aa       leave out the comparisons of like with like (one process less to start)
  --no-raw      leave out perf's own names (one recording of the whole machine less)
`;

const HZ = 99;

/** The project's own scenarios. Names are unique over all sets: recordings are kept by name. */
const SETS: Readonly<Record<string, string>> = {
  '1': join(import.meta.dirname, 'scenarios'),
  '2': join(import.meta.dirname, 'scenarios-2'),
  '3': join(import.meta.dirname, 'scenarios-3'),
  '4': join(import.meta.dirname, 'scenarios-4'),
  '5': join(import.meta.dirname, 'scenarios-5'),
  '6': join(import.meta.dirname, 'scenarios-6'),
};

/**
 * Comparisons of a healthy service with itself, and how many of them named a function. Halves of faulty recordings are
 * no such pairs: a leak grows.
 */
function sameWithSame(healthy: Profile, twin: Profile | undefined): { pairs: number; named: string[] } {
  const pairs: (readonly [Profile, Profile])[] = [halves(healthy)];
  if (twin !== undefined) pairs.push([healthy, twin], halves(twin));
  const named = pairs.flatMap(([a, b]) =>
    compare(a, b)
      .findings.slice(0, 1)
      .map((finding) => finding.function),
  );
  return { pairs: pairs.length, named };
}

function naiveRanks(raw: Recorded['raw'], expect: Expectation): Pick<Outcome, 'naiveSelf' | 'naiveInclusive'> {
  if (raw === null) return { naiveSelf: null, naiveInclusive: null };
  const self = mostGrown(raw.healthy.self, raw.hot.self);
  const inclusive = mostGrown(raw.healthy.inclusive, raw.hot.inclusive);
  return {
    naiveSelf: { name: self ?? null, right: namesExpected(self, expect) },
    naiveInclusive: { name: inclusive ?? null, right: namesExpected(inclusive, expect) },
  };
}

function judge(scenario: Scenario, expect: Expectation, recorded: Recorded, again: boolean): Outcome {
  const read = (alone: boolean) =>
    [readRecording(recorded.healthy, alone, again), readRecording(recorded.hot, alone, again)] as const;
  const [healthy, hot] = read(false);
  const twin = recorded.twin === undefined ? undefined : readRecording(recorded.twin, false);
  const visited = [healthy, hot].every(({ processes }) => processes.some(({ visit }) => visit?.status === 'profiled'));
  const startedAt = performance.now();
  const differential = compare(healthy, hot);
  const milliseconds = performance.now() - startedAt;
  return {
    set: scenario.set,
    scenario: scenario.name,
    expect,
    score: score(differential, expect),
    alone: visited ? aloneOf(compare(...read(true)), expect) : null,
    differential,
    milliseconds,
    contention: recorded.contention,
    same: sameWithSame(healthy, twin),
    ...naiveRanks(recorded.raw, expect),
  };
}

function aloneOf(differential: Differential, expect: Expectation): Outcome['alone'] {
  return { score: score(differential, expect), top: differential.findings[0]?.function ?? null };
}

interface Settings {
  readonly v8: V8Engine;
  readonly request: CaptureRequest;
  readonly twins: boolean;
  readonly raw: boolean;
  readonly keep: string | undefined;
  readonly from: string | undefined;
  readonly again: boolean;
}

async function runScenario(scenario: Scenario, settings: Settings): Promise<Outcome> {
  const expect = readExpectation(scenario.folder);
  const kept = settings.keep && join(resolve(settings.keep), scenario.name);
  const recorded = settings.from
    ? readKept(join(settings.from, scenario.name))
    : await record(scenario, { ...settings, flags: expect.flags, keepCode: kept });
  if (kept) keep(kept, recorded);
  return judge(scenario, expect, recorded, settings.again);
}

/** The chosen scenarios of the sets, or of another folder. */
function choose(set: string, dir: string | undefined, only: readonly string[]): Scenario[] {
  const names = set === 'all' ? Object.keys(SETS) : [set];
  // npm changes to the project's folder; a relative path means the one where it was typed.
  const folders =
    dir === undefined
      ? names.map((name) => [name, SETS[name]] as const)
      : [[dir, resolve(process.env.INIT_CWD ?? '.', dir)] as const];
  return folders.flatMap(([name, folder]) => {
    if (folder === undefined) throw new Error(`There is no set ${name}.`);
    for (const lonely of incompleteFolders(folder, only))
      process.stderr.write(`${lonely} has an expect.json but no service.js: left out.\n`);
    return findScenarios(folder, only, name);
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      set: { type: 'string', default: 'all' },
      dir: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '10' },
      'warm-up': { type: 'string', default: '4' },
      json: { type: 'boolean', default: false },
      v8: { type: 'string', default: 'off' },
      'no-aa': { type: 'boolean', default: false },
      'no-raw': { type: 'boolean', default: false },
      keep: { type: 'string' },
      from: { type: 'string' },
      reread: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.seconds);
  const warmUpSeconds = Number(values['warm-up']);
  const v8 = V8_ENGINES.find((engine) => engine === values.v8);
  if (values.help || v8 === undefined || !Number.isInteger(seconds) || seconds < 1 || !(warmUpSeconds >= 0)) {
    process.stderr.write(HELP);
    return values.help ? 0 : 2;
  }
  const scenarios = choose(values.set, values.dir, values.only);
  if (scenarios.length === 0) throw new Error('There is no such scenario.');
  const outcomes: Outcome[] = [];
  const failures: Failure[] = [];
  const request = { seconds, hz: HZ, warmUpSeconds };
  const settings = {
    v8,
    request,
    twins: !values['no-aa'],
    raw: !values['no-raw'],
    keep: values.keep,
    from: values.from,
    again: values.reread,
  };
  for (const [i, scenario] of scenarios.entries()) {
    process.stderr.write(`${i + 1}/${scenarios.length} ${scenario.name}\n`);
    try {
      outcomes.push(await runScenario(scenario, settings));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push({ scenario: scenario.name, error: message });
      process.stderr.write(`${scenario.name} could not be run. ${message}\n`);
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify(summarise(outcomes, failures), null, 2)}\n`);
  else printTable(outcomes, failures);
  return failures.length === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void stopAll().finally(() => process.exit(1));
  });
}
process.exitCode = await main();
