import type { GroupName, InstanceId } from '../shared/ids.ts';
import type { AlarmDatapoint } from './alarm-datapoint.ts';
import type { CpuPoint, GroupMember } from './member.ts';

/** What the choice is made from. The order of `members` does not matter. */
export interface ChoiceInput {
  /** Instances that the alarm names; empty when it names only groups. */
  readonly instanceIds: readonly InstanceId[];
  /** Groups that the alarm names without an instance: each of their members may be the hot one. */
  readonly wholeGroups: readonly GroupName[];
  /** Of all groups that the alarm is about. */
  readonly members: readonly GroupMember[];
  /** What the alarm saw; null or absent where that is no percentage of a host. */
  readonly datapoint?: AlarmDatapoint | null;
  /** Recent CPUUtilization; an instance without data is absent or maps to []. */
  readonly cpu: ReadonlyMap<InstanceId, readonly CpuPoint[]>;
  readonly now: number;
  /** No alarm went off: somebody tries out what it would lead to for one instance. */
  readonly isDrill?: boolean;
  /** Why the one instance that is named is the hot one, where no alarm named it. */
  readonly why?: string;
  /** How many healthy peers are wanted at most. */
  readonly peers: number;
  /** A member that runs for less is warming up (empty caches, JIT) and no fair peer. */
  readonly minPeerAgeMs: number;
  /** Instances that other open incidents hold for hot: none of them is healthy. */
  readonly alsoBurning?: ReadonlySet<InstanceId>;
  /** Instances that an alarm of their own, in ALARM, names: no healthy ones either. */
  readonly inAlarm?: ReadonlySet<InstanceId>;
}

/** Why a member was chosen or not: whole sentences with numbers, for the report. */
export interface MemberVerdict {
  readonly instanceId: InstanceId;
  readonly role: 'hot' | 'peer' | 'not chosen';
  readonly reason: string;
  /** Recent CPUUtilization in percent of the instance; null without data. */
  readonly cpuPercent: number | null;
  /** Of the hot one: why it may be the wrong one, in sentences; absent when nothing speaks against it. */
  readonly doubt?: string;
  /** Of the hot one: what launched it, `launch template web v7`; absent where that is not known. */
  readonly launchedBy?: string;
}

export interface TargetChoice {
  /** Null when neither the alarm nor the metrics tell which one is hot; `hotReason` then says why. */
  readonly hot: InstanceId | null;
  readonly hotReason: string;
  /** Best first. */
  readonly peers: readonly InstanceId[];
  /** Set exactly when `peers` is empty. */
  readonly noPeerReason: string | null;
  /** One per member, sorted by role (hot, peers in rank order, the others by id). */
  readonly verdicts: readonly MemberVerdict[];
}
