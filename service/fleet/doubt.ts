import type { InstanceId } from '../shared/ids.ts';
import { formatPercent } from '../shared/text/number.ts';
import { explains, highestSince } from './alarm-datapoint.ts';
import type { ChoiceInput } from './choice.ts';

/** Those that were as hot as the alarm saw. Empty where that cannot be told. */
export function explaining({ datapoint, cpu, now }: ChoiceInput, ids: readonly InstanceId[]): ReadonlySet<InstanceId> {
  if (!datapoint) return new Set();
  return new Set(ids.filter((id) => explains(datapoint, cpu.get(id) ?? [], now)));
}

/**
 * Why the hot instance may be the wrong one: it was never as hot as the alarm saw, and who was is not in service any
 * more. Null when it was, and when CloudWatch has no figure of that time yet.
 */
export function doubtOf(input: ChoiceInput, hot: InstanceId): string | null {
  const { datapoint, cpu, now } = input;
  if (!datapoint || explains(datapoint, cpu.get(hot) ?? [], now) !== false) return null;
  const saw = `The alarm saw ${formatPercent(datapoint.percent / 100)}`;
  const own = formatPercent((highestSince(datapoint, cpu.get(hot) ?? [], now) ?? 0) / 100);
  const isNamed = input.instanceIds.length === 1 && input.wholeGroups.length === 0;
  const what = isNamed
    ? `${hot}, which it names, does not explain that: it has had ${own} at most since.`
    : `nobody in service explains that: ${hot} is the hottest, and has had ${own} at most since.`;
  return [`${saw}; ${what}`, ...left(input, hot)].join(' ');
}

/** `i-0abc… had 97 %, and is Standby now.` */
function left(input: ChoiceInput, hot: InstanceId): string[] {
  const { datapoint, cpu, now } = input;
  const others = input.members.filter((member) => member.instanceId !== hot && member.lifecycle !== 'InService');
  const hotOnes = explaining(
    input,
    others.map((member) => member.instanceId),
  );
  return others
    .filter((member) => hotOnes.has(member.instanceId))
    .map(({ instanceId, lifecycle }) => {
      const had = datapoint && highestSince(datapoint, cpu.get(instanceId) ?? [], now);
      return `${instanceId} had ${formatPercent((had ?? 0) / 100)}, and is ${lifecycle} now.`;
    })
    .sort();
}
