/**
 * Matches functions of two profiles whose identity differs by place only: a release that moved lines, or a Node before 20,
 * which prints no columns. Without this, after a deployment each function below an edit would vanish and appear.
 */
import type { FunctionInfo, Profile } from './profile.ts';

/** The parts of a JavaScript function's key; undefined for all other functions. */
function placeOf(fn: FunctionInfo): { file: string; name: string; line: string } | undefined {
  if (!fn.key.startsWith('js\t')) return undefined;
  const end = fn.key.lastIndexOf('\t');
  const middle = fn.key.indexOf('\t', 3);
  const line = fn.key.slice(end + 1).replace(/:.*$/, '');
  return { file: fn.key.slice(3, middle), name: fn.key.slice(middle + 1, end), line };
}

/** Functions by a label; null where several share it. */
function uniquely(functions: readonly FunctionInfo[], label: (fn: FunctionInfo) => string | undefined) {
  const found = new Map<string, FunctionInfo | null>();
  for (const fn of functions) {
    const text = label(fn);
    if (text !== undefined) found.set(text, found.has(text) ? null : fn);
  }
  return found;
}

/** Line without column. */
function byLine(fn: FunctionInfo): string | undefined {
  const place = placeOf(fn);
  return place && `${place.file}\t${place.name}\t${place.line}`;
}

/** File and name: only for names that a minifier does not use again and again. */
function byName(fn: FunctionInfo): string | undefined {
  const place = placeOf(fn);
  return place !== undefined && place.name.length > 2 ? `${place.file}\t${place.name}` : undefined;
}

/**
 * `other` with the keys of `base` for functions that are surely the same: alone in both profiles with their file, name
 * and line (columns aside), or with their file and name. What has an equal key already is left alone.
 */
export function alignFunctions(base: Profile, other: Profile): Profile {
  const renamed = new Map<string, string>();
  for (const label of [byLine, byName]) {
    const taken = new Set(renamed.values());
    const keys = new Set(other.functions.map((fn) => fn.key));
    const known = new Set(base.functions.map((fn) => fn.key));
    const left = uniquely(
      base.functions.filter((fn) => !keys.has(fn.key) && !taken.has(fn.key)),
      label,
    );
    const right = uniquely(
      other.functions.filter((fn) => !known.has(fn.key) && !renamed.has(fn.key)),
      label,
    );
    for (const [text, fn] of right) {
      const match = left.get(text);
      if (fn && match) renamed.set(fn.key, match.key);
    }
  }
  if (renamed.size === 0) return other;
  return { ...other, functions: other.functions.map((fn) => ({ ...fn, key: renamed.get(fn.key) ?? fn.key })) };
}
