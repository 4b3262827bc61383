/**
 * perf walks stacks by frame pointers. Code that needs no frame (bytecode handlers, fast paths of V8's stubs) has none:
 * the pointer is still its caller's, and the walk goes on with the caller's caller. `handle > buildToc > StringEqual`
 * is then recorded as `handle > StringEqual`. Who was skipped is one of the functions that `handle` calls.
 */

import { add } from '../../profile/columns.ts';
import type { Profile } from '../../profile/profile.ts';
import { alternatives } from '../../shared/text/alternatives.ts';
import type { UnionTree } from './union-tree.ts';

/**
 * V8's stubs whose fast paths make no calls, hence need no frame; seen as leaves without their caller in Node 18 to 24.
 */
const FRAMELESS_NAMES = alternatives(
  /String(?:Equal|LessThan|GreaterThan|CharCodeAt|CharAt|ToLowerCaseIntl|FromCharCode|IndexOf|Add_)|SubString/,
  /(?:Keyed)?(?:Load|Store|Has|DefineKeyedOwn|DefineNamedOwn)IC|LoadGlobalIC|RecordWrite|EphemeronKey|Add$/,
  /Subtract$|Multiply$|Divide$|Modulus$|Exponentiate|Bitwise|Shift|Negate|Increment|Decrement/,
  /(?:Strict)?Equal$|LessThan|GreaterThan|InstanceOf|To(?:Number|Numeric|String|Object|Boolean)/,
  /NonNumberToNumber|NumberToString|FindOrderedHash|Array(?:Includes|IndexOf)|GrowFast|CopyFast|CreateEmpty/,
  /CreateShallow|FastNew|ForIn|Allocate/,
);
const FRAMELESS = new RegExp(`^Builtins_(?:${FRAMELESS_NAMES})`);
const BYTECODE_HANDLER = /^Builtins_\w+Handler$/;

/** The caller must do next to nothing itself: its own code at most this part of the frameless leaves below it. */
const OWN_CODE = 0.15;
/** One callee must be this part of all that the caller calls. */
const ONE_CALLEE = 0.7;
const MIN_SAMPLES_OF_CALL = 5;

interface Caller {
  /** Samples in frameless code that seems to be called by it, by profile. */
  readonly frameless: number[];
  /** Union nodes of that code: the caller's own for bytecode handlers, which are out of view. */
  readonly leaves: Set<number>;
}

function isJavaScript(category: string | undefined): boolean {
  return category === 'app' || category === 'dependency' || category === 'node';
}

/**
 * `map`, `forEach`, `sort`: builtins that call JavaScript back. The frame of a callback is skipped in the same way, and
 * what it was doing is then recorded right below the builtin.
 */
const BUILTIN = /^Builtins_/;

const MAY_CALL = 1;
const HAS_NO_FRAME = 2;

/** What each function of a profile is in this: bits. Names are looked at once a function, not once a node. */
function rolesOf(functions: Profile['functions']): Uint8Array {
  return Uint8Array.from(functions, ({ category, name }) => {
    const calls = isJavaScript(category) || (category === 'v8' && BUILTIN.test(name));
    const frameless = category === 'v8' && (FRAMELESS.test(name) || BYTECODE_HANDLER.test(name));
    return (calls ? MAY_CALL : 0) | (frameless ? HAS_NO_FRAME : 0);
  });
}

/** `own`: samples in the machine code of each union node. */
interface Collected {
  readonly callers: Map<number, Caller>;
  readonly own: Float64Array;
}

function collect({ callers, own }: Collected, profile: Profile, index: number, nodeOf: Int32Array): void {
  const { samples, tree, frames, functions } = profile;
  const roles = rolesOf(functions);
  if (!roles.some((role) => (role & HAS_NO_FRAME) !== 0)) return;
  const perNode = new Float64Array(tree.length);
  for (let row = 0; row < samples.length; row++) {
    const node = samples.node[row] as number;
    add(perNode, node, samples.count[row] as number);
  }
  const roleAt = (node: number): number => roles[frames.functionOf[tree.frame[node] as number] as number] as number;
  const mayCall = (node: number): boolean =>
    (roleAt(node) & MAY_CALL) !== 0 && frames.hidden[tree.frame[node] as number] !== 1;
  for (let node = 1; node < tree.length; node++) {
    const count = perNode[node] as number;
    if (count === 0) continue;
    const at = nodeOf[node] as number;
    if (mayCall(node)) add(own, at, count);
    const parent = tree.parent[node] as number;
    if (parent === 0 || (roleAt(node) & HAS_NO_FRAME) === 0 || !mayCall(parent)) continue;
    const up = nodeOf[parent] as number;
    const caller = callers.get(up) ?? { frameless: [], leaves: new Set<number>() };
    callers.set(up, caller);
    caller.frameless[index] = (caller.frameless[index] ?? 0) + count;
    caller.leaves.add(at);
  }
}

/** Little own code, and enough without a frame: a caller that may have been taken for the one who was skipped. */
function isSuspect(caller: Caller, own: number): boolean {
  const all = caller.frameless.reduce((sum, count) => sum + (count ?? 0), 0);
  return all >= MIN_SAMPLES_OF_CALL && own <= OWN_CODE * all;
}

/** For each of these nodes: samples below each function that it calls directly. */
function calleesOf(
  tree: UnionTree,
  samples: Float64Array,
  canOwn: Uint8Array,
  callers: ReadonlyMap<number, Caller>,
): Map<number, Map<number, number>> {
  const wanted = new Uint8Array(tree.length);
  for (const node of callers.keys()) wanted[node] = 1;
  const callees = new Map<number, Map<number, number>>();
  for (let node = 1; node < tree.length; node++) {
    const fn = tree.fn[node] as number;
    const parent = tree.parent[node] as number;
    if (canOwn[fn] !== 1 || parent === 0 || wanted[parent] !== 1) continue;
    const counts = callees.get(parent) ?? new Map<number, number>();
    counts.set(fn, (counts.get(fn) ?? 0) + (samples[node] as number));
    callees.set(parent, counts);
  }
  return callees;
}

type Callees = ReadonlyMap<number, ReadonlyMap<number, number>>;

/**
 * The callee that is most of what the caller calls, profiles weighted by the frameless code in them; −1 when none is.
 */
function mainCallee(node: number, caller: Caller, byProfile: readonly Callees[]): number {
  const all = caller.frameless.reduce((sum, count) => sum + (count ?? 0), 0);
  const parts = new Map<number, number>();
  caller.frameless.forEach((frameless, index) => {
    const callees = byProfile[index]?.get(node) ?? new Map<number, number>();
    let sum = 0;
    for (const count of callees.values()) sum += count;
    if (sum < MIN_SAMPLES_OF_CALL) return;
    for (const [fn, count] of callees) parts.set(fn, (parts.get(fn) ?? 0) + (frameless / all) * (count / sum));
  });
  for (const [fn, part] of parts) if (part >= ONE_CALLEE) return fn;
  return -1;
}

/**
 * For each union node the function that its own samples are given to; −1 where they stay. `samples` gives for each
 * profile those in each node and below.
 */
export function findSkipped(
  profiles: readonly Profile[],
  tree: UnionTree,
  canOwn: Uint8Array,
  samples: () => readonly Float64Array[],
): Int32Array {
  const given = new Int32Array(tree.length).fill(-1);
  const callers = new Map<number, Caller>();
  const own = new Float64Array(tree.length);
  profiles.forEach((profile, index) => {
    collect({ callers, own }, profile, index, tree.nodeOf[index] as Int32Array);
  });
  const suspects = new Map([...callers].filter(([node, caller]) => isSuspect(caller, own[node] as number)));
  if (suspects.size === 0) return given;
  const byProfile = samples().map((below) => calleesOf(tree, below, canOwn, suspects));
  for (const [node, caller] of suspects) {
    const callee = mainCallee(node, caller, byProfile);
    if (callee >= 0 && callee !== tree.fn[node]) for (const leaf of caller.leaves) given[leaf] = callee;
  }
  return given;
}
