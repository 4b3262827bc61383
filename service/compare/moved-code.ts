/** What a reader is told where a function is in another place, file or version of its package on the other side. */
import type { FunctionInfo } from '../profile/profile.ts';
import { formatCount } from '../shared/text/number.ts';
import type { Counterparts } from './alignment/counterparts.ts';
import type { UnionTree } from './alignment/union-tree.ts';

/** Packages and files that one line names. */
const MOST_NAMED = 3;

function peerName(counterparts: Counterparts, index: number): string {
  return counterparts.peers.length === 1 ? 'the peer' : `peer ${index + 1}`;
}

function count(number: number, what: string): string {
  return `${formatCount(number)} ${what}${number === 1 ? '' : 's'}`;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function versions(here: FunctionInfo, there: FunctionInfo): string | undefined {
  if (here.packageVersion === null || there.packageVersion === null) return undefined;
  return here.packageVersion === there.packageVersion ? undefined : there.packageVersion;
}

/** `main.9c1d0e.js` for `main.4f3a2b.js`: another file, not only another directory. */
function renamed(here: FunctionInfo, there: FunctionInfo): string | undefined {
  if (here.file === null || there.file === null) return undefined;
  const name = fileName(there.file);
  return name === fileName(here.file) ? undefined : name;
}

/** Named ones first to last, the rest as a number. */
function listed(items: readonly string[]): string {
  const more = items.length - MOST_NAMED;
  return [...items.slice(0, MOST_NAMED), ...(more > 0 ? [`${formatCount(more)} more`] : [])].join('; ');
}

/** Notes on the whole comparison. */
export function describeMoves(counterparts: Counterparts): string[] {
  const here = new Map(counterparts.profiles[0].functions.map((fn) => [fn.key, fn]));
  const files = new Set<string>();
  const functions = new Set<string>();
  const packages = new Map<string, string>();
  const names = new Map<string, string>();
  counterparts.peers.forEach(({ counterparts: there, moved }, index) => {
    for (const key of moved) {
      functions.add(key);
      files.add(here.get(key)?.file ?? '');
    }
    for (const [key, other] of there) {
      const fn = here.get(key);
      if (fn === undefined) continue;
      const version = versions(fn, other);
      const name = renamed(fn, other);
      const peer = peerName(counterparts, index);
      if (version !== undefined)
        packages.set(`${fn.package} ${index}`, `${fn.package} ${version} on ${peer}, ${fn.packageVersion} here`);
      if (name !== undefined) names.set(`${name} ${index}`, `${name} on ${peer}, ${fileName(fn.file ?? '')} here`);
    }
  });
  return [
    ...(functions.size === 0
      ? []
      : [
          `Line numbers of ${count(functions.size, 'function')} in ${count(files.size, 'file')} differ ` +
            'between the two sides: matched by name.',
        ]),
    ...(names.size === 0 ? [] : [`Files matched by their functions: ${listed([...names.values()])}.`]),
    ...(packages.size === 0 ? [] : [`Package versions differ: ${listed([...packages.values()])}.`]),
  ];
}

/** Notes on one function. Lines are those of the hot side. */
export function describeMove(counterparts: Counterparts, tree: UnionTree, fn: number): string[] {
  const here = tree.functions[fn] as FunctionInfo;
  const notes: string[] = [];
  counterparts.peers.forEach(({ counterparts: there }, index) => {
    const other = there.get(here.key);
    if (other === undefined) return;
    const peer = peerName(counterparts, index);
    const name = renamed(here, other);
    const version = versions(here, other);
    if (name !== undefined && here.file !== null) {
      const place = (file: string, line: number | null): string => (line === null ? file : `${file}:${line}`);
      notes.push(`${place(fileName(here.file), here.line)} here, ${place(name, other.line)} on ${peer}.`);
    } else if (here.line !== other.line && other.line !== null && here.line !== null)
      notes.push(`Line ${here.line} here, line ${other.line} on ${peer}.`);
    if (version !== undefined) notes.push(`${here.package} ${version} on ${peer}, ${here.packageVersion} here.`);
  });
  return [...new Set(notes)];
}
