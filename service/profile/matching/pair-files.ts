/** Which file of one side is which of the other: by path, and what a bundler names by a hash of its content. */

/**
 * Where bundlers put the hash: `main.4f3a2b.js`, `chunk-ABCD1234.mjs`, `index-BxY12_q.js`, `vendor.0a1b2c3d.chunk.js`.
 * It holds a digit, a capital or an underscore; letters alone may be a word. What looks like one only by chance is seen
 * by its functions.
 */
const HASH = /([.~_-])(?=[\w-]*[A-Z0-9_])[\w-]{5,64}(?=(?:\.(?:chunk|bundle|min|prod|esm|umd))*\.[cm]?js$)/;

/** `dist/main.4f3a2b.js` → `dist/main.*.js`; undefined where there is no hash. */
function withoutHash(path: string): string | undefined {
  const at = path.lastIndexOf('/') + 1;
  const name = path.slice(at);
  const plain = name.replace(HASH, '$1*');
  return plain === name ? undefined : path.slice(0, at) + plain;
}

/** Names of the functions of a file that were recorded; those that say something. */
export type NamesOf = (path: string) => ReadonlySet<string>;

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let count = 0;
  for (const name of a) if (b.has(name)) count++;
  return count;
}

/** Files that look alike, at most: more chunks than this in one folder are not compared each with each. */
const MOST_ALIKE = 100;

/** The one with most functions in common; undefined for none and for a tie. */
function nearest(names: ReadonlySet<string>, paths: readonly string[], namesOf: NamesOf): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const path of paths) {
    const count = shared(names, namesOf(path));
    if (count > most) [best, most] = [path, count];
    else if (count === most) best = undefined;
  }
  return best;
}

function byPlainName(paths: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const plain = withoutHash(path);
    if (plain === undefined) continue;
    const group = groups.get(plain);
    if (group === undefined) groups.set(plain, [path]);
    else group.push(path);
  }
  return groups;
}

/** Path of `from` → path of `to`. Equal paths are one file; hashed ones when each has most in common with the other. */
export function pairFiles(
  from: readonly string[],
  to: readonly string[],
  fromNames: NamesOf,
  toNames: NamesOf,
): Map<string, string> {
  const known = new Set(to);
  const pairs = new Map(from.filter((path) => known.has(path)).map((path) => [path, path]));
  const others = byPlainName(to.filter((path) => !pairs.has(path)));
  for (const [plain, paths] of byPlainName(from.filter((path) => !pairs.has(path)))) {
    const candidates = others.get(plain) ?? [];
    if (paths.length > MOST_ALIKE || candidates.length > MOST_ALIKE) continue;
    for (const path of paths) {
      const match = nearest(fromNames(path), candidates, toNames);
      if (match !== undefined && nearest(toNames(match), paths, fromNames) === path) pairs.set(path, match);
    }
  }
  return pairs;
}
