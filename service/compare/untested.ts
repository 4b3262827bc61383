/** What is said where a file holds sums, not samples: shares and how they differ, and that it may be chance. */
import type { FunctionInfo } from '../profile/profile.ts';
import { formatCores, formatPercent } from '../shared/text/number.ts';
import { keep, loose, plain, type Sentence, sentence } from '../shared/text/sentence.ts';
import type { Change, Verdict } from './differential.ts';

/** Numbers that nobody has tested are no list of findings. */
const MOST_NAMED = 3;

export const UNTESTED_METHOD =
  'Sums of periods, time or bytes are compared by their shares. How many samples they stand for is not known, so ' +
  'nothing is tested: no intervals, no q-values, no findings.';

function subject({ name, file, line }: FunctionInfo): string {
  const place = file?.split('/').at(-1);
  return place === undefined ? name : `${name} (${place}${line === null ? '' : `:${line}`})`;
}

function difference(fn: FunctionInfo, { healthyCores, hotCores }: Change, sharesOnly: boolean): Sentence {
  const size = sharesOnly
    ? keep(`${formatPercent(healthyCores)} → ${formatPercent(hotCores)}`)
    : keep(`${formatCores(healthyCores)} → ${formatCores(hotCores)} cores`);
  return sentence`${subject(fn)} ${size}${sharesOnly ? ' of the profile' : ''}, which may be chance.`;
}

/** `attributed`: by function. */
export function untestedVerdict(
  functions: readonly FunctionInfo[],
  attributed: readonly Change[],
  minCores: number,
  sharesOnly: boolean,
): Verdict {
  const size = ({ deltaCores }: Change): number => Math.abs(deltaCores);
  const largest = attributed
    .map((change, fn) => ({ change, fn: functions[fn] as FunctionInfo }))
    .filter(({ change }) => size(change) >= minCores)
    .sort((a, b) => size(b.change) - size(a.change))
    .slice(0, MOST_NAMED);
  const headline = loose('these are sums, not samples: whether they differ by chance cannot be told');
  const evidence = largest.map(({ fn, change }) => difference(fn, change, sharesOnly));
  if (evidence.length === 0) evidence.push(loose('No function differs by enough to be worth a look.'));
  const pieces = { headline, evidence };
  return { class: 'inconclusive', headline: plain(headline), evidence: evidence.map(plain), pieces };
}
