/** How sure a report is, in a word and a reason; the numbers that this rests on are one level down. */
import type { Finding, VerdictClass } from '../../compare/differential.ts';
import { formatEquation, formatInterval } from '../../shared/text/number.ts';
import { isOtherRelease } from '../baseline/baseline-words.ts';
import type { ReportBaseline, ReportData } from '../report-data.ts';
import { hasNoProfile } from './verdict-label.ts';

type Level = 'Very sure' | 'Fairly sure' | 'Not sure';

export interface Certainty {
  readonly level: Level;
  /** `a difference this clear hardly ever comes about by chance`: goes on after the level and a colon. */
  readonly reason: string;
  /** Sentences with the numbers, each explained where it stands. */
  readonly basis: readonly string[];
}

type Judged = readonly [level: Level, reason: string];

/** As small as that, chance is out of the question even for a service with thousands of functions. */
const VERY_SMALL_Q = 0.001;
/** The interval of a difference that is known well reaches less far than half of it to either side. */
const WELL_KNOWN = 0.5;

export function certainty(data: ReportData): Certainty {
  const [level, reason] = judged(data);
  return { level, reason, basis: basis(data) };
}

function judged(data: ReportData): Judged {
  if (data.members.some(({ doubt }) => doubt !== undefined))
    return ['Not sure', 'the instance that was profiled was not as hot as the alarm saw'];
  if (data.verdict.class === 'inconclusive') return inconclusive(data);
  const [top] = data.findings;
  const found = BY_CLASS[data.verdict.class]({ data, top });
  return data.baseline === undefined ? found : byBaseline(found, data.baseline, data.verdict.class);
}

/** What was seen on the hot host itself does not need the other side; all else is a difference of two moments. */
function byBaseline(found: Judged, baseline: ReportBaseline, verdict: VerdictClass): Judged {
  if (verdict === 'steal' || verdict === 'spike over' || found[0] === 'Not sure') return found;
  if (isOtherRelease(baseline))
    return ['Not sure', 'the baseline ran another release, and what differs may come from that'];
  if (verdict === 'traffic skew')
    return ['Fairly sure', 'the mix of functions is that of the baseline; whether the load is too much was not seen'];
  return ['Fairly sure', 'the healthy side is of another moment, and its load may have been another one as well'];
}

function inconclusive(data: ReportData): Judged {
  if (hasNoProfile(data)) return ['Not sure', 'the hot instance was not profiled'];
  if (data.healthy === null) return ['Not sure', 'nothing was compared, and what is busiest need not be what changed'];
  if (data.quality.grade === 'withheld') return ['Not sure', 'the recordings are too weak to be compared'];
  if (data.isDrill) return ['Fairly sure', 'both were recorded in the same seconds, and no difference stands out'];
  return ['Not sure', 'the comparison does not single out a cause'];
}

interface Evidence {
  readonly data: ReportData;
  readonly top: Finding | undefined;
}

const BY_CLASS: Readonly<Record<Exclude<VerdictClass, 'inconclusive'>, (evidence: Evidence) => Judged>> = {
  'hot path': byFinding,
  deoptimisation: byFinding,
  'garbage collection': () => [
    'Fairly sure',
    'the collector was seen at work; which code makes the garbage is an inference',
  ],
  'uniform slowdown': () => [
    'Fairly sure',
    'the mix of functions is alike on both sides; why all of it costs more was not seen',
  ],
  'traffic skew': () => [
    'Fairly sure',
    'the mix of functions is alike on both sides; who sends the requests was not seen',
  ],
  'other process': otherProcess,
  steal: () => ['Very sure', 'the kernel counts the CPU that it asked for and did not get'],
  'spike over': () => ['Not sure', 'what burned had ended before the recording began'],
};

function byFinding({ data, top }: Evidence): Judged {
  if (top === undefined) return ['Fairly sure', 'no single function carries the whole of it'];
  const [candidate] = top.mayHold ?? [];
  if (candidate !== undefined) return ['Fairly sure', 'the CPU may be that of a function that V8 inlined into it'];
  if (data.quality.grade === 'poor') return ['Fairly sure', 'the recordings have limits, which are listed below'];
  const margin = Math.abs(top.ci[1] - top.ci[0]) / 2;
  if (top.q < VERY_SMALL_Q && margin < WELL_KNOWN * Math.abs(top.deltaCores))
    return ['Very sure', 'a difference this clear hardly ever comes about by chance'];
  return ['Fairly sure', 'the difference is significant, but not beyond all doubt'];
}

function otherProcess({ data, top }: Evidence): Judged {
  if (data.verdict.program === undefined)
    return ['Fairly sure', 'it follows from what the processes are called and from CPU that no other one used'];
  if (top !== undefined) return ['Fairly sure', 'the service itself grew as well'];
  return ['Very sure', 'perf saw it on the CPUs in the recorded seconds'];
}

function basis(data: ReportData): string[] {
  const [top] = data.findings;
  const sentences: string[] = [];
  if (top !== undefined) {
    sentences.push(
      `The difference lies within ${formatInterval(top.ci)} cores (95 % confidence interval).`,
      `${formatEquation('q', top.q)}: the share of false alarms to expect among findings at least as certain as this ` +
        'one; up to 0.05 counts as significant.',
    );
  }
  if (data.wholeProfileP !== null) {
    sentences.push(
      `${formatEquation('p', data.wholeProfileP)} for the profiles as a whole: how often two recordings of the same ` +
        'work would differ this much.',
    );
  }
  return sentences;
}
