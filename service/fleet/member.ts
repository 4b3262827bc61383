import type { GroupName, InstanceId } from '../shared/ids.ts';

/** A member of an Auto Scaling group, as the fleet APIs describe it. */
export interface GroupMember {
  readonly instanceId: InstanceId;
  readonly group: GroupName;
  /** `InService`, `Pending`, `Terminating:Wait`, …; outside of the group `Detached`, `Warmed:Running`, `stopped`, … */
  readonly lifecycle: string;
  readonly healthy: boolean;
  readonly instanceType: string | null;
  /** vCPUs. */
  readonly cpus: number | null;
  readonly zone: string | null;
  /** `launch template web v7`, `launch configuration web-2019`. */
  readonly launchedBy: string | null;
  readonly launchedAtMs: number | null;
  /** SSM agent answers. */
  readonly online: boolean;
}

/** One datapoint of CPUUtilization; `atMs` is the start of its period. */
export interface CpuPoint {
  readonly atMs: number;
  readonly percent: number;
}

/** An instance that has left its group, by the group's activities. */
export interface Departure {
  readonly instanceId: InstanceId;
  readonly atMs: number;
  readonly how: 'terminated' | 'detached' | 'moved to standby';
}

/** A running instance that a host name may be, and what it has in common with it. */
export interface HostMatch {
  readonly instanceId: InstanceId;
  readonly by: 'private DNS name' | 'private address' | 'Name tag';
}
