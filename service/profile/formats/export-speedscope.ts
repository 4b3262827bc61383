/**
 * A profile as speedscope's JSON: all threads together, which it opens, then one sampled profile a thread; samples in
 * time. https://www.speedscope.app
 */
import type { FunctionInfo, Profile } from '../profile.ts';

export interface SpeedscopeOptions {
  /** Title shown by speedscope. */
  readonly name?: string;
}

/** The name of the profile that holds the samples of all others. */
export function allThreads(threads: number): string {
  return `all ${threads} threads`;
}

interface SampledRows {
  readonly title: string;
  /** In time. */
  readonly rows: readonly number[];
}

/** All threads, then each; threads with the most samples first. Of one thread alone there is no other. */
function sampledProfiles(profile: Profile): SampledRows[] {
  const { samples, threads } = profile;
  const inTime = (a: number, b: number): number => (samples.atMs[a] as number) - (samples.atMs[b] as number) || a - b;
  const lists = threads.map((_, thread) => ({ thread, rows: [] as number[] }));
  for (let row = 0; row < samples.length; row++) lists[samples.thread[row] as number]?.rows.push(row);
  const known = lists
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => b.rows.length - a.rows.length || a.thread - b.thread)
    .map(({ thread, rows }) => ({ title: title(profile, thread), rows: rows.sort(inTime) }));
  if (known.length < 2) return known;
  const all = known.flatMap(({ rows }) => rows).sort(inTime);
  return [{ title: allThreads(known.length), rows: all }, ...known];
}

function title(profile: Profile, thread: number): string {
  const { process, tid, name } = profile.threads[thread] as Profile['threads'][number];
  const pid = profile.processes[process]?.pid;
  const ids = [pid, tid].filter((id) => id !== null && id !== undefined);
  return `${name || 'all'}${ids.length > 0 ? ` ${ids.join('/')}` : ''}`;
}

function frame(fn: FunctionInfo): Record<string, unknown> {
  const file = fn.file ?? fn.module;
  return {
    name: fn.name,
    ...(file === null ? {} : { file }),
    ...(fn.line === null ? {} : { line: fn.line }),
    ...(fn.column === null ? {} : { col: fn.column }),
  };
}

/** Function ids of each node's stack, root first, as JSON; V8's stubs are left out. */
function stackTexts({ tree, frames }: Profile): (node: number) => string {
  const texts: (string | undefined)[] = [''];
  return (node) => {
    const path: number[] = [];
    let at = node;
    for (; texts[at] === undefined; at = tree.parent[at] as number) path.push(at);
    let text = texts[at] as string;
    for (let step = path.pop(); step !== undefined; step = path.pop()) {
      const id = tree.frame[step] as number;
      if (frames.hidden[id] === 0) text += text === '' ? frames.functionOf[id] : `,${frames.functionOf[id]}`;
      texts[step] = text;
    }
    return text;
  };
}

/**
 * Text in pieces, as a profile of half a million samples is longer than a string may be. Frames are functions, tiers
 * merged.
 */
export function* exportSpeedscope(profile: Profile, options: SpeedscopeOptions = {}): Generator<string> {
  const unit = profile.weightUnit === 'nanoseconds' ? 'nanoseconds' : 'none';
  const head = {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'smokejumper',
    name: options.name ?? profile.facts.host ?? 'profile',
    activeProfileIndex: 0,
    shared: { frames: profile.functions.map(frame) },
  };
  yield `${JSON.stringify(head).slice(0, -1)},"profiles":[`;
  const stack = stackTexts(profile);
  const { weight, node } = profile.samples;
  let separator = '';
  for (const { title: name, rows } of sampledProfiles(profile)) {
    const total = rows.reduce((sum, row) => sum + (weight[row] as number), 0);
    const facts = { type: 'sampled', name, unit, startValue: 0, endValue: total };
    yield `${separator}${JSON.stringify(facts).slice(0, -1)},"samples":[`;
    for (let at = 0; at < rows.length; at += PIECE) {
      const piece = rows.slice(at, at + PIECE).map((row) => `[${stack(node[row] as number)}]`);
      yield (at === 0 ? '' : ',') + piece.join(',');
    }
    yield `],"weights":[${rows.map((row) => weight[row]).join(',')}]}`;
    separator = ',';
  }
  yield ']}\n';
}

/** Samples a piece of text: some 100 kB. */
const PIECE = 1000;
