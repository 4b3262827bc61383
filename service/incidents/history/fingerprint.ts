/** What changed on the hot host, in a form that two incidents can be compared by. */
import type { Finding, VerdictClass } from '../../compare/differential.ts';
import type { ReportData } from '../../report/report-data.ts';
import { headOf } from '../../shared/text/untrusted.ts';
import { functionKey, PROGRAM_PLACE } from './function-key.ts';

/** A name of the cause. */
export interface Trace {
  readonly name: string;
  /** Where the function is; null for one that is known by its name alone: a caller, or what V8 may have inlined. */
  readonly place: string | null;
  /** It grew with its callees, and not by itself: a handler, through which much else goes. */
  readonly isTotal: boolean;
  readonly weight: number;
}

/** Small ones come and go with the samples, and each name is a look into the index. */
const MAX_FINDINGS = 8;
/**
 * V8 inlines a function in one process and not in the other, in one release and not in the next: the same code burns
 * under its own name or under that of its caller. So callers are part of it, each half as much as what it calls, and so
 * is what the function may hold.
 */
const NEIGHBOURS = 3;
const HALF = 0.5;
const MAX_NAME = 300;

/** There is no cause that one could meet again. */
const WITHOUT_CAUSE: ReadonlySet<VerdictClass> = new Set(['spike over', 'inconclusive', 'steal']);
/** All functions grow, none is the cause: the class itself is what comes again. */
const OF_ALL_CODE: ReadonlySet<VerdictClass> = new Set(['uniform slowdown', 'traffic skew']);
const NAMELESS = /^\(.*\)$/;

type Reported = Pick<ReportData, 'verdict' | 'findings'>;

/** Heaviest first; empty where nobody knows what the cause was. */
export function fingerprint({ verdict, findings }: Reported): readonly Trace[] {
  if (WITHOUT_CAUSE.has(verdict.class)) return [];
  if (OF_ALL_CODE.has(verdict.class)) return [{ place: '(verdict)', name: verdict.class, isTotal: false, weight: 1 }];
  if (verdict.program !== undefined) {
    return [{ place: PROGRAM_PLACE, name: nameOf(verdict.program.name), isTotal: false, weight: 1 }];
  }
  const traces = new Map<string, Trace>();
  const add = (name: string, place: string | null, weight: number, isTotal = false) => {
    if (NAMELESS.test(name)) return;
    const known = traces.get(name) ?? { place: null, isTotal: false, weight: 0 };
    const own = known.place === null ? { place, isTotal } : { place: known.place, isTotal: known.isTotal };
    traces.set(name, { name, ...own, weight: known.weight + weight });
  };
  for (const [finding, weight] of extraCores(findings)) {
    const { name, place } = functionKey(finding);
    add(name, place, weight, finding.kind === 'total');
    const callers = finding.route
      .filter((caller) => !NAMELESS.test(caller))
      .reverse()
      .slice(1, 1 + NEIGHBOURS);
    for (const [at, caller] of callers.entries()) add(nameOf(caller), null, weight * HALF ** (at + 1));
    const held = (finding.mayHold ?? []).slice(0, NEIGHBOURS);
    for (const [at, inlined] of held.entries()) add(nameOf(inlined.function), null, weight * HALF ** (at + 1));
  }
  const length = Math.hypot(...[...traces.values()].map(({ weight }) => weight));
  return [...traces.values()]
    .map((trace) => ({ ...trace, weight: trace.weight / length }))
    .sort((one, other) => other.weight - one.weight);
}

/** What grew, without what is already said of a function below it; the most first. */
export function extraCores(findings: readonly Finding[]): readonly (readonly [Finding, number])[] {
  const grown = findings.filter(({ deltaCores }) => deltaCores > 0).slice(0, MAX_FINDINGS * 2);
  const own = grown.map((finding) => {
    const below = grown.filter((other) => other !== finding && other.route.slice(0, -1).includes(finding.function));
    const said = finding.kind === 'total' ? below.reduce((sum, { deltaCores }) => sum + deltaCores, 0) : 0;
    return [finding, Math.max(0, finding.deltaCores - said)] as const;
  });
  return own
    .filter(([, cores]) => cores > 0)
    .sort(([, one], [, other]) => other - one)
    .slice(0, MAX_FINDINGS);
}

function nameOf(text: string): string {
  return headOf(text, MAX_NAME).toWellFormed();
}

/**
 * Cosine of the two, 0…1. What is compared are parts of the extra cores, so a fire that burns twice as high is the same
 * fire; and large parts count by their square, so the small functions that a short recording sees or misses hardly
 * count. Functions of one name in two files are not the same; and a handler that grew as a whole is not what another
 * function is known by that it calls.
 */
export function similarity(one: readonly Trace[], other: readonly Trace[]): number {
  const traces = new Map(other.map((trace) => [trace.name, trace]));
  let product = 0;
  for (const trace of one) {
    const same = traces.get(trace.name);
    if (same !== undefined && isSame(trace, same)) product += trace.weight * same.weight;
  }
  return product;
}

function isSame(one: Trace, other: Trace): boolean {
  if (one.place !== null && other.place !== null) return one.place === other.place;
  return !one.isTotal && !other.isTotal;
}

/** From here on two incidents have the same cause (docs/performance.md, "Seen before"). */
export const SAME_CAUSE = 0.4;
