/** Folded stacks: one line a stack, `process;root;…;leaf weight`, as flamegraph.pl and speedscope read them. */
import { CallTrie } from './call-trie.ts';
import { FloatColumn } from './columns.ts';
import { INLINED } from './perf-line.ts';
import type { FunctionInfo, Profile } from './profile.ts';

export interface FoldedOptions {
  /**
   * `raw` (default): the names of the source, as stackcollapse-perf.pl prints them. `canonical`: one name for one
   * function whatever its tier, address or release, `parse (src/app.js:5:63)`; V8's stubs are left out.
   */
  readonly names?: 'raw' | 'canonical';
  /** `weight` (default): sums of periods where the source has them, as stackcollapse-perf.pl does; else samples. */
  readonly values?: 'weight' | 'samples';
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

/** Where an argument list begins, −1 when there is none: at a parenthesis outside of `<>`, `{}` and `[]`. */
function argumentsStart(name: string): number {
  if (!name.includes('(')) return -1;
  let depth = 0;
  for (let i = 0; i < name.length; i++) {
    const char = name[i];
    if (char === '<' || char === '{' || char === '[') depth++;
    else if (char === '>' || char === '}' || char === ']' || char === ')') depth--;
    else if (char === '(') {
      // Part of the name: Go's `.(*T).M`, `(anonymous namespace)::f`, `operator()`, and all that begins with one.
      const part = i === 0 || name[i - 1] === '.' || name.startsWith('(anonymous namespace)', i);
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

/** stackcollapse-perf.pl's tidying of a name: arguments and quotes go, its mark of an inlined method stays. */
function rawName(symbol: string, isJava: boolean, keepAll: boolean): string {
  if (symbol.endsWith(INLINED)) return rawName(symbol.slice(0, -INLINED.length), isJava, keepAll) + INLINED;
  let name = cleaned(symbol);
  if (!keepAll && !JAVASCRIPT.test(name) && !/\.\(.*\)\./.test(name)) {
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
  return names.map((name, i) => (merged.has(name) ? rawName(symbols[i] as string, isJava, true) : name));
}

/** `parse (src/app.js:5:63)`, `epoll_wait (libc.so.6)`. */
function canonicalName(fn: FunctionInfo): string {
  if (fn.file === null) return fn.module === null || fn.module === '[kernel]' ? fn.name : `${fn.name} (${fn.module})`;
  const position = fn.line === null ? '' : fn.column === null ? `:${fn.line}` : `:${fn.line}:${fn.column}`;
  return `${fn.name} (${fn.file}${position})`;
}

const TIDIED: ReadonlySet<string> = new Set(['perf-script', 'capture']);

/** Name of each frame; null for one that is not shown. */
function frameNames(profile: Profile, canonical: boolean, isJava: boolean): (string | null)[] {
  const { frames, functions } = profile;
  const canonicalOf = (frame: number) => canonicalName(functions[frames.functionOf[frame] as number] as FunctionInfo);
  if (canonical) {
    return frames.symbol.map((_, frame) => (frames.hidden[frame] === 1 ? null : cleaned(canonicalOf(frame))));
  }
  // Only perf prints symbols with their arguments; other texts are as somebody wanted them.
  if (!TIDIED.has(profile.facts.source)) return frames.symbol.map((symbol, i) => cleaned(symbol || canonicalOf(i)));
  return rawNames(frames.symbol, isJava).map((name, frame) => name || cleaned(canonicalOf(frame)));
}

/** A tree over names: stacks of the same text are one node. */
class NameTree {
  readonly trie: CallTrie = new CallTrie();
  readonly value: FloatColumn = new FloatColumn();
  readonly names: string[] = [];
  private readonly ids = new Map<string, number>();

  id(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    this.ids.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  add(node: number, value: number): void {
    while (this.value.length < this.trie.length) this.value.push(0);
    this.value.data[node] = (this.value.data[node] as number) + value;
  }
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

function nameTree(profile: Profile, options: FoldedOptions): NameTree {
  const { samples, threads, tree } = profile;
  const into = new NameTree();
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
  // Where a node of the profile is below the root at hand; void when that was noted for another root.
  const merged = new Int32Array(tree.length);
  const notedFor = new Int32Array(tree.length).fill(-1);
  const path: number[] = [];
  for (const [root, id] of ids) {
    const names = root.startsWith('java') ? java : plain;
    merged[0] = root === '' ? 0 : into.trie.child(0, into.id(root));
    notedFor[0] = id;
    for (let i = first[id] as number; i < (first[id + 1] as number); i++) {
      const row = rows[i] as number;
      let up = samples.node[row] as number;
      for (; notedFor[up] !== id; up = tree.parent[up] as number) path.push(up);
      let at = merged[up] as number;
      for (let step = path.pop(); step !== undefined; step = path.pop()) {
        const name = names[tree.frame[step] as number] as number;
        if (name >= 0) at = into.trie.child(at, name);
        merged[step] = at;
        notedFor[step] = id;
      }
      into.add(at, column[row] as number);
    }
  }
  return into;
}

/**
 * Order of the lines as bytes, without making or sorting them: a child has two keys, `name` for its own line and `name;`
 * for the lines below it, and siblings with such keys are in the order of their lines. Returns key ranks: 2 a name.
 */
function keyRanks(names: readonly string[]): Int32Array {
  const bytes = (text: string) =>
    ASCII.test(text) ? text : String.fromCharCode(...encoder.encode(text.slice(0, MAX_KEY)));
  const keys = names.flatMap((name) => [bytes(name), bytes(`${name};`)]);
  // Without a function of ours the sort is four times as fast.
  const rankOf = new Map(keys.toSorted().map((key, rank) => [key, rank]));
  return Int32Array.from(keys, (key) => rankOf.get(key) as number);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all 128 are meant
const ASCII = /^[\x00-\x7f]*$/;

/** Names are sorted by so many characters at most: a call with more arguments could overflow the stack. */
const MAX_KEY = 10_000;

const encoder = new TextEncoder();

/** Bytes are handed out in pieces of about this size. */
const CHUNK = 1 << 16;

/** Appends bytes to a buffer that grows. */
class ByteBuffer {
  data: Uint8Array = new Uint8Array(CHUNK * 2);
  length = 0;

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.data.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** For a few characters this is quicker than an encoder. */
  appendAscii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.data[this.length++] = text.charCodeAt(i);
  }

  private reserve(length: number): void {
    if (this.length + length <= this.data.length) return;
    const wider = new Uint8Array((this.length + length) * 2);
    wider.set(this.data.subarray(0, this.length));
    this.data = wider;
  }
}

/** A sum of periods is whole; weights of other sources are cut to thousandths. */
function numberText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(0) : String(Math.round(value * 1000) / 1000);
}

/** The children of each node, as two keys a child, in the order of their lines. */
function orderedKeys({ trie, names }: NameTree): { first: Int32Array; keys: Int32Array } {
  const ranks = keyRanks(names);
  const first = new Int32Array(trie.length + 1);
  for (let node = 1; node < trie.length; node++) {
    const slot = (trie.parent[node] as number) + 1;
    first[slot] = (first[slot] as number) + 2;
  }
  for (let node = 0; node < trie.length; node++)
    first[node + 1] = (first[node + 1] as number) + (first[node] as number);
  const keys = new Int32Array(trie.length * 2);
  const filled = first.slice();
  for (let node = 1; node < trie.length; node++) {
    const parent = trie.parent[node] as number;
    const at = filled[parent] as number;
    keys[at] = node * 2;
    keys[at + 1] = node * 2 + 1;
    filled[parent] = at + 2;
  }
  const rank = (key: number) => ranks[(trie.frame[key >> 1] as number) * 2 + (key & 1)] as number;
  for (let node = 0; node < trie.length; node++) {
    const from = first[node] as number;
    const to = first[node + 1] as number;
    if (to - from > 2) keys.subarray(from, to).sort((a, b) => rank(a) - rank(b));
  }
  return { first, keys };
}

/**
 * The folded text as UTF-8 in pieces, lines in the order of their bytes (like `LC_ALL=C sort`). Names are untrusted; `;`
 * and control bytes in them are replaced.
 */
export function* exportFolded(profile: Profile, options: FoldedOptions = {}): Generator<Uint8Array> {
  const tree = nameTree(profile, options);
  const { trie, value } = tree;
  const { first, keys } = orderedKeys(tree);
  const names = tree.names.map((name) => encoder.encode(name));
  const separator = encoder.encode(';');
  const path = new ByteBuffer();
  const out = new ByteBuffer();
  const emit = (node: number) => {
    const sum = value.data[node] as number;
    if (node >= value.length || sum === 0) return;
    out.append(path.data.subarray(0, path.length));
    out.appendAscii(` ${numberText(sum)}\n`);
  };
  /** Keys still to visit, last first; a negative entry −1 − n cuts the path back to n bytes. */
  const todo: number[] = [];
  const push = (node: number) => {
    for (let at = (first[node + 1] as number) - 1; at >= (first[node] as number); at--) todo.push(keys[at] as number);
  };
  if (value.length > 0 && (value.data[0] as number) !== 0) {
    out.append(encoder.encode(`[no stack] ${numberText(value.data[0] as number)}\n`));
  }
  push(0);
  for (let key = todo.pop(); key !== undefined; key = todo.pop()) {
    if (key < 0) {
      path.length = -1 - key;
      continue;
    }
    const node = key >> 1;
    const before = path.length;
    if (before > 0) path.append(separator);
    path.append(names[trie.frame[node] as number] as Uint8Array);
    if ((key & 1) === 0) {
      emit(node);
      path.length = before;
    } else {
      todo.push(-1 - before);
      push(node);
    }
    if (out.length >= CHUNK) {
      yield out.data.slice(0, out.length);
      out.length = 0;
    }
  }
  if (out.length > 0) yield out.data.slice(0, out.length);
}
