/**
 * Who has made a call: where optimised code calls what the text of its function does not, V8 has inlined the function
 * that does. Where only one of those that it may hold has such a call, that one is put into the stack.
 */
import { at } from '../columns.ts';
import { isKnownByName, throughName } from '../identity/identity.ts';
import { type FunctionInfo, INLINED_BY_TEXT, type Profile } from '../profile.ts';
import type { CodeEvidence } from './code-evidence.ts';
import type { ProfileEdit } from './profile-edit.ts';

/** By function of optimised code: for each name the function that calls it. */
type SoleCallers = ReadonlyMap<number, ReadonlyMap<string, number>>;

function soleCallersOf({ callers }: CodeEvidence, infos: readonly FunctionInfo[], edit: ProfileEdit): SoleCallers {
  const fnOf = (place: number): number => edit.internFunction(infos[place] as FunctionInfo);
  return new Map(
    callers.map(({ caller, soleCallers }) => [
      fnOf(caller),
      new Map([...soleCallers].map(([name, place]) => [name, fnOf(place)])),
    ]),
  );
}

/** JavaScript that an engineer can open; what it calls of Node, V8 and native code works for it. */
function isOpenable({ category, file }: FunctionInfo): boolean {
  return (category === 'app' || category === 'dependency') && file !== null;
}

/** What the text has for it: `parse` for `JSON.parse`, `Date` for `new Date`. */
function calledName(fn: FunctionInfo): string {
  return /[\w$]*$/.exec(throughName(fn))?.[0] ?? '';
}

/** The stack of a node with the functions that have made its calls. `mayHold`: whether code of a node is optimised. */
function completed(edit: ProfileEdit, soleCallers: SoleCallers, node: number, mayHold: (node: number) => boolean) {
  const path: number[] = [];
  for (let up = node; up > 0; up = edit.parentOf(up)) path.push(up);
  path.reverse();
  const insertAfter = new Map<number, number>();
  // The nearest function of a file, until it is known what it calls.
  let calling = -1;
  path.forEach((one, i) => {
    const info = edit.info(edit.functionOf(one));
    if (isOpenable(info)) {
      calling = i;
      return;
    }
    if (calling < 0 || edit.isHidden(one) || !isKnownByName(info)) return;
    const caller = path[calling] as number;
    const sole = soleCallers.get(edit.functionOf(caller))?.get(calledName(info));
    if (sole !== undefined && mayHold(caller)) insertAfter.set(calling, sole);
    calling = -1;
  });
  if (insertAfter.size === 0) return node;
  let place = 0;
  path.forEach((one, i) => {
    place = edit.child(place, edit.frameOf(one));
    const sole = insertAfter.get(i);
    if (sole !== undefined) place = edit.child(place, edit.internFrame(sole, edit.tierOf(one), INLINED_BY_TEXT));
  });
  return place;
}

/** Changes the samples of the process that the evidence is of. */
export function addSoleCallers(
  edit: ProfileEdit,
  profile: Profile,
  evidence: CodeEvidence,
  infos: readonly FunctionInfo[],
  mayHold: (node: number) => boolean,
): void {
  if (evidence.callers.every(({ soleCallers }) => soleCallers.size === 0)) return;
  const soleCallers = soleCallersOf(evidence, infos, edit);
  const known = new Map<number, number>();
  for (let row = 0; row < profile.samples.length; row++) {
    if (profile.threads[at(profile.samples.thread, row)]?.process !== evidence.process) continue;
    const node = at(edit.nodeOfRow, row);
    let place = known.get(node);
    if (place === undefined) {
      place = completed(edit, soleCallers, node, mayHold);
      known.set(node, place);
    }
    edit.nodeOfRow[row] = place;
  }
}
