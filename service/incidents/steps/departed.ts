import { type AlarmDatapoint, BASIC_MONITORING_MS } from '../../fleet/alarm-datapoint.ts';
import type { TargetChoice } from '../../fleet/choice.ts';
import { departedWords } from '../../fleet/departed.ts';
import type { GroupMember } from '../../fleet/member.ts';
import { AppError } from '../../shared/errors.ts';
import type { FleetPort } from '../ports.ts';
import type { ReadCpu } from './scope/figures.ts';

interface Doubted {
  readonly choice: TargetChoice;
  readonly members: readonly GroupMember[];
  readonly datapoint: AlarmDatapoint;
  readonly read: ReadCpu;
  readonly now: number;
}

/** Where the hot instance is doubted: who burned, and has left the groups of the alarm since? */
export async function withDeparted(
  deps: { readonly fleet: FleetPort },
  doubted: Doubted,
  signal?: AbortSignal,
): Promise<TargetChoice> {
  const { choice } = doubted;
  const [hot, ...others] = choice.verdicts;
  if (hot?.doubt === undefined) return choice;
  const words = await wordsOf(deps.fleet, doubted, signal);
  return { ...choice, verdicts: [{ ...hot, doubt: [hot.doubt, ...words].join(' ') }, ...others] };
}

async function wordsOf(fleet: FleetPort, doubted: Doubted, signal: AbortSignal | undefined): Promise<string[]> {
  const { members, datapoint, read, now } = doubted;
  const groups = [...new Set(members.map(({ group }) => group))];
  try {
    const left = await Promise.all(groups.map((group) => fleet.departures(group, datapoint.atMs, signal)));
    // Those in standby are members still, and have been named as such.
    const gone = left.flat().filter((one) => members.every(({ instanceId }) => instanceId !== one.instanceId));
    if (gone.length === 0) return [];
    const ids = [...new Set(gone.map(({ instanceId }) => instanceId))];
    const cpu = await read(ids, datapoint.atMs - BASIC_MONITORING_MS, now, signal);
    return departedWords(datapoint, gone, cpu, now);
  } catch (error) {
    // A role of an older release may not ask; the doubt stands without the names.
    if (!(error instanceof AppError) || signal?.aborted) throw error;
    return ['Who has left the group could not be found out.'];
  }
}
