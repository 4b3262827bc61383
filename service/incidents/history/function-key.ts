/** Which function it is, whatever the release: what histories of functions are kept by. */
import { foldRelease, packageOf } from '../../profile/identity/source-path.ts';
import { headOf } from '../../shared/text/untrusted.ts';

export interface FunctionKey {
  /** `htmlparser2/lib/Parser.js` of a package, `/srv/app/current/src/x.js` of the service; empty for native code. */
  readonly place: string;
  readonly name: string;
}

interface NamedFunction {
  readonly function: string;
  readonly package: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** Programs have no functions of ours, yet they have a history. */
export const PROGRAM_PLACE = '(program)';
/** Longer names are those of an attacker. */
const MAX_PART = 300;
/** What a minifier calls a function, or nobody does: only the line tells such functions apart. */
const NAMELESS = /^(?:.{1,2}|\(anonymous\)|\(module\))$/u;
/** What bundlers put into the name of a file, and another build changes: `main.4f3a2b.js`. */
const BUILD_HASH = /[.-](?=[0-9a-f]*\d)[0-9a-f]{6,32}(?=\.\w+$)/;

/** Lines and versions move with each release, so they are no part of it. */
export function functionKey({ function: name, package: owner, file, line }: NamedFunction): FunctionKey {
  return {
    place: headOf(placeOf(owner, file), MAX_PART).toWellFormed(),
    name: headOf(NAMELESS.test(name) && line !== null ? `${name}:${line}` : name, MAX_PART).toWellFormed(),
  };
}

export function programKey(name: string): FunctionKey {
  return { place: PROGRAM_PLACE, name: headOf(name, MAX_PART).toWellFormed() };
}

function placeOf(owner: string | null, file: string | null): string {
  const path = (file ?? '').replace(BUILD_HASH, '');
  if (owner === null) return foldRelease(path);
  const inside = packageOf(path)?.inside ?? path;
  return inside === '' ? owner : `${owner}/${inside}`;
}
