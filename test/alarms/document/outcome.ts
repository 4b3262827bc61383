import { readMessage } from '../../../service/alarms/read-message.ts';
import { decide, type Limits } from '../../../service/rules/decide.ts';
import type { NotificationFacts } from '../../../service/rules/notification-facts.ts';

const DAY = 86_400_000;
const QUIET: NotificationFacts = {
  ...{ open: [], newestChangeMs: null, mute: null, scopeAccepted: [], allAcceptedAtMs: [] },
  ...{ capturing: 0, waiting: 0 },
};

export interface Outcome {
  readonly does: string;
  /** As the notification log has it; of a profiled alarm, that it was accepted. */
  readonly reason: string;
}

/** What becomes of a message in a service that has seen nothing yet. */
export function outcomeOf(message: unknown, place: Limits['place'], topicArn = ''): Outcome {
  const reading = readMessage(typeof message === 'string' ? message : JSON.stringify(message), topicArn);
  if (reading.kind === 'other') return { does: 'ignores it', reason: reading.reason };
  const { alarm } = reading;
  const limits: Limits = {
    ...{ maxPerGroup: { max: 1, windowMs: DAY }, maxOverall: { max: 1, windowMs: DAY }, cooldownMs: 0 },
    ...{ maxAlarmAgeMs: DAY, include: [], exclude: [], place, queue: { atOnce: 1, captureMs: 1000 } },
  };
  const { outcome, reason } = decide(limits, QUIET, alarm, alarm.changedAtMs);
  if (outcome !== 'accepted') return { does: 'ignores it', reason };
  const { instanceIds, hosts, wholeGroups = [] } = alarm.targets;
  if (alarm.composite !== null) return { does: 'profiles the hottest of what its children watch', reason };
  if (instanceIds.length + wholeGroups.length === 0) return { does: 'profiles the instance of that name', reason };
  return { does: `profiles ${hottest(instanceIds.length + hosts.length, wholeGroups.length)}`, reason };
}

function hottest(instances: number, groups: number): string {
  const named = instances === 1 ? 'the instance' : `${instances} instances`;
  const ofGroups = groups === 1 ? 'the group' : `${groups} groups`;
  if (groups === 0) return instances === 1 ? named : `the hottest of ${named}`;
  return `the hottest of ${instances === 0 ? ofGroups : `${named} and ${ofGroups}`}`;
}
