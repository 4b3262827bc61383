import { at } from '../../profile/columns.ts';
import type { Category, FunctionInfo } from '../../profile/profile.ts';
import { alternatives } from '../../shared/text/alternatives.ts';
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
const GENERIC = new RegExp(
  alternatives(
    /^Builtins_(?:Keyed)?(?:Load|Store|Has)IC$/,
    /(?:Load|Store|Keyed|Has|Define|Clone)\w*IC\w*_?(?:Megamorphic|Miss|Slow|Generic|NoFeedback)|Megamorphic/,
    /IC_Miss|KeyedStoreGeneric|KeyedLoadICGeneric|StubCache/,
    /(?:^|::)(?:LoadIC|StoreIC|KeyedLoadIC|KeyedStoreIC|IC)::|MigrateToMap|NameDictionary|TransitionToAccessor/,
    /Runtime_(?:GetProperty(?!WithReceiver)|SetKeyedProperty|SetNamedProperty|KeyedGetProperty)|MapUpdater/,
    /InvalidatePrototype|NewSloppyArguments/,
  ),
);

/** Files of Node core between a socket and a handler; without `node:` in Node 12. */
const NETWORK = /^(?:node:)?(?:internal\/)?(?:_?http|net\b|_?streams?\b|_stream|stream_base|_?tls|dgram)/;

interface MutableSlowPaths {
  cores: number;
  certain: number;
  byName: Map<string, number>;
}

/** How surely a function is a slow path: 2 certain, 1 generic, 0 not at all. */
function slowness(fn: FunctionInfo): number {
  if (fn.category !== 'v8') return 0;
  if (CERTAIN.test(fn.name)) return 2;
  return GENERIC.test(fn.name) ? 1 : 0;
}

/** What stands between each node and the function that owns it. */
interface WayToOwner {
  /** The outermost slow path, the node included, or −1; a certain one stands for what is above it. */
  readonly slow: Int32Array;
  /** 1 for nodes with network code of Node on the way. */
  readonly network: Uint8Array;
}

function wayToOwner(tree: UnionTree, owners: Owners, slownessOf: readonly number[]): WayToOwner {
  const isNetwork = tree.functions.map((fn) => fn.category === 'node' && NETWORK.test(fn.file ?? ''));
  const slow = new Int32Array(tree.length).fill(-1);
  const network = new Uint8Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const fn = at(tree.fn, node);
    if (at(owners.canOwn, fn) === 1) continue;
    const parent = at(tree.parent, node);
    const above = at(slow, parent);
    const surer = at(slownessOf, fn) > (above < 0 ? 0 : at(slownessOf, above));
    slow[node] = surer ? fn : above;
    if (isNetwork[fn] || at(network, parent) === 1) network[node] = 1;
  }
  return { slow, network };
}

/** The CPU in slow paths, by the function that owns it. */
class SlowPathSums {
  readonly byOwner = new Map<number, MutableSlowPaths>();

  add(owner: number, name: string, certain: boolean, cores: number): void {
    const paths = this.byOwner.get(owner) ?? { cores: 0, certain: 0, byName: new Map<string, number>() };
    paths.cores += cores;
    if (certain) paths.certain += cores;
    paths.byName.set(name, (paths.byName.get(name) ?? 0) + cores);
    this.byOwner.set(owner, paths);
  }
}

export function cpuKinds(tree: UnionTree, owners: Owners, self: Float64Array): CpuKinds {
  const slownessOf = tree.functions.map(slowness);
  const way = wayToOwner(tree, owners, slownessOf);
  const byCategory: Partial<Record<Category, number>> = {};
  const slowPaths = new SlowPathSums();
  const network = new Map<number, number>();
  let unowned = 0;
  let aroundRequests = 0;
  for (let node = 1; node < tree.length; node++) {
    const cores = at(self, node);
    if (cores === 0) continue;
    const { category } = tree.functions[at(tree.fn, node)] as FunctionInfo;
    byCategory[category] = (byCategory[category] ?? 0) + cores;
    const owner = at(owners.fn, node);
    const inNetwork = at(way.network, node) === 1;
    const forService = category !== 'gc' && category !== 'jit';
    if (forService && owner === -1) unowned += cores;
    else if (forService && inNetwork) network.set(owner, (network.get(owner) ?? 0) + cores);
    if (forService && (owner === -1 || inNetwork)) aroundRequests += cores;
    const path = at(way.slow, node);
    if (owner < 0 || path < 0) continue;
    slowPaths.add(owner, tree.functions[path]?.name ?? '', at(slownessOf, path) === 2, cores);
  }
  return {
    gc: byCategory.gc ?? 0,
    jit: byCategory.jit ?? 0,
    kernel: byCategory.kernel ?? 0,
    unowned,
    aroundRequests,
    network,
    slowPaths: slowPaths.byOwner,
  };
}
