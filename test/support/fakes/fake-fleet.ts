import type { SeriesQuery } from '../../../service/alarms/cpu-query.ts';
import type { CpuPoint, Departure, GroupMember, HostMatch } from '../../../service/fleet/member.ts';
import type { FleetPort, SeriesSpan } from '../../../service/incidents/ports.ts';
import { AppError } from '../../../service/shared/errors.ts';
import type { GroupName, InstanceId } from '../../../service/shared/ids.ts';
import { refuseAborted } from './refuse-aborted.ts';

/** `FleetPort` in memory: one CPU figure per instance. */
export class FakeFleet implements FleetPort {
  private readonly list: readonly GroupMember[];
  /** Who has left, and from which group. */
  departed: readonly (Departure & { readonly group: GroupName })[] = [];
  /** Those in no group any more, or not yet. */
  outside: readonly GroupMember[] = [];
  /** By host name. */
  hosts: Readonly<Record<string, readonly HostMatch[]>> = {};
  /** Of other metrics: `CWAgent cpu_usage_user Average`, by instance. */
  figures: Readonly<Record<string, ReadonlyMap<string, number>>> = {};
  /** By instance. */
  tagged: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
  private readonly percent: ReadonlyMap<InstanceId, number>;

  constructor(list: readonly GroupMember[], percent: ReadonlyMap<InstanceId, number>) {
    this.list = list;
    this.percent = percent;
  }

  async groupOf(instanceId: InstanceId, signal?: AbortSignal): Promise<GroupName | undefined> {
    refuseAborted(signal);
    return [...this.list, ...this.outside, ...this.departed].find((one) => one.instanceId === instanceId)?.group;
  }

  async tags(instanceId: InstanceId, signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
    refuseAborted(signal);
    return this.tagged[instanceId] ?? {};
  }

  async instancesOfHost(host: string, signal?: AbortSignal): Promise<HostMatch[]> {
    refuseAborted(signal);
    return [...(this.hosts[host] ?? [])];
  }

  async outsiders(group: GroupName, ids: readonly InstanceId[], signal?: AbortSignal): Promise<GroupMember[]> {
    refuseAborted(signal);
    return this.outside.filter((one) => ids.includes(one.instanceId)).map((one) => ({ ...one, group }));
  }

  async members(group: GroupName, signal?: AbortSignal): Promise<GroupMember[]> {
    refuseAborted(signal);
    const members = this.list.filter((member) => member.group === group);
    if (members.length === 0) throw new AppError('GROUP_NOT_FOUND', `There is no Auto Scaling group ${group}.`);
    return members;
  }

  async departures(group: GroupName, sinceMs: number, signal?: AbortSignal): Promise<Departure[]> {
    refuseAborted(signal);
    return this.departed
      .filter((one) => one.group === group && one.atMs >= sinceMs)
      .map(({ instanceId, atMs, how }) => ({ instanceId, atMs, how }));
  }

  async cpu(
    instances: readonly InstanceId[],
    fromMs: number,
    toMs: number,
    signal?: AbortSignal,
  ): Promise<Map<InstanceId, CpuPoint[]>> {
    refuseAborted(signal);
    return new Map(instances.map((id) => [id, steady(this.percent.get(id), fromMs, toMs)]));
  }

  async series(queries: readonly SeriesQuery[], span: SeriesSpan, signal?: AbortSignal): Promise<CpuPoint[][]> {
    refuseAborted(signal);
    return queries.map(({ namespace, name, stat, dimensions }) => {
      const of = this.figures[`${namespace} ${name} ${stat}`];
      const id = dimensions.find((one) => one.name === 'InstanceId')?.value ?? '';
      return steady(of?.get(id), span.fromMs, span.toMs);
    });
  }
}

/** Two points in a span. */
function steady(percent: number | undefined, fromMs: number, toMs: number): CpuPoint[] {
  if (percent === undefined) return [];
  return [0, 1].map((step) => ({ atMs: fromMs + ((toMs - fromMs) * step) / 2, percent }));
}

/** A member in service, healthy and online. */
export function member(instanceId: InstanceId, group: GroupName, changes: Partial<GroupMember> = {}): GroupMember {
  return {
    instanceId,
    group,
    lifecycle: 'InService',
    healthy: true,
    instanceType: 'm7g.large',
    cpus: 2,
    zone: 'us-east-1a',
    launchedBy: 'launch template web v7',
    launchedAtMs: Date.UTC(2026, 0, 1),
    online: true,
    ...changes,
  };
}
