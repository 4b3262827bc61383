/** Code that lost its optimisation: all of it, or one function. */

import type { FunctionInfo } from '../../profile/profile.ts';
import { formatCores, formatPercent } from '../../shared/text/number.ts';
import { joined, keep, loose, sentence } from '../../shared/text/sentence.ts';
import type { Finding, FunctionRow } from '../differential.ts';
import { arrow, byFinding, changed, growth, subject, type VerdictInput, type VerdictRule } from './verdict-input.ts';

/** Runs unoptimised: in more than half of its samples. */
const HALF = 0.5;
/** Part of the change in V8's slow paths that tells code which lost its optimisation from code that does more. */
const SLOW_PATH_PART = 0.35;
const FEW = 10;
/** Nearly all of what both sides run, by healthy CPU. */
const ALL_OF_IT = 0.8;
const UNOPTIMISED_PART = 0.3;
/** A function "ran before" with this many samples on the healthy side. */
const FORMER_SAMPLES = 5;
/** Unoptimised on the hot side, optimised on the other, by this much. */
const TIER_SHIFT = 0.4;

/** Part of a side's CPU in JavaScript that ran unoptimised. */
function unoptimisedPart(input: VerdictInput, side: 'hot' | 'healthy'): number {
  let all = 0;
  let unoptimised = 0;
  for (const row of input.rows) {
    const tiers = side === 'hot' ? row.hotTiers : row.healthyTiers;
    const used = side === 'hot' ? row.self.hotCores : row.self.healthyCores;
    all += used * inJavaScript(tiers);
    unoptimised += used * slow(tiers);
  }
  return all > 0 ? unoptimised / all : 0;
}

/**
 * Functions that both sides run lost their optimised code, all together: a flag, a debugger, code that is patched on
 * load.
 */
export const unoptimised: VerdictRule = (input) => {
  const common = input.rows.filter(
    (row) =>
      row.self.healthySamples >= FORMER_SAMPLES && row.self.hotSamples >= FEW && inJavaScript(row.healthyTiers) > 0.99,
  );
  const moved = common.filter(
    (row) => slow(row.hotTiers) > HALF && slow(row.hotTiers) - slow(row.healthyTiers) > TIER_SHIFT,
  );
  const size = (rows: readonly FunctionRow[]): number => rows.reduce((sum, row) => sum + row.self.healthyCores, 0);
  const extra = moved.reduce((sum, row) => sum + row.self.deltaCores, 0);
  const [before, now] = [unoptimisedPart(input, 'healthy'), unoptimisedPart(input, 'hot')];
  // Helpers that were inlined come back as functions of their own, so few functions may be left that both sides show.
  const enough = moved.length >= 3 || (moved.length === 2 && now > ALL_OF_IT && before < 1 - ALL_OF_IT);
  if (!enough || size(moved) < ALL_OF_IT * size(common) || extra < UNOPTIMISED_PART * growth(input)) return undefined;
  return {
    class: 'deoptimisation',
    headline: input.sharesOnly
      ? loose('code runs unoptimised everywhere')
      : arrow(input, 'code runs unoptimised everywhere:', input.healthy.cores, input.hot.cores),
    evidence: [
      joined([
        sentence`${moved.length} of ${common.length} functions that both sides run lost their optimised code, `,
        sentence`which costs ${changed(input, extra)}; `,
        sentence`${keep(formatPercent(now))} of all JavaScript runs unoptimised, `,
        sentence`${keep(formatPercent(before))} on the healthy side.`,
      ]),
      loose('Look for V8 flags (--no-opt, --jitless), an attached debugger or a coverage tool on the hot side.'),
    ],
    clearsCode: true,
  };
};

/** Part of a function's samples in interpreted or Sparkplug code. */
function slow(tiers: readonly number[]): number {
  return (tiers[1] ?? 0) + (tiers[2] ?? 0);
}

/** Part of a function's samples in JavaScript of any known tier. */
function inJavaScript(tiers: readonly number[]): number {
  return slow(tiers) + (tiers[3] ?? 0) + (tiers[4] ?? 0);
}

/** The function, and callbacks in its text that are reported under its name. */
function bodiesOf(input: VerdictInput, top: Finding): number[] {
  const isCallback = (info: FunctionInfo): boolean =>
    info.name === '(anonymous)' && info.file === top.file && (info.line ?? 0) >= (top.line ?? Number.POSITIVE_INFINITY);
  const callbacks = top.kind === 'self' ? [] : input.functions.flatMap((info, fn) => (isCallback(info) ? [fn] : []));
  return [top.fn, ...callbacks.filter((fn) => input.attributed[fn]?.significant)];
}

interface SlowPart {
  /** Growth of the function's own CPU, and what of it is V8's slow paths. */
  readonly delta: number;
  readonly extra: number;
  readonly path: string;
}

function slowPathsOf(input: VerdictInput, fn: number): SlowPart {
  const [paths, before] = [input.hotKinds.slowPaths.get(fn), input.healthyKinds.slowPaths.get(fn)];
  const own = input.attributed[fn];
  if (paths === undefined || own === undefined) return { delta: 0, extra: 0, path: '' };
  const certain = paths.certain - (before?.certain ?? 0);
  const all = paths.cores - (before?.cores ?? 0);
  // Code that is generic by design was so before: only a function that ran before without them has fallen into them.
  const fell =
    own.healthySamples >= FORMER_SAMPLES &&
    (before?.cores ?? 0) / own.healthyCores < 0.5 * (paths.cores / own.hotCores);
  const [path] = [...paths.byName].sort((a, b) => b[1] - a[1])[0] ?? [''];
  return { delta: own.deltaCores, extra: Math.max(certain, fell ? all : 0), path };
}

export const deoptimisation: VerdictRule = (input) => {
  const top = input.findings.find((finding) => finding.deltaCores > 0);
  if (top === undefined) return undefined;
  const row = input.rows[top.fn] as FunctionRow;
  const [hot, healthy] = [slow(row.hotTiers), slow(row.healthyTiers)];
  const comparable = row.self.healthySamples >= 20 && row.self.hotSamples >= 20;
  if (comparable && hot > HALF && hot - healthy > TIER_SHIFT) {
    return {
      class: 'deoptimisation',
      headline: sentence`${byFinding(input, top)}, no longer optimised`,
      evidence: [
        joined([
          sentence`${subject(top)} runs unoptimised in ${keep(formatPercent(hot))} of its samples, `,
          sentence`${keep(formatPercent(healthy))} on the healthy side.`,
        ]),
      ],
      clearsCode: false,
    };
  }
  const slowest = bodiesOf(input, top)
    .map((fn) => slowPathsOf(input, fn))
    .toSorted((one, other) => other.extra - one.extra)[0];
  if (slowest === undefined || slowest.delta < input.minCores || slowest.extra < SLOW_PATH_PART * slowest.delta)
    return undefined;
  const { path, extra, delta } = slowest;
  const explained = input.sharesOnly
    ? sentence`${keep(formatPercent(extra / delta))} of the extra CPU`
    : sentence`${formatCores(extra)} of the ${formatCores(delta)} extra cores`;
  return {
    class: 'deoptimisation',
    headline: sentence`${byFinding(input, top)}, in V8's slow paths`,
    evidence: [sentence`V8's slow paths (mostly ${path}) explain ${explained} of ${subject(top)}.`],
    clearsCode: false,
  };
};
