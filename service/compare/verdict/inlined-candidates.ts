import type { FunctionInfo, Profile, TextCallee } from '../../profile/profile.ts';
import { INLINED_SEEN, TIERS } from '../../profile/profile.ts';
import type { Inlining } from '../alignment/inlining.ts';
import type { UnionTree } from '../alignment/union-tree.ts';

/** A function that may do the work of the finding's function, having been inlined into it. */
export interface InlinedCandidate {
  readonly function: string;
  readonly package: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** It was seen apart, in slower code or by V8's profiler; or only the source text names it. */
  readonly from: 'samples' | 'text';
}

const OPTIMISED_FROM = TIERS.indexOf('maglev');
/** A callee with more samples than this below optimised code of the function was not inlined there. */
const STRAY_SAMPLES = 2;
/** Shorter names end many others. */
const SHORTEST_NAME = 3;

/** Functions with samples in code of their own right below optimised code of `fn`, in the hot profile. */
function seenApart(tree: UnionTree, hot: Profile, fn: number): Map<number, number> {
  const [nodeOf, tierOf] = [tree.nodeOf[0] as Int32Array, tree.tierOf[0] as Uint8Array];
  const counts = new Map<number, number>();
  const isInlined = (node: number) => Boolean(hot.frames.inlined?.[hot.tree.frame[node] as number]);
  const functionAt = (node: number) => tree.fn[nodeOf[node] as number] as number;
  const caller = (node: number): number => {
    let up = node;
    while (up > 0 && functionAt(up) === functionAt(node)) up = hot.tree.parent[up] as number;
    return up;
  };
  for (let row = 0; row < hot.samples.length; row++) {
    for (let node = hot.samples.node[row] as number; node > 0; node = hot.tree.parent[node] as number) {
      const up = caller(node);
      if (up <= 0 || functionAt(up) !== fn || (tierOf[up] as number) < OPTIMISED_FROM) continue;
      const callee = functionAt(node);
      if (!isInlined(node)) counts.set(callee, (counts.get(callee) ?? 0) + (hot.samples.count[row] as number));
      break;
    }
  }
  return counts;
}

/** Callees that V8's profiler saw within optimised code of `fn`, where they count with it again, most samples first. */
function seenInlined(tree: UnionTree, hot: Profile, fn: number): FunctionInfo[] {
  const { inlined, hidden, functionOf } = hot.frames;
  if (inlined === undefined) return [];
  const nodeOf = tree.nodeOf[0] as Int32Array;
  const counts = new Map<number, number>();
  for (let row = 0; row < hot.samples.length; row++) {
    let node = hot.samples.node[row] as number;
    const frameAt = (at: number) => hot.tree.frame[at] as number;
    while (node > 0 && inlined[frameAt(node)] !== INLINED_SEEN) node = hot.tree.parent[node] as number;
    if (node <= 0 || hidden[frameAt(node)] !== 1 || tree.fn[nodeOf[node] as number] !== fn) continue;
    const callee = functionOf[frameAt(node)] as number;
    counts.set(callee, (counts.get(callee) ?? 0) + (hot.samples.count[row] as number));
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([callee]) => hot.functions[callee] as FunctionInfo);
}

/** `v8::internal::Runtime_StringParseInt` works for `parseInt`, and `String.prototype.split` is `split`. */
function worksFor(through: string, name: string): boolean {
  const last =
    through
      .split(/[^A-Za-z0-9]/)
      .at(-1)
      ?.toLowerCase() ?? '';
  return name.length >= SHORTEST_NAME && last.endsWith(name.toLowerCase());
}

/** What lies deeper on the way of the calls and does more for what the text says: optimised code shows its holder. */
function heldBy(holder: FunctionInfo, named: readonly TextCallee[]): FunctionInfo[] {
  const at = named.findIndex(({ fn }) => fn.key === holder.key);
  const depth = named[at]?.depth ?? 0;
  return named.slice(0, Math.max(0, at)).flatMap((one) => (one.depth > depth ? [one.fn] : []));
}

/** What the text of `fn` calls, the likeliest first, without what shows apart from its optimised code. */
function namedByText(tree: UnionTree, hot: Profile, fn: number, through: string | null): TextCallee[] {
  const { key } = tree.functions[fn] as FunctionInfo;
  const apart = new Set(
    [...seenApart(tree, hot, fn)]
      .filter(([, samples]) => samples > STRAY_SAMPLES)
      .map(([callee]) => (tree.functions[callee] as FunctionInfo).key),
  );
  const callees = hot.inlinedCandidates?.find(({ caller }) => caller === key)?.callees ?? [];
  const named = callees.filter((callee) => !apart.has(callee.fn.key));
  if (through === null) return named;
  const calling = named.filter(({ calls }) => calls.some((name) => worksFor(through, name)));
  return [...calling, ...named.filter((callee) => !calling.includes(callee))];
}

/**
 * What the optimised code of `fn` may hold, the likeliest first: callees that V8's profiler or slower code of it shows
 * apart, then those that its source text calls, by what they do. None but those of V8's profiler where that saw the
 * function: what is its own then is its own.
 */
export function inlinedCandidates(
  tree: UnionTree,
  inlining: Inlining,
  hot: Profile,
  fn: number,
  /** Its time is spent in what it calls: which of the inlined functions calls that, V8's lines do not tell. */
  through: string | null,
): InlinedCandidate[] {
  const { key } = tree.functions[fn] as FunctionInfo;
  const found = new Map<string, InlinedCandidate>();
  const add = (info: FunctionInfo, from: InlinedCandidate['from']) => {
    if (found.has(info.key) || info.key === key) return;
    found.set(info.key, { function: info.name, package: info.package, file: info.file, line: info.line, from });
  };
  for (const info of seenInlined(tree, hot, fn)) add(info, 'samples');
  const witnessed = hot.lineTicks?.some(({ node }) => tree.fn[(tree.nodeOf[0] as Int32Array)[node] as number] === fn);
  if (witnessed && through === null) return [...found.values()];
  const named = namedByText(tree, hot, fn, through);
  for (const { callee, itself } of inlining.perhaps.get(fn) ?? []) {
    const info = tree.functions[callee] as FunctionInfo;
    if (!itself) for (const held of heldBy(info, named)) add(held, 'text');
    add(info, 'samples');
  }
  for (const { fn: info } of named) add(info, 'text');
  return [...found.values()];
}
