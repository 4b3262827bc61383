/** What the first screen of a report says besides the culprit: where, since when, how sure, and what to do next. */

import type { VerdictClass } from '../../compare/differential.ts';
import { capitalised } from '../../shared/text/capitalised.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import { loose, plain, type Sentence } from '../../shared/text/sentence.ts';
import { baselineFacts, baselineInstance } from '../baseline/baseline-words.ts';
import { clean } from '../clean-text.ts';
import type { FindingModel, Limits } from '../finding-model.ts';
import type { ReportData } from '../report-data.ts';
import type { DeployModel } from '../source/deploy-words.ts';
import { type Certainty, certainty } from './certainty.ts';
import { consoleLinks } from './console-links.ts';
import { type NextStep, nextSteps } from './next-steps.ts';
import { hasNoProfile, NO_PROFILE, type VerdictLabel, verdictLabel } from './verdict-label.ts';

/** Something of AWS, with its page in the console where that is known for sure. */
export interface Linked {
  readonly name: string;
  readonly url: string | null;
}

export interface AnswerModel {
  readonly label: VerdictLabel;
  readonly certainty: Certainty;
  readonly steps: readonly NextStep[];
  readonly group: Linked | null;
  readonly instance: (Linked & { readonly session: string | null }) | null;
  readonly peers: readonly Linked[];
  /** What stood in for a peer, with what is known of it; null where nothing did. */
  readonly baseline: (Linked & { readonly facts: string }) | null;
  readonly alarm: Linked;
  /** `eu-central-1, account 123456789012`; null where neither is known. */
  readonly home: string | null;
  /** Where the first sentence says how sure the verdict is, it begins with that. */
  readonly saysHowSure: boolean;
  readonly reportedAfter: string;
}

export interface AnswerInput {
  readonly data: ReportData;
  readonly culprit: FindingModel | null;
  readonly deploy: DeployModel | null;
  readonly limits: Limits;
}

export function answerModel(input: AnswerInput): AnswerModel {
  const { data, limits } = input;
  const links = consoleLinks(data.alarm.region);
  const name = (text: string) => clean(text, limits.name);
  const { hotInstance: hot, group } = data;
  return {
    label: verdictLabel(data),
    certainty: certainty(data),
    steps: nextSteps(input),
    group: group === null ? null : { name: name(group), url: links.group(group) },
    instance: hot === null ? null : { name: name(hot), url: links.instance(hot), session: links.session(hot) },
    peers: data.peerInstances.slice(0, limits.captures).map((id) => ({ name: name(id), url: links.instance(id) })),
    baseline: baselineOf(data, links.instance),
    alarm: data.isDrill
      ? NO_ALARM
      : { name: name(data.alarm.name) || 'without a name', url: links.alarm(data.alarm.name) },
    home: home(data, limits),
    saysHowSure: !hasNoProfile(data) && data.isDrill !== true,
    reportedAfter: formatDuration(data.generatedAtMs - data.openedAtMs),
  };
}

function baselineOf(data: ReportData, urlOf: (id: string) => string | null): AnswerModel['baseline'] {
  const { baseline } = data;
  if (baseline === undefined) return null;
  const { instanceId } = baseline;
  return { name: baselineInstance(baseline, data), url: urlOf(instanceId), facts: baselineFacts(baseline) };
}

/** The console has no page of it. */
const NO_ALARM: Linked = { name: 'none (drill)', url: null };

function home({ alarm }: ReportData, limits: Limits): string | null {
  const parts = [
    ...(alarm.region === null ? [] : [clean(alarm.region, limits.name)]),
    ...(alarm.accountId == null ? [] : [`account ${clean(alarm.accountId, limits.name)}`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

/**
 * A headline as the title of a page: with a capital, unless it begins with a name of somebody's code or program. In a
 * subject it stands behind a colon, and stays as it is.
 */
export function asTitle(headline: Sentence, data: ReportData): Sentence {
  const text = plain(headline);
  // Why there is none is what the first sentence says.
  if (verdictLabel(data) === 'no profile' && text.startsWith(NO_PROFILE)) return loose(capitalised(NO_PROFILE));
  const [first, ...rest] = headline;
  if (first === undefined || beginsWithName(text, data)) return headline;
  return [{ ...first, text: capitalised(first.text) }, ...rest];
}

/** What is known in a list: there a class whose headlines may begin with a name is left alone. */
export function rowTitle(headline: string, verdictClass: VerdictClass | null): string {
  return verdictClass === null || MAY_BEGIN_WITH_NAME.includes(verdictClass) ? headline : capitalised(headline);
}

const MAY_BEGIN_WITH_NAME: readonly VerdictClass[] = ['hot path', 'deoptimisation', 'other process'];

function beginsWithName(headline: string, data: ReportData): boolean {
  if (!MAY_BEGIN_WITH_NAME.includes(data.verdict.class)) return false;
  // The headline of this class always begins with the function.
  if (data.verdict.class === 'hot path') return true;
  const names = [
    data.verdict.program?.name,
    ...data.findings.map((finding) => finding.function),
    ...data.captures.flatMap(({ processes }) => processes.map((process) => process.name)),
  ];
  return names.some((name) => name !== undefined && name !== '' && headline.startsWith(name));
}
