/** The proof that the V8 engine does no harm. `npm run bench:attach -- --help` says how. */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { measure, type Tally } from './measure.ts';
import { nodeBinary } from './nodes.ts';
import { table } from './table.ts';

const HELP = `npm run bench:attach -- [--visits N] [--nodes 18,20,...] [--groups N] [--minutes N]

  --visits N    visits of each Node version (default 2000); one of four has its visitors killed
  --nodes LIST  versions, majors or full ones (default 18,20,22,24,26); fetched from the package registry
  --groups N    services at the same time, each with two workers (default 3)
  --minutes N   at most, for each version (default 60)

Needs root: every service has a network of its own.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      visits: { type: 'string', default: '2000' },
      nodes: { type: 'string', default: '18,20,22,24,26' },
      groups: { type: 'string', default: '3' },
      minutes: { type: 'string', default: '60' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (process.getuid?.() !== 0) throw new Error('bench:attach needs root: every service has a network of its own');
  const results = new Map<string, Tally>();
  for (const wanted of values.nodes.split(',')) {
    const node = nodeBinary(wanted);
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    let shown = Date.now();
    const tally = await measure({
      node,
      visits: Number(values.visits),
      groups: Number(values.groups),
      untilMs: Date.now() + Number(values.minutes) * 60_000,
      progress: (now) => {
        if (Date.now() - shown < 60_000) return;
        shown = Date.now();
        const { visits, profiled, crashes, leftOpen, leaked, refused } = now;
        console.error(version, JSON.stringify({ visits, profiled, crashes, leftOpen, leaked, refused }));
      },
    });
    results.set(version, tally);
    console.error(table(new Map([[version, tally]])));
  }
  process.stdout.write(table(results));
  const harm = [...results.values()].some((tally) => tally.crashes.length + tally.leftOpen + tally.leaked > 0);
  process.exitCode = harm ? 1 : 0;
}

await main();
