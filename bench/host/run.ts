/** What a capture costs the instance. `npm run bench:host -- --help` says how. */
import { parseArgs } from 'node:util';
import { closeOnSignals } from './belongings.ts';
import { burning } from './burning.ts';
import { bytesTables, cpuTables, recordHosts, recordLengths } from './capture-cost.ts';
import { serviceCost } from './service-cost.ts';

const PARTS = ['service', 'cpu', 'bytes', 'processes', 'burning'] as const;
type Part = (typeof PARTS)[number];

const HELP = `npm run bench:host -- [--only PART,...] [--seconds N,...] [--rounds N] [--loops N]

  --only LIST     service     throughput and p99 of a service, with and without a capture, turn about
                  cpu         CPU seconds after sampling against perf script, stackcollapse-perf.pl, flamegraph.pl
                  bytes       bytes written and sent, and memory, in the same recordings
                  processes   both on a host with 1 and on one with 200 Node processes, with threads that end
                  burning     start, length and result where busy loops want all CPUs (by default all five)
  --seconds LIST  of a recording (default: service and processes 10, cpu and bytes 10,30,60, burning 5);
                  all but cpu and bytes take the first
  --rounds N      default: service 10, others 3; medians are shown
  --loops N       of burning (default 16)

All of it takes some 25 minutes. Needs root, perf and cgroup v2. The peers are found by STACKCOLLAPSE_PERL and
FLAMEGRAPH_PERL, or on PATH.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: PARTS.join(',') },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      loops: { type: 'string', default: '16' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (process.getuid?.() !== 0) throw new Error('bench:host needs root: it records the whole host.');
  closeOnSignals();
  const numbers = (text: string) => text.split(',').map(Number);
  const asked = values.seconds === undefined ? undefined : numbers(values.seconds);
  const rounds = (usual: number) => (values.rounds === undefined ? usual : Number(values.rounds));
  const loops = Number(values.loops);
  const parts = values.only.split(',');
  const unknown = parts.find((part) => !PARTS.includes(part as Part));
  if (unknown !== undefined) throw new Error(`There is no part ${unknown}: --only takes ${PARTS.join(', ')}.`);
  if ([...(asked ?? []), rounds(1), loops].some((value) => !Number.isInteger(value) || value < 1)) {
    throw new Error('--seconds, --rounds and --loops must be whole numbers above 0.');
  }
  const wants = (part: Part) => parts.includes(part);
  if (wants('service')) await serviceCost(asked?.[0] ?? 10, rounds(10));
  if (wants('cpu') || wants('bytes')) {
    const cases = await recordLengths(asked ?? [10, 30, 60], rounds(3));
    if (wants('cpu')) cpuTables(cases);
    if (wants('bytes')) bytesTables(cases);
  }
  if (wants('processes')) {
    const cases = await recordHosts(asked?.[0] ?? 10, rounds(3));
    cpuTables(cases);
    bytesTables(cases);
  }
  if (wants('burning')) await burning(asked?.[0] ?? 5, rounds(3), loops);
}

await main();
