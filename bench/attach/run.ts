/** The proof that the V8 engine does no harm. `npm run bench:attach -- --help` says how. */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { nodeBinary } from '../../bin/runtimes.ts';
import { endings } from './endings.ts';
import { measure } from './measure.ts';
import { tables } from './table.ts';
import { harmOf, keepTallies, newTally, readTallies, type Tally } from './tally.ts';
import { throughputTable } from './throughput.ts';

const HELP = `npm run bench:attach -- [--visits N] [--nodes 18,20,...] [--groups N] [--minutes N] [--results FILE]
npm run bench:attach -- --endings N [--nodes 18,20,...]
npm run bench:attach -- --confirm N [--nodes 18,20,...] [...]

  --visits N      visits of each Node version (default 2000); one of four has its visitors killed
  --nodes LIST    versions, majors or full ones (default 18,20,22,24,26); fetched from the package registry
  --groups N      services at the same time, each with two workers (default 8); in one turn of five three of them,
                  all on the first processor, with more calls than it can answer
  --minutes N     at most, for all versions together (default 300)
  --endings N     instead: N processes of each version that end in the middle of a visit
  --confirm N     instead: N visits of each version that turn inlining off for a moment (V8_ENGINE=confirm), a quarter
                  of them killed; then what a service gets done per second of CPU before, meanwhile and afterwards
  --results FILE  counts as JSON, after every turn; what is in it already is carried on

Needs root: every service has a network of its own.
`;

/** The versions take turns, so that each has its share when time runs out. */
const TURN_MS = 100_000;
const OVERLOADED_TURN_MS = 60_000;
const OVERLOADED_GROUPS = 3;
const OVERLOADED_EVERY = 5;

const ALL = '18,20,22,24,26';

type Results = Map<string, Tally>;

/** Ends what runs in order, so that nothing is left running, and prints what there is. */
let interrupted = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    interrupted = true;
  });
}

interface Wanted {
  readonly visits: number;
  readonly groups: number;
  readonly until: number;
  readonly file: string | undefined;
  readonly confirm: boolean;
}

/** Whether there was anything to do. */
async function turn(node: string, overloaded: boolean, wanted: Wanted, results: Results): Promise<boolean> {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const tally = results.get(version) ?? newTally();
  results.set(version, tally);
  const over = () => tally.visits >= wanted.visits || Date.now() >= turnEnds || interrupted;
  const turnEnds = Math.min(wanted.until, Date.now() + (overloaded ? OVERLOADED_TURN_MS : TURN_MS));
  if (over()) return false;
  const groups = overloaded ? OVERLOADED_GROUPS : wanted.groups;
  await measure({ node, groups, overloaded, over, confirm: wanted.confirm }, tally);
  if (wanted.file !== undefined) keepTallies(wanted.file, results);
  process.stderr.write(`${new Date().toISOString()}\n${tables(results)}\n`);
  return true;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      visits: { type: 'string', default: '2000' },
      nodes: { type: 'string' },
      groups: { type: 'string', default: '8' },
      minutes: { type: 'string', default: '300' },
      results: { type: 'string' },
      endings: { type: 'string' },
      confirm: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (process.getuid?.() !== 0) throw new Error('bench:attach needs root: every service has a network of its own');
  const until = Date.now() + Number(values.minutes) * 60_000;
  const confirm = values.confirm !== undefined;
  const visits = Number(values.confirm ?? values.visits);
  const wanted = { visits, groups: Number(values.groups), until, file: values.results, confirm };
  const versions = values.nodes ?? ALL;
  const nodes = versions.split(',').map((version) => nodeBinary(version));
  if (values.endings !== undefined) {
    let faults = 0;
    for (const node of nodes) faults += await endings(node, Number(values.endings));
    process.exitCode = faults > 0 ? 1 : 0;
    return;
  }
  const results: Results = values.results === undefined ? new Map() : readTallies(values.results);
  for (let round = 0, busy = true; busy; round++) {
    busy = false;
    for (const [index, node] of nodes.entries()) {
      // Every version has its turn under overload.
      const overloaded = (round + index) % OVERLOADED_EVERY === 1;
      busy = (await turn(node, overloaded, wanted, results)) || busy;
    }
  }
  process.stdout.write(tables(results));
  if (confirm && !interrupted) process.stdout.write(await throughputTable(nodes));
  process.exitCode = [...results.values()].some((tally) => harmOf(tally) > 0) ? 1 : 0;
}

await main();
