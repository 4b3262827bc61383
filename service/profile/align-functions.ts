/**
 * Matches functions of two profiles whose identity differs by place only: a release that moved lines, a bundle whose
 * file is named by its content, a Node before 20, which prints no columns. Without this, after a deployment each
 * function below an edit would vanish and appear. docs/method.md, "The same code, moved", has the rules in words.
 */
import { type FileMatch, matchInFile, type Placed } from './matching/match-in-file.ts';
import { type NamesOf, pairFiles } from './matching/pair-files.ts';
import type { FunctionInfo } from './profile.ts';

type Functions = readonly FunctionInfo[];

/** The parts of a JavaScript function's key; undefined for all other functions. */
interface Key {
  /** The file, whatever the release and the package's version. */
  readonly file: string;
  readonly name: string;
  readonly hasColumn: boolean;
}

function keyOf(fn: FunctionInfo): Key | undefined {
  if (!fn.key.startsWith('js\t')) return undefined;
  const end = fn.key.lastIndexOf('\t');
  const middle = fn.key.indexOf('\t', 3);
  return { file: fn.key.slice(3, middle), name: fn.key.slice(middle + 1, end), hasColumn: fn.key.includes(':', end) };
}

/** Functions whose place in a file is known, by file. */
function byFile(functions: Functions): Map<string, Placed<FunctionInfo>[]> {
  const files = new Map<string, Placed<FunctionInfo>[]>();
  for (const fn of functions) {
    const key = keyOf(fn);
    if (key === undefined || key.file === '' || fn.line === null) continue;
    const placed = { id: fn, name: key.name, line: fn.line, column: fn.column ?? 0, isModule: fn.name === '(module)' };
    const list = files.get(key.file);
    if (list === undefined) files.set(key.file, [placed]);
    else list.push(placed);
  }
  return files;
}

function namesIn(files: ReadonlyMap<string, readonly Placed<FunctionInfo>[]>): NamesOf {
  const known = new Map<string, ReadonlySet<string>>();
  return (path) => {
    const names =
      known.get(path) ?? new Set((files.get(path) ?? []).map((one) => one.name).filter((name) => name.length > 2));
    known.set(path, names);
    return names;
  };
}

/** Functions that are the only one of a name, longer than a minifier's, in a file; by both. */
function onlyOnes(functions: Functions): Map<string, FunctionInfo> {
  const found = new Map<string, FunctionInfo | undefined>();
  for (const fn of functions) {
    const key = keyOf(fn);
    if (key === undefined || key.file === '' || key.name.length <= 2) continue;
    const place = `${key.file}\t${key.name}`;
    found.set(place, found.has(place) ? undefined : fn);
  }
  return new Map([...found].filter((entry): entry is [string, FunctionInfo] => entry[1] !== undefined));
}

/** Writers of pprof that leave the lines out, on which functions begin: their functions by name alone. */
function matchWithoutLines(base: Functions, other: Functions): Map<FunctionInfo, string> {
  const matched = new Map<FunctionInfo, string>();
  const hasNone = (functions: Functions) => functions.some((fn) => fn.line === null && keyOf(fn) !== undefined);
  if (!hasNone(base) && !hasNone(other)) return matched;
  const others = onlyOnes(other);
  for (const [place, to] of onlyOnes(base)) {
    const from = others.get(place);
    if (from !== undefined && (from.line === null) !== (to.line === null)) matched.set(from, to.key);
  }
  return matched;
}

export interface AlignedFunctions {
  /** The functions of the other side, in their order, with the keys of the base where they are the same. */
  readonly functions: Functions;
  /** By key: the function as the other side has it. Only functions that both sides have. */
  readonly counterparts: ReadonlyMap<string, FunctionInfo>;
  /** Keys of functions that an edit of their file moved to another line. */
  readonly moved: ReadonlySet<string>;
}

/** The key that a function has in the base's version of its file, where it was not recorded. */
function translated(fn: FunctionInfo, file: string, match: FileMatch<FunctionInfo>): string {
  const { name, hasColumn } = keyOf(fn) as Key;
  const place = match.translate({ line: fn.line ?? 0, column: fn.column ?? 0 });
  if (place === null) return fn.key;
  return `js\t${file}\t${name}\t${place.line}${hasColumn ? `:${place.column}` : ''}`;
}

/** What the base says of functions of `other` whose files it has: their keys there. */
function matchFiles(base: Functions, other: Functions) {
  const [baseFiles, otherFiles] = [byFile(base), byFile(other)];
  const matched = matchWithoutLines(base, other);
  const files = pairFiles([...otherFiles.keys()], [...baseFiles.keys()], namesIn(otherFiles), namesIn(baseFiles));
  const unmatched = new Map<FunctionInfo, string>();
  const moved = new Set<string>();
  for (const [file, baseFile] of files) {
    const list = otherFiles.get(file) ?? [];
    const match = matchInFile(list, baseFiles.get(baseFile) ?? []);
    for (const { from, to } of match.pairs) matched.set(from.id, to.id.key);
    for (const { to } of match.moved) moved.add(to.id.key);
    for (const { id } of list) if (!matched.has(id)) unmatched.set(id, translated(id, baseFile, match));
  }
  return { matched, unmatched, moved };
}

/**
 * Keys of `base` for the functions of `other` that are the same. What is not surely the same stays a function of its
 * own, also where its place by chance is that of another function of the base.
 */
export function alignFunctions(base: Functions, other: Functions): AlignedFunctions {
  const { matched, unmatched, moved } = matchFiles(base, other);
  const counterparts = new Map<string, FunctionInfo>();
  const known = new Set(base.map((fn) => fn.key));
  const taken = new Set(matched.values());
  const functions = other.map((fn) => {
    let key = matched.get(fn) ?? unmatched.get(fn) ?? fn.key;
    const placed = matched.has(fn) || !unmatched.has(fn);
    if (!placed) {
      while (known.has(key) || taken.has(key)) key = `${key}\tapart`;
      taken.add(key);
    } else if (known.has(key)) counterparts.set(key, fn);
    return key === fn.key ? fn : { ...fn, key };
  });
  return { functions, counterparts, moved };
}
