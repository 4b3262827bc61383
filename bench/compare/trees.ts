/**
 * Two folded profiles of 60,000 nodes each, without times: `compare()`, with inclusive changes and ranking, against
 * `difffolded.pl A B | flamegraph.pl` on the same files. DIFFFOLDED_PERL and FLAMEGRAPH_PERL say where they are. The
 * limit is a quarter.
 */
import { execFileSync, execSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from '../../service/compare/compare.ts';
import { seeded } from './seeded.ts';

const NODES = 60_000;
const FUNCTIONS = 2500;
const LIMIT = 1 / 4;

interface Folded {
  readonly text: string;
  readonly nodes: number;
}

function nameOf(i: number): string {
  return i % 3 === 0 ? `v8::internal::Runtime_Part${i}` : `part${i} /srv/app/lib/part${i % 50}.js:${i + 1}`;
}

/**
 * Stacks that share their first part with an earlier one, as those of a service do; the hot side burns more in one in
 * seven.
 */
function folded(seed: number, hot: boolean): Folded {
  const [shape, random] = [seeded(7), seeded(seed)];
  const routes: string[][] = [['node', 'main.js']];
  let nodes = 2;
  while (nodes < NODES) {
    const like = routes[Math.floor(shape() * routes.length)] ?? [];
    const route = like.slice(0, Math.max(2, Math.floor(like.length * (0.4 + 0.6 * shape()))));
    const more = 1 + Math.floor(shape() * 9);
    for (let i = 0; i < more; i++) route.push(nameOf(Math.floor(shape() * FUNCTIONS)));
    nodes += more;
    routes.push(route);
  }
  const lines = routes.map((route) => {
    const count = 1 + Math.floor(random() ** 4 * 20) + (hot && route.length % 7 === 0 ? 9 : 0);
    return `${route.join(';')} ${count}\n`;
  });
  return { text: lines.join(''), nodes };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function timed(run: () => void): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

/** A process of its own: the first comparison of it runs code that is still cold. */
function coldMilliseconds(paths: readonly string[]): { first: number; later: number } {
  const output = execFileSync(process.execPath, [import.meta.filename, '--child', ...paths], { encoding: 'utf8' });
  return JSON.parse(output);
}

async function child(paths: readonly string[]): Promise<void> {
  const { loadProfile } = await import('../../service/convert/load-profile.ts');
  const [healthy, hot] = await Promise.all(paths.map((path) => loadProfile(path)));
  if (healthy === undefined || hot === undefined) throw new Error('Two files are needed.');
  const times = Array.from({ length: 7 }, () => timed(() => compare(healthy, hot)));
  process.stdout.write(JSON.stringify({ first: times[0], later: median(times.slice(1)) }));
}

function main(): number {
  const folder = mkdtempSync(join(tmpdir(), 'compare-trees-'));
  try {
    const sides = [folded(1, false), folded(2, true)];
    const paths = sides.map((side, i) => {
      const path = join(folder, `${i === 0 ? 'healthy' : 'hot'}.folded`);
      writeFileSync(path, side.text);
      return path;
    });
    const rounds = Array.from({ length: 5 }, () => coldMilliseconds(paths));
    const [first, later] = [median(rounds.map((one) => one.first)), median(rounds.map((one) => one.later))];
    console.log(
      `compare: 2 × ${sides[0]?.nodes} nodes without times: first in a process ${first.toFixed(0)} ms, then ` +
        `${later.toFixed(0)} ms`,
    );
    const [differ, draw] = [process.env.DIFFFOLDED_PERL, process.env.FLAMEGRAPH_PERL];
    if (differ === undefined || draw === undefined) {
      console.log('No peer: set DIFFFOLDED_PERL and FLAMEGRAPH_PERL.');
      return 0;
    }
    const foldedPeer = `perl "$DIFFFOLDED_PERL" ${paths.join(' ')}`;
    const command = `${foldedPeer} | perl "$FLAMEGRAPH_PERL" > ${join(folder, 'peer.svg')}`;
    const peer = median(rounds.map(() => timed(() => void execSync(command, { stdio: 'ignore' }))));
    console.log(
      `difffolded.pl | flamegraph.pl: ${peer.toFixed(0)} ms; ours is ${(first / peer).toFixed(2)} of it at first, ` +
        `then ${(later / peer).toFixed(2)} (limit ${LIMIT})`,
    );
    return first > LIMIT * peer ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--child') await child(process.argv.slice(3));
else process.exitCode = main();
