/**
 * npm run bench:flamegraph [-- --runs N] [--only MATCH]: folded text to a flame graph and to a differential one,
 * against the native tools, in one run on one machine. Peers: flamegraph.pl and difffolded.pl on PATH or by
 * FLAMEGRAPH_PERL and DIFFFOLDED_PERL, inferno-flamegraph on PATH or by INFERNO_FLAMEGRAPH. Medians; ratios are what
 * can be compared between machines.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { findPeer } from '../find-peer.ts';
import { type Measure, measure, median } from '../profile/measure.ts';
import { measureInBrowser } from './browser.ts';
import { makeInputs } from './inputs.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, only: { type: 'string' } } });
const runs = Number(values.runs);
if (!(runs > 0)) throw new Error('--runs must be a number above 0.');

const perl = findPeer('FLAMEGRAPH_PERL', 'flamegraph.pl');
const differ = findPeer('DIFFFOLDED_PERL', 'difffolded.pl') ?? (perl && join(dirname(perl), 'difffolded.pl'));
const inferno = findPeer('INFERNO_FLAMEGRAPH', 'inferno-flamegraph');
if (perl === undefined) console.error('flamegraph.pl was not found: set FLAMEGRAPH_PERL.');
if (inferno === undefined) console.error('inferno-flamegraph was not found: set INFERNO_FLAMEGRAPH (optional)');

const cli = join(import.meta.dirname, '../../bin/smokejumper.mjs');
const inputs = await makeInputs(tmpdir());
const folder = dirname(inputs.first);

type Contestant = readonly [name: string, script: string];

/**
 * Rounds of all contestants, so that a busy moment of the machine hits all alike. Each writes its picture to a file.
 */
async function compete(title: string, contestants: readonly Contestant[], rounds: number): Promise<void> {
  if (values.only !== undefined && !title.includes(values.only)) return;
  const results = contestants.map((): Measure[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, script]] of contestants.entries()) {
      results[i]?.push(await measure('sh', ['-c', `exec 2>/dev/null; ${script} >${join(folder, `${i}.svg`)}`]));
    }
  }
  const wall = results.map((list) => median(list, (result) => result.wallMs));
  console.log(
    `\n### ${title}\n\n| | wall s | ours is faster | file MB | gzipped kB |\n| --- | --- | --- | --- | --- |`,
  );
  for (const [i, [name]] of contestants.entries()) {
    const file = readFileSync(join(folder, `${i}.svg`));
    const ratio = i === 0 ? '' : `${((wall[i] as number) / (wall[0] as number)).toFixed(1)} ×`;
    const sizes = [(file.length / 1e6).toFixed(2), (gzipSync(file).length / 1e3).toFixed(0)];
    console.log(`| ${[name, ((wall[i] as number) / 1000).toFixed(2), ratio, ...sizes].join(' | ')} |`);
  }
}

function graphs(path: string): Contestant[] {
  const ours = `${process.execPath} ${cli} flamegraph ${path} -o ${path}.svg && cat ${path}.svg`;
  return [
    ['smokejumper flamegraph (nothing lost at any zoom)', ours],
    ...(perl === undefined ? [] : [['flamegraph.pl, culled at 0.1 px', `perl ${perl} ${path}`] as const]),
    ...(perl === undefined ? [] : [['flamegraph.pl --minwidth 0', `perl ${perl} --minwidth 0 ${path}`] as const]),
    ...(inferno === undefined ? [] : [['inferno-flamegraph, culled', `${inferno} ${path}`] as const]),
  ];
}

/** Lines of a file that may be larger than the longest string. */
function stacks(path: string): number {
  const bytes = readFileSync(path);
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}
const about = (path: string): string => `${stacks(path)} stacks, ${(statSync(path).size / 1e6).toFixed(0)} MB`;

await compete(`One profile: ${about(inputs.first)}`, graphs(inputs.first), runs);
const pair = `${inputs.first} ${inputs.second}`;
await compete(
  `Differential: ${about(inputs.first)} against ${about(inputs.second)}`,
  [
    ['smokejumper compare', `${process.execPath} ${cli} compare ${pair} -o ${folder}/d.svg >&2 && cat ${folder}/d.svg`],
    ...(perl === undefined ? [] : [['difffolded.pl, flamegraph.pl', `perl ${differ} ${pair} | perl ${perl}`] as const]),
  ],
  runs,
);
await compete(`Wide: ${about(inputs.million)}`, graphs(inputs.million), 1);

if (values.only === undefined || 'steps'.includes(values.only)) {
  const render = join(import.meta.dirname, 'render.ts');
  console.log(
    '\n### Call tree to SVG, in one process\n\n' +
      '| nodes | all of them drawn | those of 0.1 px and more | the whole interactive file |\n' +
      '| --- | --- | --- | --- |',
  );
  for (const path of [inputs.first, inputs.million]) {
    const { nodes, all, culled, file } = JSON.parse(
      execFileSync(process.execPath, [render, path], { encoding: 'utf8' }),
    );
    const step = (part: { frames: number; ms: number }) => `${part.frames} frames: ${part.ms.toFixed(0)} ms`;
    console.log(
      `| ${nodes} | ${step(all)} | ${step(culled)} | ` +
        `${file.ms.toFixed(0)} ms, ${(file.gzipped / 1e3).toFixed(0)} kB gzipped |`,
    );
  }
}
if (values.only === undefined || 'browser'.includes(values.only)) await measureInBrowser(inputs.first);
