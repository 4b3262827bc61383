/**
 * npm run bench:profile [-- --mb N] [--runs N] [--input FILE] [--only speed|size] [--hz N]: our importer against the
 * native tools, in one run on one machine, on real perf text recorded here; and what a capture weighs. Peers:
 * stackcollapse-perf.pl on PATH or in STACKCOLLAPSE_PERL, inferno-collapse-perf on PATH or in INFERNO. Medians; ratios
 * are what can be compared between machines.
 */
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findPeer } from '../find-peer.ts';
import { perfText } from './input.ts';
import { type Measure, measure, median } from './measure.ts';
import { captureSize } from './size.ts';

const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '400' },
    runs: { type: 'string', default: '3' },
    input: { type: 'string' },
    only: { type: 'string' },
    hz: { type: 'string' },
  },
});
const folder = join(tmpdir(), 'smokejumper-bench-profile');
/** Size of the second input: start-up counts there. */
const SMALL_MB = 100;

const perl = findPeer('STACKCOLLAPSE_PERL', 'stackcollapse-perf.pl');
const inferno = findPeer('INFERNO', 'inferno-collapse-perf');
const toTree = join(import.meta.dirname, 'to-tree.mjs');
const cli = join(import.meta.dirname, '../../bin/smokejumper.mjs');

type Command = readonly [command: string, args: readonly string[]];
/** Its commands run at the same time. */
type Contestant = readonly [name: string, ...commands: readonly Command[]];

function peers(file: string, threads: readonly number[]): Contestant[] {
  const list: Contestant[] = [];
  if (perl !== undefined) list.push(['stackcollapse-perf.pl', ['perl', [perl, file]]]);
  for (const n of inferno === undefined ? [] : threads) {
    list.push([`inferno-collapse-perf -n ${n}`, [inferno as string, ['-n', String(n), file]]]);
  }
  return list;
}

/** What runs at the same time, as one. */
function together(measures: readonly Measure[]): Measure {
  const sum = (of: (measure: Measure) => number) => measures.reduce((total, measure) => total + of(measure), 0);
  return {
    wallMs: Math.max(...measures.map(({ wallMs }) => wallMs)),
    cpuMs: sum(({ cpuMs }) => cpuMs),
    peakMb: sum(({ peakMb }) => peakMb),
  };
}

/** Rounds of all contestants, so that a busy moment of the machine hits all alike; the first warms up. */
async function compete(contestants: readonly Contestant[], runs: number): Promise<Map<string, Measure[]>> {
  const results = new Map<string, Measure[]>(contestants.map(([name]) => [name, []]));
  for (let round = 0; round <= runs; round++) {
    for (const [name, ...commands] of contestants) {
      // The slow peer needs no warming up.
      if (round === 0 && commands[0]?.[0] === 'perl') continue;
      const result = together(await Promise.all(commands.map(([command, args]) => measure(command, args))));
      if (round > 0) results.get(name)?.push(result);
    }
  }
  return results;
}

function table(title: string, bytes: number, results: ReadonlyMap<string, readonly Measure[]>, ours: string): void {
  const wall = (name: string) => median(results.get(name) ?? [], (result) => result.wallMs);
  const cpu = (name: string) => median(results.get(name) ?? [], (result) => result.cpuMs);
  console.log(`\n### ${title} (${Math.round(bytes / 1e6)} MB)\n`);
  console.log('| | wall s | MB/s | CPU s | peak MB | ours is faster, wall | CPU |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const name of results.keys()) {
    const peak = median(results.get(name) ?? [], (result) => result.peakMb);
    const ratio = (by: (name: string) => number) => (name === ours ? '' : `${(by(name) / by(ours)).toFixed(2)} ×`);
    const cells = [
      name,
      (wall(name) / 1000).toFixed(2),
      (bytes / 1e3 / wall(name)).toFixed(0),
      (cpu(name) / 1000).toFixed(2),
      peak.toFixed(0),
      ratio(wall),
      ratio(cpu),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function compareSpeed(runs: number, megabytes: number): Promise<void> {
  if (!(runs > 0) || !(megabytes > 0)) throw new Error('--runs and --mb must be numbers above 0.');
  if (perl === undefined) console.error('stackcollapse-perf.pl was not found: set STACKCOLLAPSE_PERL.');
  if (inferno === undefined) console.error('inferno-collapse-perf was not found: set INFERNO (optional)');

  const large = await perfText(folder, megabytes, values.input);
  const oneThread = 'smokejumper, file to call tree, 1 thread';
  const trees: Contestant[] = [
    [oneThread, [process.execPath, [toTree, large, '1']]],
    ['smokejumper, file to call tree, 2 threads', [process.execPath, [toTree, large, '2']]],
    // What two processors have to give: nothing is shared, and nothing put together.
    [
      'two processes, half of the file each',
      ...['1', '2'].map((half): Command => [process.execPath, [toTree, large, '1', half]]),
    ],
    ...peers(large, [1, 2]),
  ];
  table('File to call tree', statSync(large).size, await compete(trees, runs), oneThread);

  const small = await perfText(folder, SMALL_MB, values.input);
  const command = 'smokejumper collapse, whole command';
  const commands: Contestant[] = [
    [command, [process.execPath, [cli, 'collapse', small]]],
    ['smokejumper, file to call tree, 1 thread', [process.execPath, [toTree, small, '1']]],
    ...peers(small, [1]),
  ];
  table('Whole command to folded text', statSync(small).size, await compete(commands, runs), command);
}

if (values.only !== 'size') await compareSpeed(Number(values.runs), Number(values.mb));
if (values.only !== 'speed') {
  console.log('\n### Size of a capture\n');
  console.log(await captureSize(values.hz === undefined ? undefined : Number(values.hz)));
}
