/** What changed on the hot host, in a form that two incidents can be compared by. */
import type { VerdictClass } from '../../compare/differential.ts';
import type { ReportData } from '../../report/report-data.ts';
import { type FunctionKey, functionKey, programKey } from './function-key.ts';

/** A function and its part of the extra cores. */
export interface Feature extends FunctionKey {
  /** All of a fingerprint are 1 together. */
  readonly weight: number;
}

/** Small ones come and go with the samples, and each is a look into the index. */
const MAX_FEATURES = 12;

/** There is no cause that one could meet again. */
const WITHOUT_CAUSE: ReadonlySet<VerdictClass> = new Set(['spike over', 'inconclusive', 'steal']);
/** All functions grow, none is the cause: the class itself is what comes again. */
const OF_ALL_CODE: ReadonlySet<VerdictClass> = new Set(['uniform slowdown', 'traffic skew']);

/** Heaviest first; empty where nobody knows what the cause was. */
export function fingerprint({ verdict, findings }: Pick<ReportData, 'verdict' | 'findings'>): readonly Feature[] {
  if (WITHOUT_CAUSE.has(verdict.class)) return [];
  if (OF_ALL_CODE.has(verdict.class)) return [{ place: '(verdict)', name: verdict.class, weight: 1 }];
  if (verdict.program !== undefined) return [{ ...programKey(verdict.program.name), weight: 1 }];
  const extra = new Map<string, { readonly key: FunctionKey; cores: number }>();
  for (const finding of findings) {
    if (!(finding.deltaCores > 0)) continue;
    const key = functionKey(finding);
    const id = `${key.place}\t${key.name}`;
    extra.set(id, { key, cores: (extra.get(id)?.cores ?? 0) + finding.deltaCores });
  }
  const heaviest = [...extra.values()].sort((one, other) => other.cores - one.cores).slice(0, MAX_FEATURES);
  const sum = heaviest.reduce((cores, one) => cores + one.cores, 0);
  return heaviest.map(({ key, cores }) => ({ ...key, weight: cores / sum }));
}

/**
 * Cosine of the two, 0…1. What is compared are shares of the extra cores, so a fire that burns twice as high is the
 * same fire; and large shares count by their square, so the small functions that a short recording sees or misses
 * hardly count. A weighted Jaccard index, which takes each difference as it is, recognises fewer.
 */
export function similarity(one: readonly Feature[], other: readonly Feature[]): number {
  const weights = new Map(other.map(({ place, name, weight }) => [`${place}\t${name}`, weight]));
  const product = one.reduce(
    (sum, { place, name, weight }) => sum + weight * (weights.get(`${place}\t${name}`) ?? 0),
    0,
  );
  return product === 0 ? 0 : product / (length(one) * length(other));
}

function length(features: readonly Feature[]): number {
  return Math.sqrt(features.reduce((sum, { weight }) => sum + weight * weight, 0));
}

/** From here on two incidents have the same cause (docs/performance.md, "Seen before"). */
export const SAME_CAUSE = 0.6;
