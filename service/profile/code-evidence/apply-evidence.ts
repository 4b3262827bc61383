/** A capture's samples with what V8's profiler knew: names where perf had none, and inlined callees as frames. */
import { at } from '../columns.ts';
import { functionsByImage, imagesOf } from '../container/apart-by-image.ts';
import type { IdentityRules } from '../identity/identity.ts';
import {
  type FunctionInfo,
  INLINED_SEEN,
  type InlinedCandidates,
  type LineTicks,
  type Profile,
  type V8Visit,
} from '../profile.ts';
import type { CodeEvidence, CodePlace } from './code-evidence.ts';
import { functionsOfPlaces, isCode } from './identified-places.ts';
import { Dealer, type Flow, inlinedFlows } from './inlined-flow.ts';
import { nameByV8 } from './name-by-v8.ts';
import { ProfileEdit } from './profile-edit.ts';
import { addSoleCallers } from './sole-callers.ts';
import { V8Chains } from './v8-chains.ts';

/** Rows of the samples of a process's main thread, the only one that V8's profile is of. */
function mainRows({ processes, threads, samples }: Profile, process: number): number[] {
  const pid = processes[process]?.pid;
  const isMain = threads.map((thread) => thread.process === process && thread.tid === pid);
  const rows: number[] = [];
  for (let row = 0; row < samples.length; row++) if (isMain[at(samples.thread, row)]) rows.push(row);
  return rows;
}

/** The nearest node up the stack that is a function of a file; 0 when there is none. */
function nearestCode(edit: ProfileEdit, node: number): number {
  let up = node;
  while (up > 0 && (edit.isHidden(up) || edit.info(edit.functionOf(up)).file === null)) up = edit.parentOf(up);
  return Math.max(0, up);
}

function isOptimised(edit: ProfileEdit, node: number): boolean {
  const tier = edit.tierOf(node);
  return tier === 'maglev' || tier === 'turbofan';
}

/** The node below the flow's frames that stands for `node`, which is at or below `caller`. */
function moved(edit: ProfileEdit, caller: number, node: number, { path }: Flow): number {
  const below: number[] = [];
  for (let up = node; up !== caller; up = edit.parentOf(up)) below.push(edit.frameOf(up));
  let place = caller;
  for (const fn of path) place = edit.child(place, edit.internFrame(fn, edit.tierOf(caller), INLINED_SEEN));
  for (const frame of below.reverse()) place = edit.child(place, frame);
  return place;
}

/** Splits what perf shows in optimised functions among what V8 inlined into them. */
function split(edit: ProfileEdit, profile: Profile, rows: readonly number[], chains: V8Chains): void {
  const own = new Map<number, number>();
  const optimised = new Map<number, number>();
  const nearest = rows.map((row) => nearestCode(edit, at(edit.nodeOfRow, row)));
  rows.forEach((row, i) => {
    const node = nearest[i] as number;
    if (node === 0) return;
    const fn = edit.functionOf(node);
    const count = at(profile.samples.count, row);
    own.set(fn, (own.get(fn) ?? 0) + count);
    if (isOptimised(edit, node)) optimised.set(fn, (optimised.get(fn) ?? 0) + count);
  });
  const flows = inlinedFlows(chains.chains(), own, optimised);
  const dealers = new Map(
    [...flows].map(([fn, list]) => {
      const parts = list.map(({ samples }) => samples);
      return [fn, new Dealer(parts, optimised.get(fn) as number)];
    }),
  );
  rows.forEach((row, i) => {
    const node = nearest[i] as number;
    if (node === 0 || !isOptimised(edit, node)) return;
    const fn = edit.functionOf(node);
    const choice = dealers.get(fn)?.next() ?? -1;
    const flow = choice < 0 ? undefined : flows.get(fn)?.[choice];
    if (flow !== undefined) edit.nodeOfRow[row] = moved(edit, node, at(edit.nodeOfRow, row), flow);
  });
}

function nodesByFunction(profile: Profile): Map<number, number> {
  const nodes = new Map<number, number>();
  for (let node = 1; node < profile.tree.length; node++) {
    const fn = at(profile.frames.functionOf, at(profile.tree.frame, node));
    if (!nodes.has(fn)) nodes.set(fn, node);
  }
  return nodes;
}

function candidatesOf(evidence: CodeEvidence, infos: readonly FunctionInfo[]): InlinedCandidates[] {
  return evidence.callers.flatMap(({ caller, callees }) => {
    const fn = infos[caller];
    if (fn === undefined) return [];
    const list = callees.flatMap(({ place, depth, loops, calls }) => {
      const callee = infos[place];
      const known = callee !== undefined && isCode(evidence.places[place] as CodePlace);
      return !known || callee.key === fn.key ? [] : [{ fn: callee, depth, loops, calls }];
    });
    return list.length === 0 ? [] : [{ caller: fn.key, callees: list }];
  });
}

export interface Visited {
  readonly evidence: readonly CodeEvidence[];
  /** By pid. */
  readonly visits: ReadonlyMap<number, V8Visit>;
}

/**
 * The profile with what V8 saw in its processes and what their text tells, and the processes that have their names from
 * V8.
 */
function applied(
  profile: Profile,
  seen: readonly { readonly one: CodeEvidence; readonly infos: readonly FunctionInfo[] }[],
  visits: Visited['visits'],
): { readonly changed: Profile; readonly named: ReadonlySet<number> } {
  const named = new Set<number>();
  if (seen.length === 0) return { changed: profile, named };
  const edit = new ProfileEdit(profile);
  const all: V8Chains[] = [];
  let renamed = 0;
  for (const { one, infos } of seen) {
    if (one.v8 !== null) {
      const chains = new V8Chains(one.v8, one.places, infos, edit);
      const rows = mainRows(profile, one.process);
      if (one.v8.samples === null) split(edit, profile, rows, chains);
      else {
        const visit = visits.get(profile.processes[one.process]?.pid ?? -1);
        const done = nameByV8(edit, profile, rows, chains, one.v8, visit?.startedAtMs ?? null);
        renamed += done.frames;
        if (done.samples > 0) named.add(one.process);
      }
      all.push(chains);
    }
    // V8's profiler, where it gives the names, does not say how the code was compiled.
    addSoleCallers(edit, profile, one, infos, (node) => one.v8?.samples != null || isOptimised(edit, node));
  }
  const witnessed = all.length > 0;
  const changed = edit.finish(witnessed);
  const nodes = nodesByFunction(changed);
  const lineTicks: LineTicks[] = all.flatMap((chains) => chains.lineTicks(nodes));
  const { jit } = profile.ledger;
  // Unnamed frames of a file that perf maps without a name look alike, and are not in the accounting.
  const gone = Math.min(renamed, jit.unresolved);
  const ledger = { ...profile.ledger, jit: { ...jit, frames: jit.frames - gone, unresolved: jit.unresolved - gone } };
  return { changed: { ...changed, ledger, ...(witnessed ? { lineTicks } : {}) }, named };
}

/** For each process the functions that may be its own: another image has other code at the same place. */
function functionsNear(profile: Profile): (process: number) => readonly FunctionInfo[] {
  const images = imagesOf(profile);
  if (new Set(images).size < 2) return () => profile.functions;
  const used = functionsByImage(profile);
  return (process) => profile.functions.filter((_, fn) => used.get(images[process] ?? '')?.[fn] === 1);
}

export function applyEvidence(profile: Profile, { evidence, visits }: Visited, rules?: IdentityRules): Profile {
  const near = functionsNear(profile);
  const seen = evidence.map((one) => ({ one, infos: functionsOfPlaces(one.places, near(one.process), rules) }));
  const inlinedCandidates = seen.flatMap(({ one, infos }) => candidatesOf(one, infos));
  const { changed, named } = applied(profile, seen, visits);
  return {
    ...changed,
    processes: profile.processes.map((process, index) => {
      const visit = process.pid === null ? undefined : visits.get(process.pid);
      return { ...process, ...(visit === undefined ? {} : { visit }), ...(named.has(index) ? { namedBy: 'v8' } : {}) };
    }),
    ...(inlinedCandidates.length > 0 ? { inlinedCandidates } : {}),
  };
}
