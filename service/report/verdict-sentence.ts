import type { Finding } from '../compare/differential.ts';
import { clean, ended } from './clean-text.ts';
import { cores, percent, plusMinus, probability, signedCores } from './format.ts';
import type { ReportData } from './report-data.ts';

/** Names in the sentence are cut to this: the table below it has them in full. */
const NAME = 80;

/** The verdict for a person who has read nothing else: one or two sentences, with the numbers. */
export function verdictSentence(data: ReportData): string {
  const failure = hotFailure(data);
  if (failure !== null) return `${name(data.hotInstance)} could not be profiled: ${ended(failure.message)}`;
  if (data.healthy === null || data.hot === null) return alone(data);
  if (data.quality.grade === 'withheld') return withheld(data);
  const top = data.findings[0];
  if (top !== undefined) return `${culprit(top, data)}${restOfVerdict(data)}`;
  return data.verdict.evidence[0] ?? 'No function can be named.';
}

function hotFailure(data: ReportData) {
  return data.captures.find((capture) => capture.role === 'hot')?.failure ?? null;
}

/** What the sentence leaves unsaid: it tells the first reason of every comparison, that of a hot path with its numbers. */
export function furtherEvidence(data: ReportData): readonly string[] {
  const { evidence } = data.verdict;
  const compared = data.hot !== null && data.healthy !== null && data.quality.grade !== 'withheld';
  return compared && hotFailure(data) === null ? evidence.slice(1) : evidence;
}

function culprit(top: Finding, data: ReportData): string {
  const what =
    top.package === null ? clean(top.function, NAME) : `${clean(top.function, NAME)} (${clean(top.package, NAME)})`;
  const peers = data.peerInstances.length > 1 ? `its ${data.peerInstances.length} peers` : peer(data.peerInstances[0]);
  const q = probability(top.q);
  const share = top.explains === null ? '' : `, ${percent(top.explains)} of the extra CPU`;
  return (
    `${what} uses ${cores(top.hotCores)} cores on ${name(data.hotInstance)} and ${cores(top.healthyCores)} on ${peers}: ` +
    `${signedCores(top.deltaCores)} ± ${plusMinus(top)} cores${share} (q ${q.startsWith('<') ? q : `= ${q}`}).`
  );
}

/** Classes other than `hot path` say more than their top finding does. */
function restOfVerdict(data: ReportData): string {
  const first = data.verdict.evidence[0];
  return data.verdict.class === 'hot path' || first === undefined ? '' : ` ${first}`;
}

function withheld(data: ReportData): string {
  const why = data.quality.issues[0]?.message;
  return why === undefined
    ? 'The recordings are too weak to compare.'
    : `The recordings are too weak to compare: ${ended(why)}`;
}

function alone(data: ReportData): string {
  const top = data.topFunctions[0];
  if (data.captures.length === 0) return data.shortcomings[0] ?? 'Nothing was recorded.';
  const busiest =
    top === undefined
      ? ''
      : ` Busiest on ${name(data.hotInstance)}: ${clean(top.function, NAME)}, ${cores(top.selfCores)} cores.`;
  return `There is no healthy profile to compare with, so this shows where the CPU goes, not what changed.${busiest}`;
}

function name(instance: string | null | undefined): string {
  return clean(instance ?? '', NAME) || 'the hot instance';
}

function peer(instance: string | undefined): string {
  return clean(instance ?? '', NAME) || 'the healthy peer';
}
