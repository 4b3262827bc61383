/** The same samples with the name of their process as the first frame: programs of a machine side by side. */
import { CallTrie } from './call-trie.ts';
import { at } from './columns.ts';
import { Graft } from './graft.ts';
import { NOT_JS } from './identity/identity.ts';
import type { FrameTable, FunctionInfo, Profile } from './profile.ts';

export function rootByProcess(profile: Profile): Profile {
  const { frames, functions, processes, samples, threads, tree } = profile;
  const programs = processes.map(({ name }) => program(name));
  const trie = new CallTrie();
  const roots = processes.map((_, process) => trie.child(0, frames.length + process));
  const grafts = roots.map((root) => new Graft(tree, trie, root, (frame) => frame));
  const node = new Int32Array(samples.length);
  for (let row = 0; row < samples.length; row++) {
    const process = threads[at(samples.thread, row)]?.process ?? 0;
    node[row] = (grafts[process] as Graft).node(at(samples.node, row));
  }
  return {
    ...profile,
    functions: [...functions, ...programs],
    frames: extended(frames, functions.length, programs),
    tree: trie.view(),
    samples: { ...samples, node },
  };
}

function program(name: string): FunctionInfo {
  return { key: `program ${name}`, name, category: 'native', ...NOT_JS, module: name };
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
