import type { Drill, DrillAlarm } from '../../alarms/alarm.ts';
import type { InstanceId } from '../../shared/ids.ts';
import { madeUpAlarm } from '../plan/plan-alarm.ts';

/** What an alarm on the CPU of this instance would be, had it gone off. `by`: who started the drill. */
export function drillAlarm(
  instanceId: InstanceId,
  { by, region, nowMs, ...drill }: Drill & { readonly by: string; readonly region: string; readonly nowMs: number },
): DrillAlarm {
  const alarm = madeUpAlarm(null, 'drill', { region, nowMs });
  return {
    ...alarm,
    key: `drill/${region}/${instanceId}`,
    targets: { instanceIds: [instanceId], groups: [], hosts: [] },
    reason: `No alarm went off: ${by} started a drill.`,
    threshold: null,
    comparison: null,
    periodSeconds: null,
    drill,
  };
}
