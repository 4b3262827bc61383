import { type AlarmPlan, madeUpAlarm } from '../../service/incidents/plan/plan-alarm.ts';
import type { GroupName } from '../../service/shared/ids.ts';
import { HOT, PEER } from './accept-alarm.ts';

/** Accepts every alarm: one hot instance, one healthy. */
export function planFake(): (group: string, alarm: string) => Promise<AlarmPlan> {
  return async (name, alarm) => {
    const group = name as GroupName;
    return {
      alarm: madeUpAlarm(group, alarm, { region: 'eu-west-1', nowMs: 0 }),
      decision: { outcome: 'accepted', supersedes: null, reason: `“${alarm}” went to ALARM in group ${group}.` },
      choice: {
        ...{ group, hot: HOT, hotReason: 'the highest CPU of 2', peers: [PEER], noPeerReason: null },
        others: { followed: [], inAlarm: [] },
        verdicts: [
          { instanceId: HOT, role: 'hot', reason: 'the highest CPU', cpuPercent: 93 },
          { instanceId: PEER, role: 'peer', reason: 'the lowest CPU', cpuPercent: 12 },
        ],
      },
    };
  };
}
