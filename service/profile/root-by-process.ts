/** The same samples with the name of their process as the first frame: programs of a machine side by side. */
import { CallTrie } from './call-trie.ts';
import { at } from './columns.ts';
import { NOT_JS } from './identity/identity.ts';
import type { FrameTable, FunctionInfo, Profile } from './profile.ts';

export function rootByProcess(profile: Profile): Profile {
  const { frames, functions, processes, samples, threads, tree } = profile;
  const programs = processes.map(({ name }) => program(name));
  const trie = new CallTrie();
  const roots = processes.map((_, process) => trie.child(0, frames.length + process));
  const placed = processes.map(() => new Int32Array(tree.length));
  const node = new Int32Array(samples.length);
  for (let row = 0; row < samples.length; row++) {
    const process = threads[at(samples.thread, row)]?.process ?? 0;
    node[row] = place(profile, trie, placed[process] as Int32Array, roots[process] as number, at(samples.node, row));
  }
  return {
    ...profile,
    functions: [...functions, ...programs],
    frames: extended(frames, functions.length, programs),
    tree: {
      length: trie.length,
      parent: trie.parent.subarray(0, trie.length),
      frame: trie.frame.subarray(0, trie.length),
    },
    samples: { ...samples, node },
  };
}

function program(name: string): FunctionInfo {
  return { key: `program ${name}`, name, category: 'native', ...NOT_JS, module: name };
}

/** The node below `root` for a node of the tree; `placed` remembers, 0 for what was not asked yet. */
function place({ tree }: Profile, trie: CallTrie, placed: Int32Array, root: number, node: number): number {
  const way: number[] = [];
  let up = node;
  for (; up > 0 && placed[up] === 0; up = at(tree.parent, up)) way.push(up);
  let below = up > 0 ? at(placed, up) : root;
  for (const next of way.reverse()) {
    below = trie.child(below, at(tree.frame, next));
    placed[next] = below;
  }
  return below;
}

function extended(frames: FrameTable, functions: number, programs: readonly FunctionInfo[]): FrameTable {
  const length = frames.length + programs.length;
  const functionOf = new Int32Array(length);
  functionOf.set(frames.functionOf);
  programs.forEach((_, process) => {
    functionOf[frames.length + process] = functions + process;
  });
  const tier = new Uint8Array(length);
  tier.set(frames.tier);
  const hidden = new Uint8Array(length);
  hidden.set(frames.hidden);
  return { length, functionOf, tier, hidden, symbol: [...frames.symbol, ...programs.map(({ name }) => name)] };
}
