import type { Limits } from '../../rules/decide.ts';
import type { IncidentPlan } from '../../rules/rule-book.ts';
import { AppError } from '../../shared/errors.ts';
import type { CaptureId, InstanceId } from '../../shared/ids.ts';
import { randomId } from '../../shared/random-id.ts';
import { quoted } from '../../shared/text/untrusted.ts';
import type { Capture, Incident } from '../incident.ts';
import type { Step } from '../step.ts';
import type { Changes, IncidentStore } from '../store-port.ts';
import { tiedAlarms } from '../tied/tied.ts';
import { type ChooseDeps, type Chosen, withWords } from './choose-for.ts';
import { chooseByRule, type LateRuleDeps } from './late-rule.ts';
import { otherWords } from './scope/other-fires.ts';

export interface TargetDeps extends ChooseDeps, Pick<LateRuleDeps, 'book'> {
  readonly store: IncidentStore;
  readonly seconds: number;
  readonly hz: number;
  /**
   * By what the other groups under a composite alarm are decided on, as it is now; absent: nobody would carry on what
   * that opens, so they are only named.
   */
  readonly limits?: () => Limits;
}

/** accepted → targeted: on whom? The hot instance and its peers, with the reason for each member of the group. */
export function targetStep(deps: TargetDeps): Step {
  return async (incident, signal) => {
    const burning = await deps.store.burning(incident.id);
    const { choice, late, ignored } = await chooseByRule(deps, incident, burning, signal);
    if (ignored !== null) {
      const changes = { ...(choice.group && { group: choice.group }), ...others(deps, incident, choice) };
      return { kind: 'advance', to: 'lapsed', detail: `not captured: ${ignored}`, changes };
    }
    const plan = late ?? incident.plan;
    if (choice.hot === null) throw new AppError('NO_HOT_INSTANCE', choice.hotReason, { retry: 'later' });
    const captures = [choice.hot, ...choice.peers].map((instanceId, index) =>
      newCapture(deps, incident, plan, instanceId, index === 0 ? 'hot' : 'peer'),
    );
    return {
      kind: 'advance',
      to: 'targeted',
      detail:
        `hot ${choice.hot}; ` +
        `${choice.peers.length > 0 ? `healthy ${choice.peers.join(', ')}` : `no peer: ${choice.noPeerReason}`}` +
        (late?.rule == null || late.rule === incident.plan?.rule ? '' : `; the rule ${quoted(late.rule)} applies`),
      changes: {
        ...(choice.group ? { group: choice.group } : {}),
        hotInstance: choice.hot,
        ...(late && { plan: late }),
        captures,
        ...others(deps, incident, choice),
      },
    };
  };
}

function others({ limits }: TargetDeps, incident: Incident, choice: Chosen): Pick<Changes, 'members' | 'tied'> {
  const { followed } = choice.others;
  if (followed.length === 0) return { members: choice.verdicts };
  if (limits !== undefined) return { members: choice.verdicts, tied: tiedAlarms(incident, choice.others, limits()) };
  const words = `Also in ALARM under it, and not captured here: ${followed.map(otherWords).join('; ')}.`;
  return { members: withWords(choice, [words]).verdicts };
}

function newCapture(
  deps: TargetDeps,
  incident: Incident,
  plan: IncidentPlan | undefined,
  instanceId: InstanceId,
  role: Capture['role'],
): Capture {
  const { drill } = incident.alarm;
  const { seconds = deps.seconds, hz = deps.hz } = plan?.settings ?? {};
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
