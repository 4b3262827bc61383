/** Which lines of which files are asked for: the place of each finding on both hosts, as the programs there know it. */
import { MAX_PLACES } from '../../capture/source-script.ts';
import type { Finding } from '../../compare/differential.ts';
import { parseJsSymbol } from '../../profile/identity/js-symbol.ts';
import { ticksByLine } from '../../profile/line-ticks.ts';
import type { Profile } from '../../profile/profile.ts';
import type { ReportPlace } from '../../report/source/source-data.ts';

/** Lines kept for the heat beside an excerpt of 40; a function with more hot lines than this has no hot line. */
const MAX_TICKS = 200;
/** Of Linux; in base64 that is within what source.sh takes. */
const MAX_PATH_BYTES = 4096;
const utf8 = new TextEncoder();

/** A function where it runs. */
interface Located {
  readonly pid: number;
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
  readonly ticks: ReportPlace['ticks'];
}

/** Samples with the function on their stack, by process and by the innermost frame of the function. */
function countUses(profile: Profile, fn: number): { process: number; frame: number; samples: number }[] {
  const { tree, frames, samples, threads } = profile;
  const innermost = new Int32Array(tree.length).fill(-1);
  for (let node = 1; node < tree.length; node++) {
    const frame = tree.frame[node] as number;
    innermost[node] = frames.functionOf[frame] === fn ? frame : (innermost[tree.parent[node] as number] as number);
  }
  const counts = new Map<number, number>();
  for (let row = 0; row < samples.length; row++) {
    const frame = innermost[samples.node[row] as number] as number;
    const thread = threads[samples.thread[row] as number];
    if (frame < 0 || thread === undefined) continue;
    const use = thread.process * frames.length + frame;
    counts.set(use, (counts.get(use) ?? 0) + (samples.count[row] as number));
  }
  return [...counts]
    .map(([use, count]) => ({ process: Math.floor(use / frames.length), frame: use % frames.length, samples: count }))
    .sort((a, b) => b.samples - a.samples || a.process - b.process || a.frame - b.frame);
}

/** Samples by line over all nodes of the function, most first. */
function ticksOf(profile: Profile, fn: number): ReportPlace['ticks'] {
  const { tree, frames } = profile;
  const byLine = ticksByLine(profile, (node) => frames.functionOf[tree.frame[node] as number] === fn);
  return [...byLine].sort(([a, before], [b, after]) => after - before || a - b).slice(0, MAX_TICKS);
}

/** The process that runs the function most, and the file as V8 names it there: nothing is folded in it. */
function locate(profile: Profile, fn: number): Located | null {
  for (const { process, frame } of countUses(profile, fn)) {
    const pid = profile.processes[process]?.pid ?? null;
    const symbol = parseJsSymbol(profile.frames.symbol[frame] ?? '');
    if (pid === null || pid < 1 || symbol === undefined || symbol.line < 1) continue;
    const { resource: file, line, column } = symbol;
    if (!/^(?:\/|file:\/\/)/.test(file) || utf8.encode(file).length > MAX_PATH_BYTES) continue;
    return { pid, file, line, column: column || null, ticks: ticksOf(profile, fn) };
  }
  return null;
}

/** `shift`: from the beginning of the function to the line that is asked for. */
function placeAt(finding: number, found: Located, shift: number): ReportPlace {
  const { pid, file, ticks } = found;
  const line = Math.max(1, found.line + shift);
  const column = line === found.line ? found.column : null;
  return { finding, pid, file, line, column, functionLine: found.line, ticks, url: null, answer: null };
}

/** From where the function begins to its hottest line, or nothing where no lines are counted. */
function hottestShift({ line, ticks }: Located): number {
  return (ticks[0]?.[0] ?? line) - line;
}

export interface PlacesInput {
  readonly hot: Profile;
  readonly healthy: Profile;
  /** Culprit first. */
  readonly findings: readonly Finding[];
  /** Index of a finding's function in each profile. */
  readonly hotFunction: (finding: Finding) => number | undefined;
  readonly healthyFunction: (finding: Finding) => number | undefined;
}

/** As many as one command takes, over both hosts together. */
export function sourcePlaces(input: PlacesInput): { readonly hot: ReportPlace[]; readonly healthy: ReportPlace[] } {
  const hot: ReportPlace[] = [];
  const healthy: ReportPlace[] = [];
  const room = () => hot.length + healthy.length < MAX_PLACES;
  input.findings.forEach((finding, index) => {
    const find = (profile: Profile, fn: number | undefined) =>
      fn === undefined || !room() ? null : locate(profile, fn);
    const here = find(input.hot, input.hotFunction(finding));
    if (here !== null) hot.push(placeAt(index, here, hottestShift(here)));
    const there = find(input.healthy, input.healthyFunction(finding));
    // The same line of the function as on the hot side, so that the texts can be compared.
    if (there !== null) healthy.push(placeAt(index, there, hottestShift(here ?? there)));
  });
  return { hot, healthy };
}
