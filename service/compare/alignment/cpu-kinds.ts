import type { Category } from '../../profile/profile.ts';
import type { Owners } from './owners.ts';
import type { UnionTree } from './union-tree.ts';

/** Cores of one side, sorted by kind of work. The kinds overlap: each is evidence for another question. */
export interface CpuKinds {
  readonly gc: number;
  readonly jit: number;
  readonly kernel: number;
  /** Work that no function of the service stands above, collectors and compilers left out: event loop, parsers, I/O. */
  readonly unowned: number;
  /**
   * The same and what Node's own network and stream code does for the service's functions: each request costs some of
   * it.
   */
  readonly aroundRequests: number;
  /** That part of it, by function that owns it. */
  readonly network: ReadonlyMap<number, number>;
  /** By function that owns it: CPU in V8's slow paths of property access, deletion and deoptimisation. */
  readonly slowPaths: ReadonlyMap<number, SlowPaths>;
}

export interface SlowPaths {
  /** All of them. */
  readonly cores: number;
  /** Those that only code meets which the optimiser gave up on, or that takes objects apart. */
  readonly certain: number;
  readonly byName: ReadonlyMap<string, number>;
}

/** Deoptimisation itself, and objects that become dictionaries; names of Node 12 to 26. */
const CERTAIN =
  /DeleteProperty|DeleteObjectProperty|NormalizeProperties|NormalizeFast|Deoptimiz|NotifyDeoptimized|MigrateFastToSlow/;
/**
 * Inline caches that see too many shapes or miss, and the plain ones, which optimised code calls where no shape is
 * known (objects that are dictionaries): also met by code that is meant to be generic, and by code that is not
 * optimised.
 */
const GENERIC =
  /^Builtins_(?:Keyed)?(?:Load|Store|Has)IC$|(?:Load|Store|Keyed|Has|Define|Clone)\w*IC\w*_?(?:Megamorphic|Miss|Slow|Generic|NoFeedback)|Megamorphic|IC_Miss|KeyedStoreGeneric|KeyedLoadICGeneric|StubCache|(?:^|::)(?:LoadIC|StoreIC|KeyedLoadIC|KeyedStoreIC|IC)::|MigrateToMap|NameDictionary|TransitionToAccessor|Runtime_(?:GetProperty(?!WithReceiver)|SetKeyedProperty|SetNamedProperty|KeyedGetProperty)|MapUpdater|InvalidatePrototype|NewSloppyArguments/;

/** Files of Node core between a socket and a handler; without `node:` in Node 12. */
const NETWORK = /^(?:node:)?(?:internal\/)?(?:_?http|net\b|_?streams?\b|_stream|stream_base|_?tls|dgram)/;

interface MutableSlowPaths {
  cores: number;
  certain: number;
  byName: Map<string, number>;
}

export function cpuKinds(tree: UnionTree, owners: Owners, self: Float64Array): CpuKinds {
  const category = tree.functions.map((fn) => fn.category);
  const kindOf = tree.functions.map((fn) =>
    fn.category !== 'v8' ? 0 : CERTAIN.test(fn.name) ? 2 : GENERIC.test(fn.name) ? 1 : 0,
  );
  const isNetwork = tree.functions.map((fn) => fn.category === 'node' && NETWORK.test(fn.file ?? ''));
  const byCategory: Partial<Record<Category, number>> = {};
  const slowPaths = new Map<number, MutableSlowPaths>();
  /**
   * The outermost slow path between the owner and a node, the node included; a certain one stands for what is above it.
   */
  const slow = new Int32Array(tree.length).fill(-1);
  /** 1 for nodes with network code of Node between them and their owner. */
  const below = new Uint8Array(tree.length);
  let unowned = 0;
  let aroundRequests = 0;
  const networkOf = new Map<number, number>();
  for (let node = 1; node < tree.length; node++) {
    const fn = tree.fn[node] as number;
    const kind = category[fn] as Category;
    const up = slow[tree.parent[node] as number] as number;
    const surer = (kindOf[fn] as number) > (up < 0 ? 0 : (kindOf[up] as number));
    slow[node] = owners.canOwn[fn] === 1 ? -1 : surer ? fn : up;
    const inNetwork = isNetwork[fn] || below[tree.parent[node] as number] === 1;
    below[node] = owners.canOwn[fn] !== 1 && inNetwork ? 1 : 0;
    const cores = self[node] as number;
    if (cores === 0) continue;
    byCategory[kind] = (byCategory[kind] ?? 0) + cores;
    const owner = owners.fn[node] as number;
    if (kind !== 'gc' && kind !== 'jit') {
      if (owner === -1) unowned += cores;
      if (owner === -1 || below[node] === 1) aroundRequests += cores;
      if (owner !== -1 && below[node] === 1) networkOf.set(owner, (networkOf.get(owner) ?? 0) + cores);
    }
    const path = slow[node] as number;
    if (owner < 0 || path < 0) continue;
    const paths = slowPaths.get(owner) ?? { cores: 0, certain: 0, byName: new Map<string, number>() };
    paths.cores += cores;
    if (kindOf[path] === 2) paths.certain += cores;
    const name = tree.functions[path]?.name ?? '';
    paths.byName.set(name, (paths.byName.get(name) ?? 0) + cores);
    slowPaths.set(owner, paths);
  }
  return {
    gc: byCategory.gc ?? 0,
    jit: byCategory.jit ?? 0,
    kernel: byCategory.kernel ?? 0,
    unowned,
    aroundRequests,
    network: networkOf,
    slowPaths,
  };
}
