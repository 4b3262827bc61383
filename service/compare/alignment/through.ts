import { isKnownByName, throughName } from '../../profile/identity/identity.ts';
import type { FunctionInfo } from '../../profile/profile.ts';
import type { Owners } from './owners.ts';
import type { UnionTree } from './union-tree.ts';

/** What uses the CPU below a JavaScript function, under a name that its programmer knows. */
export interface Through {
  /** Distinct names; index 0 is the empty name: the function's own code. */
  readonly names: readonly string[];
  /** For each union node its name. */
  readonly byNode: Int32Array;
  /** For each function its own name as an index, where a programmer knows it; else 0. */
  readonly known: Int32Array;
}

const COLLECTION = 'garbage collection';

/**
 * The first frame below the owner that has a JavaScript name says what was called (`JSON.parse`, `readFileSync`),
 * whatever runs inside it; a collection is a collection wherever it strikes.
 */
export function labelThrough(tree: UnionTree, owners: Owners): Through {
  const names = [''];
  const ids = new Map<string, number>([['', 0]]);
  const intern = (name: string): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, names.length);
    return names.push(name) - 1;
  };
  const byFunction = tree.functions.map((fn) => ({ id: intern(throughName(fn)), known: isKnownByName(fn) }));
  const byNode = new Int32Array(tree.length);
  const settled = new Uint8Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const fn = tree.fn[node] as number;
    if (owners.canOwn[fn] === 1) continue;
    const up = tree.parent[node] as number;
    const label = byFunction[fn] as { id: number; known: boolean };
    if ((tree.functions[fn] as FunctionInfo).category === 'gc') {
      byNode[node] = intern(COLLECTION);
      settled[node] = 1;
    } else if (settled[up] === 1) {
      byNode[node] = byNode[up] as number;
      settled[node] = 1;
    } else {
      settled[node] = label.known ? 1 : 0;
      // Between two names that no programmer knows the outer one is nearer to what was called.
      byNode[node] = label.known || byNode[up] === 0 ? label.id : (byNode[up] as number);
    }
  }
  return { names, byNode, known: Int32Array.from(byFunction, ({ id, known }) => (known ? id : 0)) };
}
