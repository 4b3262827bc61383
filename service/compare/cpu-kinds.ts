import type { Category } from '../profile/profile.ts';
import type { Owners } from './owners.ts';
import type { UnionTree } from './union-tree.ts';

/** Cores of one side, sorted by kind of work. The kinds overlap: each is evidence for another question. */
export interface CpuKinds {
  readonly gc: number;
  readonly jit: number;
  readonly kernel: number;
  /** Work that no function of the service stands above, collectors and compilers left out: event loop, parsers, I/O. */
  readonly unowned: number;
  /** Slow paths of property access, deletion and deoptimisation in V8: what code does that the optimiser gave up on. */
  readonly slowPaths: number;
  readonly bySlowPath: ReadonlyMap<string, number>;
}

/**
 * V8's names, Node 12 to 26, for: inline caches that see too many shapes or miss, objects turned into dictionaries, and
 * deoptimisation itself.
 */
const SLOW_PATH =
  /(?:Load|Store|Keyed|Has|Define|Clone)\w*IC\w*_?(?:Megamorphic|Miss|Slow|Generic|NoFeedback)|Megamorphic|IC_Miss|KeyedStoreGeneric|KeyedLoadICGeneric|KeyedStoreIC_|StubCache|DeleteProperty|DeleteObjectProperty|NormalizeProperties|NormalizedMap|NameDictionary|Deoptimiz|NotifyDeoptimized|(?:^|::)(?:LoadIC|StoreIC|KeyedLoadIC|KeyedStoreIC|IC)::|MigrateToMap|MigrateFastToSlow|TransitionToAccessor|(?:GetOrCreate|New)\w*Arguments|Runtime_(?:GetProperty|SetKeyedProperty|SetNamedProperty|KeyedGetProperty)|MapUpdater|PrototypeInfo|InvalidatePrototype/;

export function cpuKinds(tree: UnionTree, owners: Owners, self: Float64Array): CpuKinds {
  const category = tree.functions.map((fn) => fn.category);
  const isSlow = tree.functions.map((fn) => fn.category === 'v8' && SLOW_PATH.test(fn.name));
  const of: Partial<Record<Category, number>> = {};
  const bySlowPath = new Map<string, number>();
  /** The outermost slow path above a node, itself included. */
  const slow = new Int32Array(tree.length).fill(-1);
  let unowned = 0;
  let slowPaths = 0;
  for (let node = 1; node < tree.length; node++) {
    const fn = tree.fn[node] as number;
    const kind = category[fn] as Category;
    const up = slow[tree.parent[node] as number] as number;
    slow[node] = owners.can[fn] === 1 ? -1 : up >= 0 ? up : isSlow[fn] ? fn : -1;
    const cores = self[node] as number;
    if (cores === 0) continue;
    of[kind] = (of[kind] ?? 0) + cores;
    if (owners.fn[node] === -1 && kind !== 'gc' && kind !== 'jit') unowned += cores;
    if ((slow[node] as number) >= 0) {
      slowPaths += cores;
      const name = tree.functions[slow[node] as number]?.name ?? '';
      bySlowPath.set(name, (bySlowPath.get(name) ?? 0) + cores);
    }
  }
  return { gc: of.gc ?? 0, jit: of.jit ?? 0, kernel: of.kernel ?? 0, unowned, slowPaths, bySlowPath };
}
