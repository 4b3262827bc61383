/** From findings and facts to one class in words. Each class has one test; the first that holds is the verdict. */

import type { Finding, Verdict } from '../differential.ts';
import { percent } from './findings.ts';
import { otherProcess, shortLived, spikeOver, steal } from './host-rules.ts';
import { proportion } from './proportion.ts';
import { deoptimisation, unoptimised } from './tier-rules.ts';
import {
  arrow,
  byFinding,
  type Case,
  changed,
  cores,
  growth,
  type Rule,
  share,
  signed,
  subject,
} from './verdict-input.ts';

/** `findings`: what remains when the class says that no function is to blame. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

/** A cause holds when it explains half of the extra CPU. */
const HALF = 0.5;
/** What else is told about the extra CPU. */
const TENTH = 0.1;
/** Collections seldom exceed this part even when nothing else is wrong but the garbage. */
const GC_PART = 0.35;

const withheld: Rule = (c) => {
  if (c.quality.grade !== 'withheld') return undefined;
  return {
    class: 'inconclusive',
    headline: 'the recordings are too weak to compare',
    evidence: c.quality.issues.slice(0, 2).map((issue) => `${issue.side}: ${issue.message} ${issue.fix}`),
    clearsCode: true,
  };
};

const noGrowth: Rule = (c) => {
  if (c.findings.length > 0) return undefined;
  return {
    class: 'inconclusive',
    headline: c.sharesOnly
      ? 'no function stands out'
      : `no function stands out (${cores(c.healthy.cores)} → ${cores(c.hot.cores)} cores)`,
    evidence: [
      ...aboutTheWhole(c),
      c.differ
        ? 'The profiles differ, but no function by enough to be named.'
        : `The two profiles do not differ more than one differs from itself (p = ${c.wholeP.toFixed(2)}).`,
    ],
    clearsCode: false,
  };
};

/** A hot side on which functions only burn less: what it is hot with is not in them. */
const shrank: Rule = (c) => {
  const [top] = c.findings;
  if (top === undefined || top.deltaCores > 0) return undefined;
  return {
    class: 'inconclusive',
    headline: `no function grew; ${byFinding(c, top)}`,
    evidence: [`${subject(top)} burns ${changed(c, top.deltaCores)}.`, ...aboutTheWhole(c)],
    clearsCode: false,
  };
};

function aboutTheWhole(c: Case): string[] {
  if (c.sharesOnly) return [];
  const [low, high] = c.whole.ci;
  const outside = c.outside !== null && c.whole.significant && c.outside.cores > HALF * growth(c) ? c.outside : null;
  return [
    `Hot uses ${cores(c.hot.cores)} cores, healthy ${cores(c.healthy.cores)}: ${signed(growth(c))} (95 %: ${signed(low)} to ${signed(high)}).`,
    ...(outside === null
      ? []
      : [`${cores(outside.cores)} of the extra cores have no JavaScript function above them; most: ${outside.name}.`]),
  ];
}

const proportional: Rule = (c) => {
  const shape = proportion(c);
  if (shape === undefined) return undefined;
  const ratio = `${shape.ratio.toFixed(1)} times`;
  const evidence = [shape.shown, shape.reason];
  const skew = shape.kind === 'traffic skew';
  const headline = skew
    ? `${ratio} the work: ${cores(c.healthy.cores)} → ${cores(c.hot.cores)} cores, no function stands out`
    : `everything ${ratio} as expensive: ${cores(c.healthy.cores)} → ${cores(c.hot.cores)} cores`;
  return { class: shape.kind, headline, evidence, clearsCode: true };
};

/** All that grew, what shrank left out: a service that was saturated before cannot grow as a whole. */
function grown(c: Case): number {
  const own = c.own.reduce((sum, { significant, deltaCores }) => sum + (significant ? Math.max(0, deltaCores) : 0), 0);
  return Math.max(growth(c), own);
}

const garbage: Rule = (c) => {
  // Collectors on threads of their own may leave no function that shows; then the whole must have grown for certain.
  if (c.findings.length === 0 && !(c.differ && c.whole.significant)) return undefined;
  const extra = c.hotKinds.gc - c.healthyKinds.gc;
  if (extra < c.minCores || extra < GC_PART * grown(c)) return undefined;
  const top = c.findings.find((finding) => finding.deltaCores > 0);
  return {
    class: 'garbage collection',
    headline: `${arrow(c, 'garbage collection', c.healthyKinds.gc, c.hotKinds.gc)}${top ? `, most for ${subject(top)}` : ''}`,
    evidence: [
      `Collections use ${changed(c, extra)}; all that grew, ${c.sharesOnly ? share(Math.max(extra, grown(c))) : cores(Math.max(extra, grown(c)))}.`,
      ...(top === undefined ? [] : [`${subject(top)} burns ${changed(c, top.deltaCores)}.`]),
    ],
    clearsCode: false,
  };
};

/** What the extra CPU was spent on besides the service's own code, where that is a tenth of it. */
function besides(c: Case): string[] {
  const parts = [
    ['garbage collection', c.hotKinds.gc - c.healthyKinds.gc],
    ["V8's compilers", c.hotKinds.jit - c.healthyKinds.jit],
    ['the kernel', c.hotKinds.kernel - c.healthyKinds.kernel],
  ] as const;
  const worth = parts.filter(([, extra]) => extra >= TENTH * growth(c) && extra >= TENTH * c.minCores);
  if (growth(c) < c.minCores || worth.length === 0) return [];
  const said = worth.map(([name, extra]) => `${name} ${cores(extra)}`).join(', ');
  return [`Of the ${cores(growth(c))} extra cores: ${said}.`];
}

const hotPath: Rule = (c) => {
  const top = c.findings[0];
  if (top === undefined) return undefined;
  const explained = top.explains === null ? '' : `, ${percent(top.explains)} of the extra CPU`;
  const through = top.through === null ? '' : ` through ${top.through}`;
  return {
    class: 'hot path',
    headline: byFinding(c, top),
    evidence: [`${subject(top)} burns ${changed(c, top.deltaCores)}${through}${explained}.`, ...besides(c)],
    clearsCode: false,
  };
};

const RULES: readonly Rule[] = [
  otherProcess,
  shortLived,
  steal,
  spikeOver,
  withheld,
  unoptimised,
  proportional,
  garbage,
  noGrowth,
  deoptimisation,
  shrank,
  hotPath,
];

export function judge(c: Case): Judgement {
  for (const rule of RULES) {
    const ruling = rule(c);
    if (ruling === undefined) continue;
    const { class: name, headline, evidence, clearsCode } = ruling;
    return { verdict: { class: name, headline, evidence }, findings: clearsCode ? [] : c.findings };
  }
  return { verdict: { class: 'inconclusive', headline: 'no cause found', evidence: [] }, findings: [] };
}
