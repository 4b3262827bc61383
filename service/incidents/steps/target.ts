import type { Alarm } from '../../alarms/alarm.ts';
import { chooseTargets } from '../../fleet/choose-targets.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { CaptureId, GroupName, InstanceId } from '../../shared/ids.ts';
import { randomId } from '../../shared/random-id.ts';
import type { Capture, Incident } from '../incident.ts';
import type { AlarmTargetsPort, FleetPort } from '../ports.ts';
import type { Step } from '../runner.ts';
import type { IncidentStore } from '../store-port.ts';

export interface TargetDeps {
  readonly store: IncidentStore;
  readonly fleet: FleetPort;
  readonly alarmTargets: AlarmTargetsPort;
  readonly clock: Clock;
  readonly peers: number;
  readonly peerMinAgeMs: number;
  readonly seconds: number;
  readonly hz: number;
}

/** Basic monitoring publishes every 5 minutes, and the newest point may be 5 minutes old. */
const LOOK_BACK_MS = 15 * 60_000;

/** accepted → targeted: on whom? The hot instance and its peers, with the reason for each member of the group. */
export function targetStep(deps: TargetDeps): Step {
  return async (incident) => {
    const hint = await hintOf(deps, incident.alarm);
    const group = hint.groups[0] ?? (await groupOfFirst(deps, hint.instanceIds));
    const members = group === undefined ? [] : await deps.fleet.members(group);
    const now = deps.clock.now();
    const ids = [...new Set([...members.map((member) => member.instanceId), ...hint.instanceIds])];
    const cpu = await deps.fleet.cpu(ids, now - LOOK_BACK_MS, now);
    const choice = chooseTargets({
      instanceIds: hint.instanceIds,
      alsoBurning: new Set(deps.store.burning(incident.id)),
      members,
      cpu,
      now,
      peers: deps.peers,
      minPeerAgeMs: deps.peerMinAgeMs,
    });
    if (choice.hot === null) throw new AppError('NO_HOT_INSTANCE', choice.hotReason, { retry: 'later' });
    const captures = [choice.hot, ...choice.peers].map((instanceId, index) =>
      newCapture(deps, incident, instanceId, index === 0 ? 'hot' : 'peer'),
    );
    return {
      kind: 'advance',
      to: 'targeted',
      detail: `hot ${choice.hot}; ${choice.peers.length > 0 ? `healthy ${choice.peers.join(', ')}` : `no peer: ${choice.noPeerReason}`}`,
      changes: { ...(group ? { group } : {}), hotInstance: choice.hot, members: choice.verdicts, captures },
    };
  };
}

interface Hint {
  readonly instanceIds: readonly InstanceId[];
  readonly groups: readonly GroupName[];
}

/** A composite alarm names no instance; its children do. */
async function hintOf(deps: TargetDeps, alarm: Alarm): Promise<Hint> {
  const { instanceIds, groups } = alarm.targets;
  if (instanceIds.length > 0 || groups.length > 0) return alarm.targets;
  const found = await deps.alarmTargets.targetsOf(alarm.composite ? alarm.composite.childrenArns : [], alarm.name);
  if (found.instanceIds.length > 0 || found.groups.length > 0) return found;
  throw new AppError(
    'ALARM_WITHOUT_TARGET',
    `The alarm ${alarm.name} names neither an instance nor an Auto Scaling group.`,
    {
      hint: 'Alarm on a metric with the dimension InstanceId or AutoScalingGroupName.',
    },
  );
}

async function groupOfFirst(deps: TargetDeps, ids: readonly InstanceId[]): Promise<GroupName | undefined> {
  const first = ids[0];
  return first === undefined ? undefined : deps.fleet.groupOf(first);
}

function newCapture(deps: TargetDeps, incident: Incident, instanceId: InstanceId, role: Capture['role']): Capture {
  return {
    id: randomId('cap') as CaptureId,
    incidentId: incident.id,
    instanceId,
    role,
    seconds: deps.seconds,
    hz: deps.hz,
    startAtMs: null,
    commandId: null,
    outcome: 'pending',
    failure: null,
  };
}
