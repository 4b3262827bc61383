/** By which figures members are told apart: the alarm's own metrics where each instance has them, else EC2's. */
import type { Alarm } from '../../../alarms/alarm.ts';
import { type CpuQuery, isPlainCpu, percentOf, queryWords, seriesOf } from '../../../alarms/cpu-query.ts';
import type { CpuPoint } from '../../../fleet/member.ts';
import { AppError } from '../../../shared/errors.ts';
import type { InstanceId } from '../../../shared/ids.ts';
import type { FleetPort } from '../../ports.ts';

export type CpuPoints = ReadonlyMap<InstanceId, readonly CpuPoint[]>;
export type ReadCpu = (
  ids: readonly InstanceId[],
  fromMs: number,
  toMs: number,
  signal?: AbortSignal,
) => Promise<CpuPoints>;

export interface Figures {
  readonly cpu: CpuPoints;
  /** Figures of the same kind. */
  readonly read: ReadCpu;
  /** What "CPU" is, where it is not just what EC2 says; a sentence. */
  readonly words: string | null;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const EC2 = 'CPU is AWS/EC2 CPUUtilization (Average) here';

export async function figuresOf(
  fleet: FleetPort,
  { cpuQuery: query, periodSeconds }: Pick<Alarm, 'cpuQuery' | 'periodSeconds'>,
  ids: readonly InstanceId[],
  { fromMs, toMs }: Span,
  signal?: AbortSignal,
): Promise<Figures> {
  const ofEc2: ReadCpu = (...asked) => fleet.cpu(...asked);
  if (query == null || isPlainCpu(query) || periodSeconds === null || periodSeconds <= 0) {
    const words = query === null ? `${EC2}: the value of the alarm is no such percentage.` : null;
    return { cpu: await ofEc2(ids, fromMs, toMs, signal), read: ofEc2, words };
  }
  const ofAlarm = readOwn(fleet, query, periodSeconds);
  const [cpu, own] = await Promise.all([
    ofEc2(ids, fromMs, toMs, signal),
    tried(ofAlarm(ids, fromMs, toMs, signal), signal),
  ]);
  const why = own === null ? 'could not be read' : whyUnlike(ids, cpu, own);
  if (own === null || why !== null) return { cpu, read: ofEc2, words: `${EC2}: ${queryWords(query)} ${why}.` };
  return { cpu: own, read: ofAlarm, words: `CPU is ${queryWords(query)} here, as in the alarm.` };
}

function readOwn(fleet: FleetPort, query: CpuQuery, periodSeconds: number): ReadCpu {
  return async (ids, fromMs, toMs, signal) => {
    const each = query.metrics.length;
    const queries = ids.flatMap((id) => seriesOf(query, id));
    const points = await fleet.series(queries, { fromMs, toMs, periodSeconds }, signal);
    return new Map(ids.map((id, at) => [id, percentOf(query, points.slice(at * each, (at + 1) * each))]));
  };
}

/** The choice is made without it, if need be. */
async function tried(reading: Promise<CpuPoints>, signal: AbortSignal | undefined): Promise<CpuPoints | null> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof AppError) || signal?.aborted) throw error;
    return null;
  }
}

/** Figures of two kinds are not held against each other: each instance has its own, or none is used. */
function whyUnlike(ids: readonly InstanceId[], cpu: CpuPoints, own: CpuPoints): string | null {
  const has = (points: CpuPoints, id: InstanceId) => (points.get(id)?.length ?? 0) > 0;
  if (!ids.some((id) => has(own, id))) return 'has no figure for any of these instances';
  const without = ids.filter((id) => has(cpu, id) && !has(own, id));
  const [first] = without;
  if (first === undefined) return null;
  return without.length === 1 ? `has no figure for ${first}` : `has no figure for ${without.length} of ${ids.length}`;
}
