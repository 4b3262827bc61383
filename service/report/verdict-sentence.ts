import type { Finding } from '../compare/differential.ts';
import { formatDuration } from '../shared/text/duration.ts';
import { formatPercent } from '../shared/text/number.ts';
import { joined, keep, keepNames, loose, plain, type Sentence, sentence } from '../shared/text/sentence.ts';
import { clean, ended } from './clean-text.ts';
import type { ReportData } from './report-data.ts';

/** Whose fault of quality it is. */
export const SIDE_WORDS = { hot: 'Hot side', healthy: 'Healthy side', both: 'Both sides' } as const;

/** Longest reason why something failed. */
const REASON = 1000;
/** Names in the sentence are cut to this: the table below it has them in full. */
const NAME = 80;

/**
 * What the headline leaves unsaid, in one or two sentences. It repeats neither the numbers of the headline nor the
 * names of the instances, which stand beside it.
 */
export function verdictSentence(data: ReportData): Sentence {
  const told = toldFirst(data);
  if (told !== null) return keepNames(ended(clean(told, REASON)), instancesOf(data));
  if (data.healthy === null || data.hot === null) return alone(data);
  if (data.quality.grade === 'withheld' && data.verdict.class === 'inconclusive') return withheld(data);
  const [top] = data.findings;
  const { class: verdict } = data.verdict;
  if (top !== undefined && top.deltaCores > 0 && verdict !== 'other process')
    return joined([growth(top, data), restOfVerdict(data)]);
  return firstEvidence(data) ?? loose('No function can be named.');
}

/** Names that are not broken. */
export function instancesOf({ hotInstance, peerInstances, baseline }: ReportData): readonly string[] {
  return [hotInstance ?? '', ...peerInstances, baseline?.instanceId ?? ''];
}

/** Why there is no profile of the hot instance, as it was noted: the first sentence, and said nowhere else. */
export function toldFirst(data: ReportData): string | null {
  const failure = hotFailure(data);
  if (failure !== null) return failure.message;
  return data.captures.length === 0 ? (data.shortcomings[0] ?? 'Nothing was recorded.') : null;
}

/** Both sides were recorded, and well enough. */
export function isCompared(data: ReportData): boolean {
  return data.hot !== null && data.healthy !== null && data.quality.grade !== 'withheld';
}

function hotFailure(data: ReportData) {
  return data.captures.find((capture) => capture.role === 'hot')?.failure ?? null;
}

/** What neither headline and sentence nor the list of what is missing say. */
export function furtherEvidence(data: ReportData): readonly string[] {
  const { evidence } = data.verdict;
  const said = plain(verdictSentence(data));
  const rest = isCompared(data) && hotFailure(data) === null ? evidence.slice(1) : evidence;
  const isSaid = (text: string) =>
    said.includes(text) ||
    data.shortcomings.includes(text) ||
    data.quality.issues.some(({ message }) => text.includes(message));
  return rest.filter((text) => !isSaid(text));
}

/** Old reports have no pieces. */
function firstEvidence({ verdict }: ReportData): Sentence | undefined {
  const [first] = verdict.evidence;
  return first === undefined ? undefined : (verdict.pieces?.evidence[0] ?? loose(first));
}

function growth(top: Finding, data: ReportData): Sentence {
  const there = reference(data);
  const than = data.baseline === undefined ? `${there} did in the same seconds` : `in ${there}`;
  const where = `${clean(top.function, NAME)}${top.kind === 'total' ? ' and what it calls' : ''}`;
  return top.explains === null
    ? sentence`The hot instance spends more CPU in ${where} than ${than}.`
    : sentence`${keep(formatPercent(top.explains))} of what the service uses beyond ${there} goes into ${where}.`;
}

function reference({ baseline, peerInstances }: ReportData): string {
  if (baseline !== undefined) return `its healthy baseline of ${formatDuration(baseline.agoMs)} earlier`;
  return peerInstances.length > 1 ? `its ${peerInstances.length} healthy peers` : 'its healthy peer';
}

/** Classes other than `hot path` say more than their top finding does. */
function restOfVerdict(data: ReportData): Sentence {
  const first = firstEvidence(data);
  return data.verdict.class === 'hot path' || first === undefined ? [] : sentence` ${first}`;
}

function withheld(data: ReportData): Sentence {
  const [issue] = data.quality.issues;
  return issue === undefined
    ? loose('The recordings are too weak to compare.')
    : loose(`${SIDE_WORDS[issue.side]}: ${ended(issue.message)}`);
}

const ALONE = 'There is no healthy profile to compare with, so this shows where the CPU goes, not what changed.';

function alone(data: ReportData): Sentence {
  return data.hot === null && data.topFunctions.length === 0
    ? loose('The hot instance used no CPU while it was recorded.')
    : (firstEvidence(data) ?? loose(ALONE));
}
