/** From findings and facts to one class in words. Each class has one test; the first that holds is the verdict. */

import {
  formatCores,
  formatEquation,
  formatFactor,
  formatInterval,
  formatPercent,
  signedCores,
} from '../../shared/text/number.ts';
import { joined, keep, loose, plain, type Sentence, sentence } from '../../shared/text/sentence.ts';
import type { Finding, Verdict } from '../differential.ts';
import { otherProcess, shortLived, spikeOver, steal } from './host-rules.ts';
import { onlyOnHot } from './lone-process.ts';
import { proportion } from './proportion.ts';
import { deoptimisation, unoptimised } from './tier-rules.ts';
import {
  arrow,
  byFinding,
  changed,
  cores,
  coresArrow,
  growth,
  subject,
  type VerdictInput,
  type VerdictRule,
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

const withheld: VerdictRule = (input) => {
  if (input.quality.grade !== 'withheld') return undefined;
  return {
    class: 'inconclusive',
    headline: loose('the recordings are too weak to compare'),
    evidence: input.quality.issues.slice(0, 2).map((issue) => loose(`${issue.side}: ${issue.message} ${issue.fix}`)),
    clearsCode: true,
  };
};

const noGrowth: VerdictRule = (input) => {
  if (input.findings.length > 0) return undefined;
  const p = keep(formatEquation('p', input.totalP));
  return {
    class: 'inconclusive',
    headline: input.sharesOnly
      ? loose('no function stands out')
      : sentence`no function stands out (${coresArrow(input.healthy.cores, input.hot.cores)})`,
    evidence: [
      ...aboutTheTotal(input),
      input.differ
        ? loose('The profiles differ, but no single function differs enough to be named.')
        : sentence`As a whole, the two profiles cannot be told apart with confidence (${p}).`,
    ],
    clearsCode: false,
  };
};

/** A hot side on which functions only use less: what makes it hot is not in them. */
const shrank: VerdictRule = (input) => {
  const [top] = input.findings;
  if (top === undefined || top.deltaCores > 0) return undefined;
  return {
    class: 'inconclusive',
    headline: sentence`no function grew; ${byFinding(input, top)}`,
    evidence: [sentence`${subject(top)} uses ${changed(input, top.deltaCores)}.`, ...aboutTheTotal(input)],
    clearsCode: false,
  };
};

function aboutTheTotal(input: VerdictInput): Sentence[] {
  if (input.sharesOnly) return [];
  const unowned =
    input.unowned !== null && input.totalChange.significant && input.unowned.cores > HALF * growth(input)
      ? input.unowned
      : null;
  const sides = sentence`Hot uses ${cores(input.hot.cores)}, healthy ${formatCores(input.healthy.cores)}`;
  const interval = keep(formatInterval(input.totalChange.ci));
  const total = sentence`${sides}: ${signedCores(growth(input))} (95 %: ${interval}).`;
  if (unowned === null) return [total];
  const part = keep(`${formatCores(unowned.cores)} of the extra cores`);
  return [total, sentence`${part} have no JavaScript function above them; mostly ${unowned.name}.`];
}

const proportional: VerdictRule = (input) => {
  const shape = proportion(input);
  if (shape === undefined) return undefined;
  const ratio = keep(formatFactor(shape.ratio));
  const evidence = [shape.shown, shape.reason];
  const skew = shape.kind === 'traffic skew';
  const headline = skew
    ? sentence`${ratio} the work: ${coresArrow(input.healthy.cores, input.hot.cores)}, no function stands out`
    : sentence`everything ${ratio} as expensive: ${coresArrow(input.healthy.cores, input.hot.cores)}`;
  return { class: shape.kind, headline, evidence, clearsCode: true };
};

/** All that grew, what shrank left out: a service that was saturated before cannot grow as a whole. */
function grown(input: VerdictInput): number {
  const own = input.attributed.reduce(
    (sum, { significant, deltaCores }) => sum + (significant ? Math.max(0, deltaCores) : 0),
    0,
  );
  return Math.max(growth(input), own);
}

const garbage: VerdictRule = (input) => {
  // Collectors on threads of their own may leave no function that shows; then the whole must have grown for certain.
  if (input.findings.length === 0 && !(input.differ && input.totalChange.significant)) return undefined;
  const extra = input.hotKinds.gc - input.healthyKinds.gc;
  if (extra < input.minCores || extra < GC_PART * grown(input)) return undefined;
  const top = input.findings.find((finding) => finding.deltaCores > 0);
  const all = Math.max(extra, grown(input));
  const grew = input.sharesOnly ? keep(formatPercent(all)) : cores(all);
  const change = arrow(input, 'garbage collection', input.healthyKinds.gc, input.hotKinds.gc);
  return {
    class: 'garbage collection',
    headline: sentence`${change}${top ? `, most for ${subject(top)}` : ''}`,
    evidence: [
      sentence`Garbage collection uses ${changed(input, extra)}; everything that grew, ${grew}.`,
      ...(top === undefined ? [] : [sentence`${subject(top)} uses ${changed(input, top.deltaCores)}.`]),
    ],
    clearsCode: false,
  };
};

/** What the extra CPU was spent on besides the service's own code, where that is a tenth of it. */
function besides(input: VerdictInput): Sentence[] {
  const parts = [
    ['garbage collection', input.hotKinds.gc - input.healthyKinds.gc],
    ["V8's compilers", input.hotKinds.jit - input.healthyKinds.jit],
    ['the kernel', input.hotKinds.kernel - input.healthyKinds.kernel],
  ] as const;
  const worth = parts.filter(([, extra]) => extra >= TENTH * growth(input) && extra >= TENTH * input.minCores);
  if (growth(input) < input.minCores || worth.length === 0) return [];
  const said = worth.map(([name, extra]) => keep(`${name} ${formatCores(extra)}`));
  return [sentence`Of the ${keep(`${formatCores(growth(input))} extra cores`)}: ${joined(said, ', ')}.`];
}

const hotPath: VerdictRule = (input) => {
  const top = input.findings[0];
  if (top === undefined) return undefined;
  const explained = top.explains === null ? '' : sentence`, ${keep(formatPercent(top.explains))} of the extra CPU`;
  const through = top.through === null ? '' : `, through ${top.through}`;
  return {
    class: 'hot path',
    headline: byFinding(input, top),
    evidence: [
      sentence`${subject(top)} uses ${changed(input, top.deltaCores)}${through}${explained}.`,
      ...besides(input),
    ],
    clearsCode: false,
  };
};

const RULES: readonly VerdictRule[] = [
  otherProcess,
  shortLived,
  steal,
  spikeOver,
  onlyOnHot,
  withheld,
  unoptimised,
  proportional,
  garbage,
  noGrowth,
  deoptimisation,
  shrank,
  hotPath,
];

export function judge(input: VerdictInput): Judgement {
  for (const rule of RULES) {
    const draft = rule(input);
    if (draft === undefined) continue;
    const { class: name, headline, evidence, program, clearsCode } = draft;
    const pieces = { headline, evidence };
    const verdict = { class: name, headline: plain(headline), evidence: evidence.map(plain), pieces };
    const judged = program === undefined ? verdict : { ...verdict, program };
    return { verdict: judged, findings: clearsCode ? [] : input.findings };
  }
  return { verdict: { class: 'inconclusive', headline: 'no cause found', evidence: [] }, findings: [] };
}
