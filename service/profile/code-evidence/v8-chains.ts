import { at } from '../columns.ts';
import type { FunctionInfo, LineTicks } from '../profile.ts';
import type { CodePlace, V8Tree } from './code-evidence.ts';
import { isCode, symbolOf } from './identified-places.ts';
import type { V8Chain } from './inlined-flow.ts';
import type { ProfileEdit } from './profile-edit.ts';

/** V8's tree in terms of the profile's functions. */
export class V8Chains {
  /** By place: the function, −1 for what is no code of a file. */
  private readonly fnOfPlace: readonly number[];
  private readonly tree: V8Tree;

  constructor(tree: V8Tree, places: readonly CodePlace[], infos: readonly FunctionInfo[], edit: ProfileEdit) {
    this.tree = tree;
    this.fnOfPlace = places.map((place, i) => {
      if (!isCode(place)) return -1;
      const fn = edit.internFunction(infos[i] as FunctionInfo);
      edit.setSymbol(fn, symbolOf(place));
      return fn;
    });
  }

  /** The functions on the way to a node, root first. What is no code of a file is its caller's. */
  functionsTo(node: number): number[] {
    const functions: number[] = [];
    for (let up = node; up >= 0; up = at(this.tree.parent, up)) {
      const fn = this.functionAt(up);
      if (fn >= 0) functions.push(fn);
    }
    return functions.reverse();
  }

  private functionAt(node: number): number {
    return this.fnOfPlace[at(this.tree.place, node)] as number;
  }

  /** All that V8 counted within functions. */
  chains(): V8Chain[] {
    const { ticks } = this.tree;
    const chains: V8Chain[] = [];
    for (let i = 0; i < ticks.length; i += 4) {
      const functions = this.functionsTo(at(ticks, i));
      const owner = this.ownerOf(i);
      if (owner >= 0 && owner !== functions.at(-1)) functions.push(owner);
      if (functions.length > 0) chains.push({ functions, samples: at(ticks, i + 2) });
    }
    return chains;
  }

  /** What V8 counted in a node by the function that holds the line; −1 is the node's own. */
  owners(): Map<number, Map<number, number>> {
    const { ticks } = this.tree;
    const byNode = new Map<number, Map<number, number>>();
    for (let i = 0; i < ticks.length; i += 4) {
      const node = at(ticks, i);
      const owner = this.ownerOf(i) === this.functionAt(node) ? -1 : this.ownerOf(i);
      const counts = byNode.get(node) ?? new Map<number, number>();
      byNode.set(node, counts.set(owner, (counts.get(owner) ?? 0) + at(ticks, i + 2)));
    }
    return byNode;
  }

  private ownerOf(row: number): number {
    const owner = at(this.tree.ticks, row + 3);
    return owner < 0 ? -1 : (this.fnOfPlace[owner] as number);
  }

  /** Samples by line of the functions' own text; `nodes`: where a function is in the profile's tree. */
  lineTicks(nodes: ReadonlyMap<number, number>): LineTicks[] {
    const { ticks } = this.tree;
    const counts = new Map<string, { node: number; line: number; samples: number }>();
    for (let i = 0; i < ticks.length; i += 4) {
      const owner = this.ownerOf(i);
      const fn = owner >= 0 ? owner : this.functionAt(at(ticks, i));
      const node = nodes.get(fn);
      const line = at(ticks, i + 1);
      if (node === undefined || line <= 0) continue;
      const key = `${node} ${line}`;
      const row = counts.get(key);
      if (row === undefined) counts.set(key, { node, line, samples: at(ticks, i + 2) });
      else row.samples += at(ticks, i + 2);
    }
    return [...counts.values()];
  }
}
