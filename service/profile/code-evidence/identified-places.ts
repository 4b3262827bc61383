/** The functions of the evidence as functions of the profile. */
import { type IdentityRules, identify } from '../identity/identity.ts';
import type { FunctionInfo } from '../profile.ts';
import type { CodePlace } from './code-evidence.ts';

/** JavaScript of a file; builtins and V8's own entries have none. */
export function isCode(place: CodePlace): boolean {
  return place.file !== '' && place.line > 0;
}

/** As perf would print it. */
export function symbolOf({ name, file, line, column }: CodePlace): string {
  return `JS:${name} ${file}:${line}:${column}`;
}

function placeKey(file: string | null, line: number | null, column: number | string | null): string {
  return `${file}\t${line}\t${column}`;
}

/** `total` for `Basket.total`. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/**
 * perf and V8 may spell a name differently (`Basket.total` and `total`); at one place there is one function. Where perf
 * has no column (Node before 20), the end of the name must do. Other places are identified by their name.
 */
export function functionsOfPlaces(
  places: readonly CodePlace[],
  functions: readonly FunctionInfo[],
  rules: IdentityRules | undefined,
): FunctionInfo[] {
  const byPlace = new Map<string, FunctionInfo>();
  for (const fn of functions) {
    if (fn.file !== null && fn.line !== null)
      byPlace.set(placeKey(fn.file, fn.line, fn.column ?? shortName(fn.name)), fn);
  }
  return places.map((place) => {
    const { fn } = identify(symbolOf(place), '', rules);
    const exact = byPlace.get(placeKey(fn.file, fn.line, fn.column));
    return exact ?? byPlace.get(placeKey(fn.file, fn.line, shortName(fn.name))) ?? fn;
  });
}
