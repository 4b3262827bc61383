/** Nodes of V8's profiler that are no functions, in the files of all tools that pass its names on. */
import { type Identified, NOT_JS } from '../identity/identity.ts';
import type { Category, FunctionInfo } from '../profile.ts';

/** `idle`: no CPU was used; `root`: no frame. */
export type V8Meta = Identified | 'root' | 'idle';

const CATEGORY_OF: ReadonlyMap<string, Category> = new Map([
  ['(program)', 'native'],
  ['(garbage collector)', 'gc'],
]);

/** Some writers put the place that it does not have around it: `:(idle):0`. */
const PLACELESS = /^:(\([a-z ]+\)):0$/;

/** What a name without a file stands for; undefined for functions, which may be called so as well, but have a file. */
export function v8Meta(text: string): V8Meta | undefined {
  const name = PLACELESS.exec(text)?.[1] ?? text;
  if (name === '(root)') return 'root';
  if (name === '(idle)') return 'idle';
  const category = CATEGORY_OF.get(name);
  if (category === undefined) return undefined;
  const fn: FunctionInfo = { ...NOT_JS, key: `v8\t${name}`, name, category, module: 'node' };
  return { fn, tier: 'none', hidden: false };
}
