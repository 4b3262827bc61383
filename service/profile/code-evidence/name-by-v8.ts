/**
 * Names for a process without a perf map. perf says when its main thread ran generated code, and V8 which functions:
 * each such sample gets the stack that V8 saw nearest in time. perf keeps the count of CPU; V8 ticks while the thread
 * waits for a processor, too.
 */
import { at } from '../columns.ts';
import { type FunctionInfo, INLINED_SEEN, type Profile } from '../profile.ts';
import type { V8Tree } from './code-evidence.ts';
import { Dealer } from './inlined-flow.ts';
import type { ProfileEdit } from './profile-edit.ts';
import type { V8Chains } from './v8-chains.ts';

/** Further apart, two samples have nothing to do with each other. */
const NEAR_MS = 1000;

function isUnnamed({ category, name }: FunctionInfo): boolean {
  return category === 'unknown' && name === '[jit]';
}

/** Unnamed frames on the stack of a node. */
function unnamedAbove(edit: ProfileEdit, node: number): number {
  let count = 0;
  for (let up = node; up > 0; up = edit.parentOf(up)) if (isUnnamed(edit.info(edit.functionOf(up)))) count++;
  return count;
}

/** The samples in which V8 saw code of a file, by time. */
function codeSamples(tree: V8Tree, chains: V8Chains, offsetMs: number): { at: number[]; node: number[] } {
  const found = { at: [] as number[], node: [] as number[] };
  const isCode = new Map<number, boolean>();
  let now = offsetMs;
  const { samples, deltasMs } = tree;
  if (samples === null || deltasMs === null) return found;
  for (let i = 0; i < samples.length; i++) {
    now += at(deltasMs, i);
    const node = at(samples, i);
    let code = isCode.get(node);
    if (code === undefined) {
      code = chains.functionsTo(node).length > 0;
      isCode.set(node, code);
    }
    // V8 writes some deltas negative.
    if (code) {
      found.at.push(Math.max(now, found.at.at(-1) ?? now));
      found.node.push(node);
    }
  }
  return found;
}

/** Index of the value nearest to `wanted` in rising numbers. */
function nearest(values: readonly number[], wanted: number): number {
  let [low, high] = [0, values.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= wanted) low = middle;
    else high = middle;
  }
  return wanted - (values[low] as number) <= (values[high] as number) - wanted ? low : high;
}

/** V8's stacks as nodes of the profile; samples of one that holds inlined code are dealt out among its functions. */
class Stacks {
  private readonly edit: ProfileEdit;
  private readonly chains: V8Chains;
  private readonly owners: ReadonlyMap<number, ReadonlyMap<number, number>>;
  private readonly known = new Map<number, { readonly nodes: readonly number[]; readonly dealer: Dealer }>();

  constructor(edit: ProfileEdit, chains: V8Chains) {
    this.edit = edit;
    this.chains = chains;
    this.owners = chains.owners();
  }

  next(v8Node: number): number {
    let stack = this.known.get(v8Node);
    if (stack === undefined) {
      stack = this.stackOf(v8Node);
      this.known.set(v8Node, stack);
    }
    // The last of the nodes is V8's own, −1 to the dealer.
    return stack.nodes.at(stack.dealer.next()) as number;
  }

  private stackOf(v8Node: number) {
    const { edit } = this;
    let place = 0;
    for (const fn of this.chains.functionsTo(v8Node)) place = edit.child(place, edit.internFrame(fn, 'none', 0));
    const counts = this.owners.get(v8Node) ?? new Map<number, number>();
    const inlined = [...counts].filter(([owner]) => owner >= 0);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const dealer = new Dealer(
      inlined.map(([, count]) => count),
      Math.max(all, 1),
    );
    const nodes = inlined.map(([owner]) => edit.child(place, edit.internFrame(owner, 'none', INLINED_SEEN)));
    return { nodes: [...nodes, place], dealer };
  }
}

/** How many frames and samples got names: none where the two clocks cannot be compared. */
export function nameByV8(
  edit: ProfileEdit,
  profile: Profile,
  rows: readonly number[],
  chains: V8Chains,
  tree: V8Tree,
  v8StartedAtMs: number | null,
): { readonly frames: number; readonly samples: number } {
  const done = { frames: 0, samples: 0 };
  const began = profile.facts.startedAtMs;
  if (v8StartedAtMs === null || began === null) return done;
  const seen = codeSamples(tree, chains, v8StartedAtMs - began);
  if (seen.at.length === 0) return done;
  const stacks = new Stacks(edit, chains);
  for (const row of rows) {
    const node = at(edit.nodeOfRow, row);
    const unnamed = unnamedAbove(edit, node);
    if (unnamed === 0) continue;
    const when = at(profile.samples.atMs, row);
    const found = nearest(seen.at, when);
    if (Math.abs((seen.at[found] as number) - when) > NEAR_MS) continue;
    edit.nodeOfRow[row] = stacks.next(seen.node[found] as number);
    done.frames += unnamed * at(profile.samples.count, row);
    done.samples += at(profile.samples.count, row);
  }
  return done;
}
