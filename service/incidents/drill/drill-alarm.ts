import type { Drill, DrillAlarm } from '../../alarms/alarm.ts';
import type { InstanceId } from '../../shared/ids.ts';
import { madeUpAlarm } from '../plan/plan-alarm.ts';

/** `accountId`: null, or absent, for that of the service. */
interface DrillPlace {
  readonly accountId?: string | null;
  readonly region: string;
}

/** What an alarm on the CPU of this instance would be, had it gone off. `by`: who started the drill. */
export function drillAlarm(
  instanceId: InstanceId,
  {
    by,
    accountId = null,
    region,
    nowMs,
    ...drill
  }: Drill & DrillPlace & { readonly by: string; readonly nowMs: number },
): DrillAlarm {
  const alarm = madeUpAlarm(null, 'drill', { region, nowMs });
  return {
    ...alarm,
    key: `drill/${region}/${instanceId}`,
    accountId,
    targets: { instanceIds: [instanceId], groups: [], hosts: [] },
    reason: `No alarm went off: ${by} started a drill.`,
    threshold: null,
    comparison: null,
    periodSeconds: null,
    drill,
  };
}
