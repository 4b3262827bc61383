/** Folded stacks: one line a stack, `process;root;…;leaf weight`, as flamegraph.pl and speedscope read them. */

import { INLINED } from '../perf-script/line.ts';
import type { CallTree, FunctionInfo, Profile } from '../profile.ts';
import { foldedText } from './folded-text.ts';
import { FoldedTrie } from './folded-trie.ts';

export interface FoldedOptions {
  /**
   * `raw` (default): the names of the source, as stackcollapse-perf.pl prints them. `canonical`: one name for one
   * function whatever its tier, address or release, `parse (src/app.js:5:63)`; V8's stubs are left out.
   */
  readonly names?: 'raw' | 'canonical';
  /** `weight` (default): sums of periods where the source has them, as stackcollapse-perf.pl does; else samples. */
  readonly values?: 'weight' | 'samples';
  /** Each piece is valid only until the next is requested: no new memory for each. Default false. */
  readonly reuseMemory?: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes in names are what this finds
const UNCLEAN = /[;\x00-\x1f\x7f\u2028\u2029]/;

/** A semicolon separates frames and a line feed lines: neither may come from a name. */
function cleaned(text: string): string {
  if (!UNCLEAN.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes in names are what this removes
  return text.replace(/;/g, ':').replace(/[\x00-\x1f\x7f\u2028\u2029]/g, '_');
}

/** Name of a thread as root of its stacks; blanks are underscores, as a name may end in digits. */
function rootName(name: string): string {
  return cleaned(name).replace(/ /g, '_');
}

const ANONYMOUS = '(anonymous namespace)';
/** What makes a parenthesis behind it part of a name, or may do so. */
const NESTED = /[<>{}[\])]|operator|\.$/;

/** Where an argument list begins, −1 when there is none: at a parenthesis outside of `<>`, `{}` and `[]`. */
function argumentsStart(name: string): number {
  const first = name.indexOf('(');
  if (first < 0) return -1;
  if (first > 0 && !NESTED.test(name.slice(0, first)) && !name.startsWith(ANONYMOUS, first)) return first;
  let depth = 0;
  for (let i = 0; i < name.length; i++) {
    const char = name[i];
    if (char === '<' || char === '{' || char === '[') depth++;
    else if (char === '>' || char === '}' || char === ']' || char === ')') depth--;
    else if (char === '(') {
      // Part of the name: Go's `.(*T).M`, `(anonymous namespace)::f`, `operator()`, and all that begins with one.
      const part = i === 0 || name[i - 1] === '.' || name.startsWith(ANONYMOUS, i);
      if (depth === 0 && !part && !name.endsWith('operator', i) && !name.slice(0, i).endsWith('operator')) return i;
      depth++;
    } else if (char === 'o' && name.startsWith('operator', i)) {
      const symbols = /^operator[<>=!-]+/.exec(name.slice(i, i + 16));
      if (symbols !== null) i += symbols[0].length - 1;
    }
  }
  return -1;
}

/** Names that V8 gives to JavaScript: what is in parentheses there is part of a path or of a pattern. */
const JAVASCRIPT = /^(?:JS|LazyCompile|Function|InterpretedFunction|Eval|Script):(?!:)/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes in names are what this finds
const UNTIDY = /[;()"'\x00-\x1f\x7f\u2028\u2029]/;

/** stackcollapse-perf.pl's tidying of a name: arguments and quotes go, its mark of an inlined method stays. */
function rawName(symbol: string, isJava: boolean, keepAll: boolean): string {
  if (!isJava && !UNTIDY.test(symbol)) return symbol;
  if (symbol.endsWith(INLINED)) return rawName(symbol.slice(0, -INLINED.length), isJava, keepAll) + INLINED;
  let name = cleaned(symbol);
  if (!keepAll && name.includes('(') && !JAVASCRIPT.test(name) && !/\.\(.*\)\./.test(name)) {
    // Nothing would be left of a regular expression that begins with a group.
    const isPattern = name.startsWith('RegExp:');
    const start = isPattern ? name.indexOf('(') : argumentsStart(name);
    if (start > (isPattern ? 'RegExp:'.length : 0)) name = name.slice(0, start);
  }
  name = name.replace(/["']/g, '');
  return isJava && name.includes('/') ? name.replace(/^L/, '') : name;
}

/**
 * Raw names of all frames. Where the tidying would make two regular expressions one, both keep their text: they are
 * different functions.
 */
function rawNames(symbols: readonly string[], isJava: boolean): string[] {
  const sources = new Map<string, string>();
  const merged = new Set<string>();
  const names = symbols.map((symbol) => {
    const name = rawName(symbol, isJava, false);
    if (!symbol.startsWith('RegExp:')) return name;
    const source = sources.get(name);
    if (source === undefined) sources.set(name, symbol);
    else if (source !== symbol) merged.add(name);
    return name;
  });
  if (merged.size === 0) return names;
  return names.map((name, i) => (merged.has(name) ? rawName(symbols[i] as string, isJava, true) : name));
}

/** `parse (src/app.js:5:63)`, `epoll_wait (libc.so.6)`. */
function canonicalName(fn: FunctionInfo): string {
  if (fn.file === null) return fn.module === null || fn.module === '[kernel]' ? fn.name : `${fn.name} (${fn.module})`;
  const position = fn.line === null ? '' : fn.column === null ? `:${fn.line}` : `:${fn.line}:${fn.column}`;
  return `${fn.name} (${fn.file}${position})`;
}

const TIDIED: ReadonlySet<string> = new Set(['perf-script', 'capture']);

/** Name of each frame with the mark of what was inlined; null for one that is not shown. */
function frameNames(profile: Profile, canonical: boolean, isJava: boolean): (string | null)[] {
  const { inlined } = profile.frames;
  const names = plainNames(profile, canonical, isJava);
  if (inlined === undefined) return names;
  return names.map((name, i) => (name === null || inlined[i] !== 1 || name.endsWith(INLINED) ? name : name + INLINED));
}

function plainNames(profile: Profile, canonical: boolean, isJava: boolean): (string | null)[] {
  const { frames, functions } = profile;
  const canonicalOf = (frame: number) => canonicalName(functions[frames.functionOf[frame] as number] as FunctionInfo);
  if (canonical) {
    return frames.symbol.map((_, frame) => (frames.hidden[frame] === 1 ? null : cleaned(canonicalOf(frame))));
  }
  // Only perf prints symbols with their arguments; other texts are as somebody wanted them.
  if (!TIDIED.has(profile.facts.source)) return frames.symbol.map((symbol, i) => cleaned(symbol || canonicalOf(i)));
  return rawNames(frames.symbol, isJava).map((name, frame) => name || cleaned(canonicalOf(frame)));
}

/** Rows of samples by root: `rows` from `first[root]` to `first[root + 1]`. There may be as many roots as samples. */
function rowsByRoot({ samples }: Profile, rootOf: Int32Array, roots: number): { first: Int32Array; rows: Int32Array } {
  const first = new Int32Array(roots + 1);
  for (let row = 0; row < samples.length; row++) {
    const slot = (rootOf[samples.thread[row] as number] as number) + 1;
    first[slot] = (first[slot] as number) + 1;
  }
  for (let root = 0; root < roots; root++) first[root + 1] = (first[root + 1] as number) + (first[root] as number);
  const rows = new Int32Array(samples.length);
  const filled = first.slice();
  for (let row = 0; row < samples.length; row++) {
    const root = rootOf[samples.thread[row] as number] as number;
    const at = filled[root] as number;
    rows[at] = row;
    filled[root] = at + 1;
  }
  return { first, rows };
}

/** Puts the nodes of a profile's tree into a tree over names. Small, as what is called often is compiled sooner. */
class NamedNodes {
  private readonly tree: CallTree;
  private readonly into: FoldedTrie;
  /** Where a node of the profile is below the root at hand; void when that was noted for another root. */
  private readonly merged: Int32Array;
  private readonly notedFor: Int32Array;
  private readonly path: number[] = [];
  private names: Int32Array = new Int32Array(0);
  private root = -1;

  constructor(tree: CallTree, into: FoldedTrie) {
    this.tree = tree;
    this.into = into;
    this.merged = new Int32Array(tree.length);
    this.notedFor = new Int32Array(tree.length).fill(-1);
  }

  /** From now on stacks are those below `node`; `names`: by frame, −1 for one that is not shown. */
  begin(root: number, node: number, names: Int32Array): void {
    this.root = root;
    this.names = names;
    this.merged[0] = node;
    this.notedFor[0] = root;
  }

  of(node: number): number {
    const { tree, path, notedFor, root } = this;
    let up = node;
    for (; notedFor[up] !== root; up = tree.parent[up] as number) path.push(up);
    let at = this.merged[up] as number;
    for (let step = path.pop(); step !== undefined; step = path.pop()) at = this.step(step, at);
    return at;
  }

  private step(node: number, above: number): number {
    const name = this.names[this.tree.frame[node] as number] as number;
    const at = name < 0 ? above : this.into.child(above, name);
    this.merged[node] = at;
    this.notedFor[node] = this.root;
    return at;
  }
}

function foldedTrie(profile: Profile, options: FoldedOptions): FoldedTrie {
  const { samples, threads, tree } = profile;
  const into = new FoldedTrie();
  const column = options.values === 'samples' ? samples.count : samples.weight;
  const rootNames = threads.map((thread) => rootName(thread.name));
  const ids = new Map([...new Set(rootNames)].map((name, id) => [name, id]));
  const idsOf = (isJava: boolean) =>
    Int32Array.from(frameNames(profile, options.names === 'canonical', isJava), (name) =>
      name === null ? -1 : into.id(name),
    );
  const plain = idsOf(false);
  const java = rootNames.some((root) => root.startsWith('java')) ? idsOf(true) : plain;
  const rootOf = Int32Array.from(rootNames, (name) => ids.get(name) as number);
  const { first, rows } = rowsByRoot(profile, rootOf, ids.size);
  const nodes = new NamedNodes(tree, into);
  for (const [root, id] of ids) {
    nodes.begin(id, root === '' ? 0 : into.child(0, into.id(root)), root.startsWith('java') ? java : plain);
    for (let i = first[id] as number; i < (first[id + 1] as number); i++) {
      const row = rows[i] as number;
      into.add(nodes.of(samples.node[row] as number), column[row] as number);
    }
  }
  return into;
}

/**
 * The folded text as UTF-8 in pieces, lines in the order of their bytes (like `LC_ALL=C sort`). Names are untrusted;
 * `;` and control bytes in them are replaced.
 */
export function* exportFolded(profile: Profile, options: FoldedOptions = {}): Generator<Uint8Array> {
  for (const piece of foldedText(foldedTrie(profile, options))) yield options.reuseMemory ? piece : Buffer.from(piece);
}
