import type { Finding } from '../compare/differential.ts';
import { formatCores, formatEquation, formatMargin, formatPercent, signedCores } from '../shared/text/number.ts';
import { joined, keep, loose, type Sentence, sentence } from '../shared/text/sentence.ts';
import { clean, ended } from './clean-text.ts';
import type { ReportData } from './report-data.ts';

/** Names in the sentence are cut to this: the table below it has them in full. */
const NAME = 80;

/** The verdict for a person who has read nothing else: one or two sentences, with the numbers. */
export function verdictSentence(data: ReportData): Sentence {
  const failure = hotFailure(data);
  if (failure !== null) return sentence`${name(data.hotInstance)} could not be profiled: ${ended(failure.message)}`;
  if (data.healthy === null || data.hot === null) return alone(data);
  if (data.quality.grade === 'withheld') return withheld(data);
  const top = data.findings[0];
  if (top !== undefined) return joined([culprit(top, data), restOfVerdict(data)]);
  return firstEvidence(data) ?? loose('No function can be named.');
}

function hotFailure(data: ReportData) {
  return data.captures.find((capture) => capture.role === 'hot')?.failure ?? null;
}

/**
 * What the sentence leaves unsaid: it tells the first reason of every comparison, that of a hot path with its numbers.
 */
export function furtherEvidence(data: ReportData): readonly string[] {
  const { evidence } = data.verdict;
  const compared = data.hot !== null && data.healthy !== null && data.quality.grade !== 'withheld';
  return compared && hotFailure(data) === null ? evidence.slice(1) : evidence;
}

/** Old reports have no pieces. */
function firstEvidence({ verdict }: ReportData): Sentence | undefined {
  const [first] = verdict.evidence;
  return first === undefined ? undefined : (verdict.pieces?.evidence[0] ?? loose(first));
}

function culprit(top: Finding, data: ReportData): Sentence {
  const what =
    top.package === null ? clean(top.function, NAME) : `${clean(top.function, NAME)} (${clean(top.package, NAME)})`;
  const peers =
    data.peerInstances.length > 1 ? loose(`its ${data.peerInstances.length} peers`) : peer(data.peerInstances[0]);
  const share = top.explains === null ? '' : sentence`, ${keep(formatPercent(top.explains))} of the extra CPU`;
  const delta = keep(`${signedCores(top.deltaCores)} ± ${formatMargin(top.ci)} cores`);
  const hot = sentence`${keep(`${formatCores(top.hotCores)} cores`)} on ${name(data.hotInstance)}`;
  const healthy = sentence`${formatCores(top.healthyCores)} on ${peers}`;
  const q = keep(formatEquation('q', top.q));
  return sentence`${what} uses ${hot} and ${healthy}: ${delta}${share} (${q}).`;
}

/** Classes other than `hot path` say more than their top finding does. */
function restOfVerdict(data: ReportData): Sentence {
  const first = firstEvidence(data);
  return data.verdict.class === 'hot path' || first === undefined ? [] : sentence` ${first}`;
}

function withheld(data: ReportData): Sentence {
  const why = data.quality.issues[0]?.message;
  return loose(
    why === undefined
      ? 'The recordings are too weak to compare.'
      : `The recordings are too weak to compare: ${ended(why)}`,
  );
}

function alone(data: ReportData): Sentence {
  const top = data.topFunctions[0];
  if (data.captures.length === 0) return loose(data.shortcomings[0] ?? 'Nothing was recorded.');
  const reason = loose(
    'There is no healthy profile to compare with, so this shows where the CPU goes, not what changed.',
  );
  return top === undefined ? reason : joined([reason, busiest(top, data)], ' ');
}

function busiest(top: ReportData['topFunctions'][number], data: ReportData): Sentence {
  const cores = keep(`${formatCores(top.selfCores)} cores`);
  return sentence`Busiest on ${name(data.hotInstance)}: ${clean(top.function, NAME)}, ${cores}.`;
}

function name(instance: string | null | undefined): Sentence {
  return instanceName(instance, 'the hot instance');
}

function peer(instance: string | undefined): Sentence {
  return instanceName(instance, 'the healthy peer');
}

function instanceName(instance: string | null | undefined, otherwise: string): Sentence {
  const known = clean(instance ?? '', NAME);
  return known === '' ? loose(otherwise) : keep(known);
}
