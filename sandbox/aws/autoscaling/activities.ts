import type { SandboxInstance } from '../../fleet/instance.ts';

const VERBS = {
  detach: 'Detaching EC2 instance',
  terminate: 'Terminating EC2 instance',
  enterStandby: 'Moving EC2 instance to Standby',
  exitStandby: 'Moving EC2 instance out of Standby',
} as const;

/** A scaling activity, as Auto Scaling words it. `cause`: what came of the user's request. */
export function activity(instance: SandboxInstance, what: keyof typeof VERBS, cause: string, at: Date) {
  return {
    ActivityId: `00000000-0000-4000-8000-0${instance.id.slice(-11)}`,
    AutoScalingGroupName: instance.groupName,
    Description: `${VERBS[what]}: ${instance.id}`,
    Cause: `At ${at.toISOString()} ${cause}`,
    StartTime: at,
    EndTime: at,
    StatusCode: 'Successful',
    Progress: 100,
  };
}

export type Activity = ReturnType<typeof activity>;

/** The end of a membership. */
export function departure(instance: SandboxInstance, now: Date): readonly Activity[] {
  const cause = 'an instance was taken out of service in response to a user request.';
  if (instance.detachedAt) return [activity(instance, 'detach', cause, instance.detachedAt)];
  const isGone = instance.state === 'terminated';
  return isGone ? [activity(instance, 'terminate', cause, instance.terminatedAt ?? now)] : [];
}
