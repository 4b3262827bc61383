/** What an alarm would lead to if it came now: asks AWS and the notification log, changes nothing. */
import type { Alarm } from '../../alarms/alarm.ts';
import { decide, type Limits } from '../../rules/decide.ts';
import type { Decision } from '../../rules/decision.ts';
import type { NotificationFacts } from '../../rules/notification-facts.ts';
import type { GroupName, InstanceId } from '../../shared/ids.ts';
import type { ChooseDeps, Chosen } from '../steps/choose-for.ts';
import { chooseByRule } from '../steps/late-rule.ts';

export interface PlanDeps {
  readonly limits: () => Limits;
  /** What the rules would see now. */
  readonly facts: (alarm: Alarm, nowMs: number) => Promise<NotificationFacts>;
  /** Hot instances of open incidents. */
  readonly burning: () => Promise<readonly InstanceId[]>;
  readonly choose: ChooseDeps;
}

/** `choice`: null for an alarm that is not accepted. */
export interface AlarmPlan {
  readonly alarm: Alarm;
  readonly decision: Decision;
  readonly choice: Chosen | null;
}

/** Throws what `chooseFor` throws. */
export async function planAlarm(deps: PlanDeps, alarm: Alarm, signal?: AbortSignal): Promise<AlarmPlan> {
  const nowMs = deps.choose.clock.now();
  const decision = decide(deps.limits(), await deps.facts(alarm, nowMs), alarm, nowMs);
  if (decision.outcome !== 'accepted') return { alarm, decision, choice: null };
  const { choose, limits } = deps;
  const burning = await deps.burning();
  const about = { alarm, ...(decision.plan && { plan: decision.plan }) };
  const book = () => limits().book;
  const { choice, late, ignored } = await chooseByRule({ ...choose, book }, about, burning, signal);
  if (ignored !== null)
    return { alarm, decision: { outcome: 'ignored', reason: `Not captured: ${ignored}.` }, choice: null };
  return { alarm, decision: { ...decision, ...(late && { plan: late }) }, choice };
}

/** An alarm on the CPU of a group, as CloudWatch would send it; `name`: where the rules look at it. */
export function madeUpAlarm(
  group: GroupName | null,
  name: string,
  place: { readonly region: string; readonly nowMs: number },
): Alarm {
  return {
    key: `try/${place.region}/${name}`,
    name,
    description: null,
    arn: null,
    accountId: null,
    otherAccounts: [],
    region: place.region,
    state: 'ALARM',
    previousState: 'OK',
    reason: 'Made up to see what an alarm would do.',
    changedAtMs: place.nowMs,
    afterMuteWindow: false,
    metric: { namespace: 'AWS/EC2', name: 'CPUUtilization' },
    threshold: 80,
    comparison: 'GreaterThanThreshold',
    observed: null,
    periodSeconds: 60,
    targets: { instanceIds: [], groups: group === null ? [] : [group], hosts: [] },
    contributor: null,
    composite: null,
    isCpu: true,
    cpuWhenAlarm: 'high',
  };
}
