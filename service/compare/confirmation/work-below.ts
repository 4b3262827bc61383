/** Who does the work of one function in each process: itself, or what it calls. */
import type { FunctionInfo, Profile } from '../../profile/profile.ts';
import { alignProfiles } from '../alignment/aligned-profiles.ts';

/** A function as a finding names it; on one host and in one release that tells it, but on the one line of a bundle. */
export interface NamedFunction {
  readonly function: string;
  readonly package: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

export interface CalleeWork extends NamedFunction {
  readonly samples: number;
}

export interface WorkBelow {
  /** Samples with the function on the stack. */
  readonly samples: number;
  /** Of these, what is attributed to the function itself. */
  readonly own: number;
  /** What is attributed to others, most samples first. */
  readonly callees: readonly CalleeWork[];
}

/** What is kept of them: those behind have little work. */
const MOST_CALLEES = 20;

export function isSameFunction(one: NamedFunction, other: NamedFunction): boolean {
  return one.function === other.function && one.file === other.file && one.line === other.line;
}

function named({ name, package: packageName, file, line }: FunctionInfo): NamedFunction {
  return { function: name, package: packageName, file, line };
}

interface Counts {
  samples: number;
  own: number;
  /** By function of the tree. */
  readonly callees: Map<number, number>;
}

/** By pid, for the processes that run the function. Samples are attributed as in a comparison: see docs/method.md. */
export function workBelow(profile: Profile, wanted: NamedFunction): Map<number, WorkBelow> {
  const { tree, owners, profiles } = alignProfiles([profile]);
  const [{ samples, threads, processes }] = profiles;
  const nodeOf = tree.nodeOf[0] as Int32Array;
  const isWanted = Uint8Array.from(tree.functions, (info) => (isSameFunction(named(info), wanted) ? 1 : 0));
  const inside = new Uint8Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const above = inside[tree.parent[node] as number] as number;
    inside[node] = isWanted[tree.fn[node] as number] === 1 ? 1 : above;
  }
  const byPid = new Map<number, Counts>();
  for (let row = 0; row < samples.length; row++) {
    const node = nodeOf[samples.node[row] as number] as number;
    const pid = processes[threads[samples.thread[row] as number]?.process ?? -1]?.pid ?? null;
    if (inside[node] !== 1 || pid === null) continue;
    const counts = byPid.get(pid) ?? { samples: 0, own: 0, callees: new Map<number, number>() };
    byPid.set(pid, counts);
    const count = samples.count[row] as number;
    const owner = owners.fn[node] as number;
    counts.samples += count;
    if (owner < 0 || isWanted[owner] === 1) counts.own += count;
    else counts.callees.set(owner, (counts.callees.get(owner) ?? 0) + count);
  }
  return new Map([...byPid].map(([pid, counts]) => [pid, toWork(counts, tree.functions)]));
}

function toWork({ samples, own, callees }: Counts, functions: readonly FunctionInfo[]): WorkBelow {
  const most = [...callees].sort(([a, before], [b, after]) => after - before || a - b).slice(0, MOST_CALLEES);
  return {
    samples,
    own,
    callees: most.map(([fn, count]) => ({ ...named(functions[fn] as FunctionInfo), samples: count })),
  };
}
