import { add } from '../../profile/columns.ts';
import { soleContainer } from '../../profile/container/sole-container.ts';
import { ticksByLine } from '../../profile/line-ticks.ts';
import type { FunctionInfo, Profile } from '../../profile/profile.ts';
import { TIERS } from '../../profile/profile.ts';
import { formatPercent } from '../../shared/text/number.ts';
import { pathEnd } from '../../shared/text/path-end.ts';
import type { Counterparts } from '../alignment/counterparts.ts';
import type { Inlining } from '../alignment/inlining.ts';
import type { OwnerTree } from '../alignment/owner-tree.ts';
import type { Through } from '../alignment/through.ts';
import { totals, type UnionTree } from '../alignment/union-tree.ts';
import type { Change, Finding, FunctionRow } from '../differential.ts';
import { describeMove } from '../moved-code.ts';
import { classOf } from '../statistics/changes.ts';
import { type Culprit, findCulprits, type Grounds } from './culprits.ts';
import { type InlinedCandidate, inlinedCandidates } from './inlined-candidates.ts';

/** All that findings are made of. Node columns are cores. */
export interface Evidence {
  readonly tree: UnionTree;
  readonly through: Through;
  readonly inlining: Inlining;
  readonly hotProfile: Profile;
  readonly counterparts: Counterparts;
  readonly ownerTree: OwnerTree;
  readonly hotSelf: Float64Array;
  readonly healthySelf: Float64Array;
  readonly grounds: Grounds;
  readonly rows: readonly FunctionRow[];
  /** Whole change in cores. */
  readonly extra: number;
}

/** A leaf is named as `through` when it holds this part of the change. */
const THROUGH = 0.3;
/**
 * An app function is said to call library code when this part of the change comes through it: a few stacks are torn.
 */
const CALLED_FROM = 0.3;
/** An anonymous function is named by its caller when this part of its CPU comes from there. */
const SOLE_CALLER = 0.9;
/** Callees that may have been inlined, in one note. */
const MOST_CANDIDATES = 3;
const OPTIMISED_FROM = TIERS.indexOf('maglev');
/** Interpreted and Sparkplug code together; above this part of the samples a hot function runs unoptimised. */
const UNOPTIMISED = 0.5;

class FindingMaker {
  private readonly evidence: Evidence;
  private readonly hotTotal: Float64Array;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    this.hotTotal = totals(evidence.tree.parent, evidence.hotSelf);
  }

  /** `found`: the callback inside the culprit that does the work, or the culprit itself. */
  make(culprit: Culprit, found = culprit): Finding {
    const { grounds, extra } = this.evidence;
    const change = (culprit.kind === 'self' ? grounds.attributed : grounds.total)[culprit.fn] as Change;
    const info = this.info(culprit.fn);
    const through = this.throughOf(culprit, Math.sign(change.deltaCores));
    const hotLine = this.hotLine(culprit.fn);
    const mayHold = this.mayHold(
      found,
      found === culprit ? through : this.throughOf(found, Math.sign(change.deltaCores)),
    );
    // Where V8's profiler saw the function, what is its own is its own.
    const hiding =
      mayHold === undefined || (hotLine !== null && mayHold.length === 0)
        ? undefined
        : `Its optimised code includes callees that V8 inlined into it${perhaps(mayHold, info.file)}.`;
    const caller = info.category === 'dependency' ? this.appCaller(culprit) : undefined;
    return {
      ...change,
      // A callee may be a hair below the minimum effect that the change which it explains exceeds.
      significant: true,
      change: classOf(change.deltaCores, change.healthySamples, change.hotSamples),
      fn: culprit.fn,
      function: info.name,
      package: info.package,
      packageVersion: info.packageVersion,
      file: info.file,
      line: info.line,
      kind: culprit.kind,
      through,
      calledFrom: caller === undefined ? null : placeOf(this.info(caller)),
      ...this.withCallees(culprit),
      explains: extra > 0 && change.deltaCores > 0 ? Math.min(1, change.deltaCores / extra) : null,
      route: this.route(culprit.fn),
      mayHold: mayHold ?? [],
      hotLine,
      ...this.container(culprit.fn),
      ...(hiding === undefined ? {} : { mayHide: hiding }),
      notes: [...(hiding === undefined ? [] : [hiding]), ...this.notes(culprit)],
    };
  }

  /** An anonymous callback inside the only function that calls it is part of that function's text: names that one. */
  named(culprit: Culprit): Culprit {
    const info = this.info(culprit.fn);
    if (info.name !== '(anonymous)') return culprit;
    const [caller, part] = this.heaviestCaller(culprit, () => true);
    if (caller < 0 || part < SOLE_CALLER) return culprit;
    const outer = this.info(caller);
    const inside = outer.file === info.file && (outer.line ?? Infinity) <= (info.line ?? 0);
    const total = this.evidence.grounds.total[caller] as Change;
    const same =
      Math.abs(total.deltaCores) <= 1.3 * Math.abs((this.evidence.grounds.total[culprit.fn] as Change).deltaCores);
    if (!inside || !same || total.q > this.evidence.grounds.q || outer.name.startsWith('(')) return culprit;
    return {
      fn: caller,
      kind: 'total',
      calls: Uint8Array.from(this.evidence.ownerTree.fn, (fn) => (fn === caller ? 1 : 0)),
    };
  }

  /** The app function that calls library code, by most of the change. */
  appCaller(culprit: Culprit): number | undefined {
    const [caller, part] = this.heaviestCaller(culprit, (fn) => this.info(fn).category === 'app');
    return caller < 0 || part < CALLED_FROM ? undefined : caller;
  }

  private info(fn: number): FunctionInfo {
    return this.evidence.tree.functions[fn] as FunctionInfo;
  }

  /** Nearest caller that `wanted` accepts, and the part of the culprit's change that comes through it. */
  private heaviestCaller(culprit: Culprit, wanted: (fn: number) => boolean): [fn: number, part: number] {
    const { ownerTree, grounds } = this.evidence;
    const delta = totals(
      ownerTree.parent,
      grounds.hot.map((cores, node) => Math.abs(cores - (grounds.healthy[node] as number))),
    );
    const sums = new Map<number, number>();
    let all = 0;
    for (let node = 1; node < ownerTree.length; node++) {
      if (culprit.calls[node] !== 1) continue;
      all += delta[node] as number;
      let up = ownerTree.parent[node] as number;
      while (up > 0 && !wanted(ownerTree.fn[up] as number)) up = ownerTree.parent[up] as number;
      const fn = up > 0 ? (ownerTree.fn[up] as number) : -1;
      sums.set(fn, (sums.get(fn) ?? 0) + (delta[node] as number));
    }
    sums.delete(-1);
    let best: [number, number] = [-1, 0];
    for (const [fn, sum] of sums) if (sum > best[1]) best = [fn, sum];
    return [best[0], all > 0 ? best[1] / all : 0];
  }

  private throughOf(culprit: Culprit, sign: number): string | null {
    const { tree, ownerTree, hotSelf, healthySelf } = this.evidence;
    const inside = culprit.calls.slice();
    if (culprit.kind === 'total') {
      for (let node = 1; node < ownerTree.length; node++) {
        if (inside[ownerTree.parent[node] as number] === 1) inside[node] = 1;
      }
    }
    const sums = new Float64Array(this.evidence.through.names.length);
    let all = 0;
    for (let node = 1; node < tree.length; node++) {
      if (inside[ownerTree.selfOf[node] as number] !== 1) continue;
      const delta = sign * ((hotSelf[node] as number) - (healthySelf[node] as number));
      const at = this.evidence.through.byNode[node] as number;
      add(sums, at, delta);
      all += delta;
    }
    let best = 0;
    for (let id = 1; id < sums.length; id++) {
      if ((sums[id] as number) > (best === 0 ? Math.max(0, THROUGH * all) : (sums[best] as number))) best = id;
    }
    return best === 0 || (sums[0] as number) > (sums[best] as number)
      ? null
      : (this.evidence.through.names[best] as string);
  }

  /** Names on the way to the busiest call, root first; V8, native and kernel frames left out. */
  private route(fn: number): string[] {
    const { tree } = this.evidence;
    let busiest = -1;
    for (let node = 1; node < tree.length; node++) {
      if (
        tree.fn[node] === fn &&
        (busiest < 0 || (this.hotTotal[node] as number) > (this.hotTotal[busiest] as number))
      ) {
        busiest = node;
      }
    }
    const names: string[] = [];
    for (let node = busiest; node > 0; node = tree.parent[node] as number) {
      const info = this.info(tree.fn[node] as number);
      const shown = info.category === 'app' || info.category === 'dependency' || info.category === 'node';
      if (shown && names.at(-1) !== info.name) names.push(info.name);
    }
    return names.reverse();
  }

  /** Optimised code of the function is on a stack of the hot side. */
  private runsOptimised(fn: number): boolean {
    const { tree } = this.evidence;
    const [nodeOf, tierOf] = [tree.nodeOf[0] as Int32Array, tree.tierOf[0] as Uint8Array];
    return tierOf.some((tier, node) => tier >= OPTIMISED_FROM && tree.fn[nodeOf[node] as number] === fn);
  }

  /** What optimised code may hold; undefined where the function's work is not in such code. */
  private mayHold(culprit: Culprit, through: string | null): readonly InlinedCandidate[] | undefined {
    if (culprit.kind !== 'self') return undefined;
    const { tree, inlining, hotProfile, rows } = this.evidence;
    const [unknown = 0, , , maglev = 0, turbofan = 0] = (rows[culprit.fn] as FunctionRow).hotTiers;
    // V8's profiler does not say how the code was compiled.
    const named = hotProfile.processes.some(({ namedBy }) => namedBy === 'v8') ? unknown : 0;
    const optimised = through === null ? named + maglev + turbofan > UNOPTIMISED : this.runsOptimised(culprit.fn);
    return optimised ? inlinedCandidates(tree, inlining, hotProfile, culprit.fn, through) : undefined;
  }

  /** Which nodes of the hot profile are calls of a function. */
  private nodesOf(fn: number): (node: number) => boolean {
    const { tree } = this.evidence;
    const nodeOf = tree.nodeOf[0] as Int32Array;
    return (node) => tree.fn[nodeOf[node] as number] === fn;
  }

  /** The line with most samples of V8's profiler on the hot side. */
  private hotLine(fn: number): number | null {
    const samples = ticksByLine(this.evidence.hotProfile, this.nodesOf(fn));
    let best: number | null = null;
    for (const [line, count] of samples) if (best === null || count > (samples.get(best) as number)) best = line;
    return best;
  }

  private withCallees({ fn, kind }: Culprit): Pick<Finding, 'withCallees'> {
    if (kind === 'total') return {};
    const { hotCores, healthyCores } = (this.evidence.rows[fn] as FunctionRow).total;
    return { withCallees: { hotCores, healthyCores } };
  }

  private container(fn: number): Pick<Finding, 'container'> {
    const container = soleContainer(this.evidence.hotProfile, this.nodesOf(fn));
    return container === undefined ? {} : { container };
  }

  private notes(culprit: Culprit): string[] {
    const row = this.evidence.rows[culprit.fn] as FunctionRow;
    const notes: string[] = [];
    const [, interpreter = 0, baseline = 0] = row.hotTiers;
    const before = (row.healthyTiers[1] ?? 0) + (row.healthyTiers[2] ?? 0);
    const slow = interpreter + baseline;
    const into = [...(this.evidence.inlining.into.get(culprit.fn) ?? [])].map((fn) => this.info(fn).name);
    if (into.length > 0) {
      notes.push(
        `V8 inlined it into ${into.slice(0, 2).join(' and ')} in part of the samples; those are counted here.`,
      );
    }
    if (slow > UNOPTIMISED && row.hotTiers.length > 0) {
      const peer = row.self.healthySamples > 0 ? `, ${formatPercent(before)} on the healthy side` : '';
      notes.push(`Runs unoptimised in ${formatPercent(slow)} of its samples${peer}.`);
    }
    notes.push(...describeMove(this.evidence.counterparts, this.evidence.tree, culprit.fn));
    return notes;
  }
}

/** `, perhaps weigh (:4) and score (lib/score.js:9)`: the line alone stands for one in the same file. */
function perhaps(candidates: readonly InlinedCandidate[], file: string | null): string {
  const names = candidates
    .slice(0, MOST_CANDIDATES)
    .map((one) =>
      one.file === file && one.line !== null
        ? `${one.function} (:${one.line})`
        : placeOf({ name: one.function, file: one.file, line: one.line }),
    );
  const last = names.pop();
  if (last === undefined) return '';
  return `, perhaps ${names.length === 0 ? last : `${names.join(', ')} and ${last}`}`;
}

/** `ingest (src/ingest.js:41)`. */
function placeOf(fn: Pick<FunctionInfo, 'name' | 'file' | 'line'>): string {
  if (fn.file === null) return fn.name;
  const file = pathEnd(fn.file);
  return `${fn.name} (${fn.line === null ? file : `${file}:${fn.line}`})`;
}

/** What grew, most first, then what shrank. Library code is followed by the app function that calls it. */
export function makeFindings(evidence: Evidence): Finding[] {
  const maker = new FindingMaker(evidence);
  const findings: Finding[] = [];
  const listed = new Set<number>();
  const list = (culprit: Culprit, found?: Culprit): void => {
    if (listed.has(culprit.fn)) return;
    listed.add(culprit.fn);
    findings.push(maker.make(culprit, found));
  };
  for (const sign of [1, -1] as const) {
    for (const found of findCulprits(evidence.grounds, sign)) {
      const culprit = maker.named(found);
      list(culprit, found);
      const caller =
        found.fn === culprit.fn && findings.at(-1)?.calledFrom != null ? maker.appCaller(culprit) : undefined;
      const change = caller === undefined ? undefined : evidence.grounds.total[caller];
      if (caller === undefined || change === undefined || change.q > evidence.grounds.q) continue;
      if (Math.sign(change.deltaCores) !== sign) continue;
      list({
        fn: caller,
        kind: 'total',
        calls: Uint8Array.from(evidence.ownerTree.fn, (fn) => (fn === caller ? 1 : 0)),
      });
    }
  }
  return findings;
}
