import type { VerdictClass } from '../compare/differential.ts';
import { formatDecimal } from '../shared/text/number.ts';
import { fitSentence, keepNames, plain, type Sentence } from '../shared/text/sentence.ts';
import { type DisplayTime, displayTime } from '../shared/text/time.ts';
import { type AnswerModel, answerModel, asTitle } from './answer/answer-model.ts';
import { hasNoProfile } from './answer/verdict-label.ts';
import {
  type FailureModel,
  failureModels,
  type MemberModel,
  memberModels,
  type ObtainedModel,
  obtainedModel,
} from './capture-model.ts';
import { clean, cleanPath, ended } from './clean-text.ts';
import { obtainedWith } from './confirmation/confirmation-words.ts';
import { DRILL_BANNER } from './drill/drill-words.ts';
import { type EarlierModel, earlierModels } from './earlier/earlier-section.ts';
import {
  type FindingModel,
  findingModels,
  type Limits,
  type TopFunctionModel,
  topFunctionModels,
} from './finding-model.ts';
import { type ProgramModel, programModel, programModels } from './program-model.ts';
import type { ReportAlarm, ReportData } from './report-data.ts';
import { secondBanner } from './second/second-words.ts';
import type { CodeModel } from './source/code-model.ts';
import { type DeployModel, deployModel } from './source/deploy-words.ts';
import type { ReportSource } from './source/source-data.ts';
import { type TiedModel, tiedModels, type UnderModel, underModel } from './tied/tied-section.ts';
import {
  furtherEvidence,
  instancesOf,
  isCompared,
  SIDE_WORDS,
  toldFirst,
  verdictSentence,
} from './verdict-sentence.ts';

/** Everything that a report says, cut to size and in words; the mail, the page and the file print it. */
export interface ReportModel {
  readonly incidentId: string;
  /** `web-prod i-0abc`, or the alarm's name. */
  readonly where: string;
  /** What stands above all else in a drill, and in a second recording. */
  readonly drill: string | null;
  readonly second: string | null;
  /** The composite alarm that it was opened under. */
  readonly under: UnderModel | null;
  /** What other groups burn under its composite alarm. */
  readonly tied: readonly TiedModel[];
  readonly moreTied: number;
  readonly headline: string;
  readonly headlinePieces: Sentence;
  /** The headline as the title of a page. */
  readonly title: Sentence;
  readonly answer: AnswerModel;
  readonly sentence: string;
  readonly sentencePieces: Sentence;
  readonly verdictMeaning: string;
  readonly evidence: readonly string[];
  readonly culprit: FindingModel | null;
  /** The other program that is to blame. */
  readonly program: ProgramModel | null;
  /** Other programs that used the CPUs of the hosts. */
  readonly programs: readonly ProgramModel[];
  /** What the two hosts run; null where that is not known. */
  readonly deploy: DeployModel | null;
  /** The culprit's code; null where there is nothing to say of it. */
  readonly source: { readonly deploy: DeployModel | null; readonly code: CodeModel | null } | null;
  /** Nobody is pointed at. */
  readonly alone: boolean;
  /** Only where there is no culprit. */
  readonly busiest: TopFunctionModel | null;
  /** Both sides were recorded, and well enough to be compared. */
  readonly compared: boolean;
  readonly findings: readonly FindingModel[];
  readonly moreFindings: number;
  /** Findings whose code is shown besides the culprit's. */
  readonly furtherCode: readonly FindingModel[];
  /** Only where there is no finding. */
  readonly topFunctions: readonly TopFunctionModel[];
  readonly failures: readonly FailureModel[];
  readonly shortcomings: readonly string[];
  readonly grade: string;
  readonly gradeMeaning: string;
  readonly issues: readonly { readonly side: string; readonly message: string; readonly fix: string }[];
  readonly obtained: ObtainedModel;
  readonly method: readonly string[];
  /** What was said of the same function in earlier incidents. */
  readonly earlier: readonly EarlierModel[];
  readonly members: readonly MemberModel[];
  readonly moreMembers: number;
  readonly alarm: readonly { readonly label: string; readonly value: string }[];
  readonly alarmAt: DisplayTime;
  readonly opened: DisplayTime;
  readonly generated: DisplayTime;
}

/** What each class means, for somebody who reads the word for the first time. */
const VERDICT_MEANING: Readonly<Record<VerdictClass, string>> = {
  'hot path': 'some code uses more CPU here than on the healthy peer',
  'uniform slowdown': 'everything costs more, in the same proportions',
  'traffic skew': 'the same work as the peer, only more of it',
  'garbage collection': 'the collector uses the extra CPU',
  deoptimisation: 'the same code runs in a slower tier of V8',
  'other process': 'the extra CPU is used by something that was not profiled',
  steal: 'other virtual machines use the CPU of the host: look there, not at the code',
  'spike over': 'the load was gone before the recording began',
  inconclusive: 'the evidence does not single out a cause',
};

/** Those that would speak of a peer. */
const BASELINE_MEANING: Readonly<Partial<Record<VerdictClass, string>>> = {
  'hot path': 'some code uses more CPU here than it did in the healthy baseline',
  'traffic skew': 'the same work as in the baseline, only more of it',
};

const NO_PROFILE_MEANING = 'nothing of the hot instance could be read';
const DRILL_MEANING = 'no alarm went off; the chain was tried out';

const GRADE_MEANING: Readonly<Record<ReportData['quality']['grade'], string>> = {
  good: 'nothing limits what the numbers say',
  fair: 'usable; see the limitations',
  poor: 'read with care; see the limitations',
  withheld: 'too weak to compare, so no difference is drawn and no function is named',
};

function verdictMeaning(data: ReportData): string {
  if (data.isDrill) return DRILL_MEANING;
  if (hasNoProfile(data)) return NO_PROFILE_MEANING;
  const { class: verdict } = data.verdict;
  return (data.baseline === undefined ? undefined : BASELINE_MEANING[verdict]) ?? VERDICT_MEANING[verdict];
}

/** Something has to be said under "What is missing". */
export function isIncomplete(report: Pick<ReportModel, 'failures' | 'shortcomings' | 'issues'>): boolean {
  return report.failures.length + report.shortcomings.length + report.issues.length > 0;
}

/** Longer ones come from no comparison. */
const MAX_HEADLINE = 1000;

/** Words without pieces, the instances in one. */
function named(text: string, data: ReportData): Sentence {
  return keepNames(clean(text, MAX_HEADLINE), instancesOf(data));
}

/** `source`: the code around the findings, where it may be shown. */
export function reportModel(data: ReportData, limits: Limits, source: ReportSource | null): ReportModel {
  const sentence = (text: string) => clean(text, limits.text);
  const { verdict } = data;
  const headline = fitSentence(verdict.pieces?.headline ?? named(verdict.headline, data), limits.text, headlineOf);
  const lead = fitSentence(verdictSentence(data), limits.text, clean);
  const findings = findingModels(data.findings, limits, source);
  const culprit = findings[0] ?? null;
  const top = findings.length > 0 ? [] : topFunctionModels(data.topFunctions, limits);
  return {
    incidentId: clean(data.incidentId, limits.name),
    where: where(data, limits.name),
    drill: data.isDrill ? DRILL_BANNER : null,
    second: data.second === undefined ? null : secondBanner(data.second),
    under: underModel(data.under, limits),
    ...tiedModels(data.tied, limits),
    headline: plain(headline),
    headlinePieces: headline,
    title: asTitle(headline, data),
    answer: answerModel({ data, culprit, deploy: source && deployModel(source), limits }),
    sentence: plain(lead),
    sentencePieces: lead,
    verdictMeaning: verdictMeaning(data),
    evidence: furtherEvidence(data).slice(0, limits.lines).map(sentence),
    ...blamed(data, findings, top, limits),
    compared: isCompared(data),
    programs: programModels(data.programs ?? [], limits, data.baseline !== undefined),
    ...culpritSource(findings[0], source),
    findings,
    moreFindings: data.findings.length - findings.length,
    furtherCode: findings.slice(1).filter(({ code }) => code !== null && code.missing === null),
    topFunctions: top,
    ...missing(data, limits),
    ...quality(data),
    issues: unsaidIssues(data)
      .slice(0, limits.lines)
      .map((issue) => ({
        side: SIDE_WORDS[issue.side],
        message: ended(sentence(issue.message)),
        fix: sentence(issue.fix),
      })),
    obtained: obtainedWith(
      obtainedModel(data.captures, { hot: data.hot, healthy: data.healthy }, limits),
      data.confirmation,
      limits.text,
    ),
    method: data.method.slice(0, limits.lines).map(sentence),
    earlier: earlierModels(data.earlier, limits),
    members: memberModels(data.members, limits),
    moreMembers: Math.max(0, data.members.length - limits.members),
    alarm: alarmFacts(data.alarm, limits),
    alarmAt: displayTime(data.alarm.changedAtMs),
    opened: displayTime(data.openedAtMs),
    generated: displayTime(data.generatedAtMs),
  };
}

/** Of recordings that are too weak the first sentence says the first reason, and the first step what to do about it. */
function unsaidIssues({ quality, verdict }: ReportData): ReportData['quality']['issues'] {
  const isSaid = quality.grade === 'withheld' && verdict.class === 'inconclusive';
  return isSaid ? quality.issues.slice(1) : quality.issues;
}

/** What the first sentence leaves out of it. */
function missing(data: ReportData, limits: Limits): Pick<ReportModel, 'failures' | 'shortcomings'> {
  const told = toldFirst(data);
  return {
    failures: failureModels(data.captures, data.shortcomings, limits)
      .filter(({ role }) => told === null || role !== 'hot')
      .slice(0, limits.lines),
    shortcomings: data.shortcomings
      .filter((text) => told === null || !text.includes(told))
      .slice(0, limits.lines)
      .map((text) => clean(text, limits.text)),
  };
}

/** Classes that say that no function of the service is to blame. */
const NOT_THE_CODE: readonly VerdictClass[] = ['other process', 'steal'];

/** The one place where a report points at somebody: never at an innocent function. Of two that grew it shows both. */
function blamed(
  data: ReportData,
  findings: readonly FindingModel[],
  top: readonly TopFunctionModel[],
  limits: Limits,
): Pick<ReportModel, 'culprit' | 'program' | 'busiest' | 'alone'> {
  const program =
    data.verdict.program === undefined ? null : programModel(data.verdict.program, limits, data.baseline !== undefined);
  const culprit = findings[0] ?? null;
  const busiest = NOT_THE_CODE.includes(data.verdict.class) ? null : (top[0] ?? null);
  return { culprit, program, busiest, alone: culprit === null && program === null && busiest === null };
}

function culpritSource(
  culprit: FindingModel | undefined,
  source: ReportSource | null,
): Pick<ReportModel, 'deploy' | 'source'> {
  if (culprit === undefined || source === null) return { deploy: null, source: null };
  const deploy = deployModel(source);
  const { code } = culprit;
  return { deploy, source: code === null && deploy === null ? null : { deploy, code } };
}

/** `web-prod i-0abc`; the alarm's name where neither is known. */
export function where(
  data: {
    readonly group: string | null;
    readonly hotInstance: string | null;
    readonly alarm: { readonly name: string };
  },
  max: number,
): string {
  const known = [data.group, data.hotInstance].filter((part) => part !== null).map((part) => clean(part, max));
  return known.join(' ') || clean(data.alarm.name, max) || 'unknown alarm';
}

/** Without two sides there is no comparison whose quality could be graded. */
function quality(data: ReportData): { grade: string; gradeMeaning: string } {
  if (data.hot === null || data.healthy === null) return { grade: 'not graded', gradeMeaning: 'nothing was compared' };
  return { grade: data.quality.grade, gradeMeaning: GRADE_MEANING[data.quality.grade] };
}

export function headlineOf(headline: string | null, max: number): string {
  return clean(headline ?? '', max) || 'no verdict';
}

function alarmFacts(alarm: ReportAlarm, limits: Limits): { label: string; value: string }[] {
  const unit = alarm.metric?.endsWith('CPUUtilization') ? ' %' : '';
  const number = (value: number) => `${formatDecimal(value)}${unit}`;
  const facts: [string, string | null][] = [
    ['Alarm', clean(alarm.name, limits.name)],
    ['What it watches', alarm.description === null ? null : clean(alarm.description, limits.text)],
    ['Metric', alarm.metric === null ? null : cleanPath(alarm.metric, limits.name)],
    ['Observed', alarm.observed === null ? null : number(alarm.observed)],
    ['Threshold', alarm.threshold === null ? null : number(alarm.threshold)],
    ['Reason', clean(alarm.reason, limits.text)],
    ['Region', alarm.region === null ? null : clean(alarm.region, limits.name)],
  ];
  return facts.flatMap(([label, value]) => (value === null || value === '' ? [] : [{ label, value }]));
}
