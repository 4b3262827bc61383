/** The proof that the V8 engine does no harm. `npm run bench:attach -- --help` says how. */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { measure, newTally, type Tally } from './measure.ts';
import { nodeBinary } from './nodes.ts';
import { table } from './table.ts';

const HELP = `npm run bench:attach -- [--visits N] [--nodes 18,20,...] [--groups N] [--minutes N]

  --visits N    visits of each Node version (default 2000); one of four has its visitors killed
  --nodes LIST  versions, majors or full ones (default 18,20,22,24,26); fetched from the package registry
  --groups N    services at the same time, each with two workers (default 3)
  --minutes N   at most, for all versions together (default 300)

Needs root: every service has a network of its own.
`;

/** The versions take turns, so that each has its share when time runs out. */
const TURN_MS = 4 * 60_000;

function totalOf(results: ReadonlyMap<string, Tally>): number {
  return [...results.values()].reduce((sum, { visits }) => sum + visits, 0);
}

/** Ends what runs in order, so that nothing is left running, and prints what there is. */
let interrupted = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    interrupted = true;
  });
}

async function turn(node: string, visits: number, groups: number, until: number, results: Map<string, Tally>) {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const tally = results.get(version) ?? newTally();
  results.set(version, tally);
  if (tally.visits >= visits || Date.now() >= until || interrupted) return;
  const turnEnds = Math.min(until, Date.now() + TURN_MS);
  const over = () => tally.visits >= visits || Date.now() >= turnEnds || interrupted;
  await measure({ node, groups, over }, tally);
  process.stderr.write(`${new Date().toISOString()}\n${table(results)}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      visits: { type: 'string', default: '2000' },
      nodes: { type: 'string', default: '18,20,22,24,26' },
      groups: { type: 'string', default: '3' },
      minutes: { type: 'string', default: '300' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (process.getuid?.() !== 0) throw new Error('bench:attach needs root: every service has a network of its own');
  const visits = Number(values.visits);
  const until = Date.now() + Number(values.minutes) * 60_000;
  const nodes = values.nodes.split(',').map((wanted) => nodeBinary(wanted));
  const results = new Map<string, Tally>();
  while (Date.now() < until) {
    const before = totalOf(results);
    for (const node of nodes) await turn(node, visits, Number(values.groups), until, results);
    if (totalOf(results) === before) break;
  }
  process.stdout.write(table(results));
  const harm = [...results.values()].some((tally) => tally.crashes.length + tally.leftOpen + tally.leaked > 0);
  process.exitCode = harm ? 1 : 0;
}

await main();
