import { AppError } from '../../shared/errors.ts';
import type { CaptureId, InstanceId } from '../../shared/ids.ts';
import { randomId } from '../../shared/random-id.ts';
import type { Capture, Incident } from '../incident.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';
import { type ChooseDeps, chooseFor } from './choose-for.ts';

export interface TargetDeps extends ChooseDeps {
  readonly store: IncidentStore;
  readonly seconds: number;
  readonly hz: number;
}

/** accepted → targeted: on whom? The hot instance and its peers, with the reason for each member of the group. */
export function targetStep(deps: TargetDeps): Step {
  return async (incident, signal) => {
    const burning = await deps.store.burning(incident.id);
    const { peers = deps.peers } = incident.plan?.settings ?? {};
    const choice = await chooseFor({ ...deps, peers }, incident.alarm, burning, signal);
    if (choice.hot === null) throw new AppError('NO_HOT_INSTANCE', choice.hotReason, { retry: 'later' });
    const captures = [choice.hot, ...choice.peers].map((instanceId, index) =>
      newCapture(deps, incident, instanceId, index === 0 ? 'hot' : 'peer'),
    );
    return {
      kind: 'advance',
      to: 'targeted',
      detail:
        `hot ${choice.hot}; ` +
        `${choice.peers.length > 0 ? `healthy ${choice.peers.join(', ')}` : `no peer: ${choice.noPeerReason}`}`,
      changes: {
        ...(choice.group ? { group: choice.group } : {}),
        hotInstance: choice.hot,
        members: choice.verdicts,
        captures,
      },
    };
  };
}

function newCapture(deps: TargetDeps, incident: Incident, instanceId: InstanceId, role: Capture['role']): Capture {
  const { drill } = incident.alarm;
  const { seconds = deps.seconds, hz = deps.hz } = incident.plan?.settings ?? {};
  return {
    id: randomId(drill === undefined ? 'cap' : 'cap-drill') as CaptureId,
    incidentId: incident.id,
    instanceId,
    role,
    seconds: drill?.seconds ?? seconds,
    hz,
    startAtMs: null,
    commandId: null,
    outcome: 'pending',
    failure: null,
  };
}
