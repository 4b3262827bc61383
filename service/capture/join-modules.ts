/** A program in several files as one classic script, which `node -e` runs. */
import { AppError } from '../shared/errors.ts';

/** `const { lineAt } = require('./lines.js');`: also the last line of a longer list of names. */
const REQUIRED = /\brequire\('\.\/([\w./-]+\.js)'\)/;
/** `module.exports = { lineAt };` on a line of its own, or the first line of it. */
const EXPORTS = /^module\.exports = /;

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

/** `inlined/line-owners.js` → `inlined_line_owners`. */
function variableOf(name: string): string {
  return name.replace(/\.js$/, '').replaceAll(/\W/g, '_');
}

/**
 * The lines of a program, and before them those of each file that it requires, directly or through others: once, after
 * what that file requires itself, and in a scope of its own. So a file is the same module here as it is to Node.
 */
export function joinModules(main: string, linesOf: (name: string) => readonly string[]): string[] {
  const joined: string[] = [];
  const done = new Set<string>();
  const linked = (name: string, open: readonly string[]): string[] =>
    linesOf(name).map((line) =>
      line.replace(REQUIRED, (_, path: string) => {
        const needed = folderOf(name) + path;
        if (!done.has(needed)) addModule(needed, [...open, name]);
        return variableOf(needed);
      }),
    );
  const addModule = (name: string, open: readonly string[]): void => {
    if (open.includes(name)) {
      throw new AppError('SCRIPT_INVALID', `${name} requires itself, by way of ${open.join(', ')}.`, {
        hint: 'Move what both need into a file that requires neither.',
      });
    }
    const lines = linked(name, open).map((line) => line.replace(EXPORTS, 'return '));
    joined.push(`const ${variableOf(name)} = (() => {`, ...lines, '})();');
    done.add(name);
  };
  const lines = linked(main, []);
  return [...joined, ...lines];
}
