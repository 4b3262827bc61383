/** The children of a composite alarm are read as alarms: only those that tell of a busy CPU say whom to profile. */
import type { Alarm } from '../../../alarms/alarm.ts';
import { alarmPlace } from '../../../alarms/arn.ts';
import { buildAlarm } from '../../../alarms/build-alarm.ts';
import { alarmCpuPercent } from '../../../alarms/cpu-metric.ts';
import { whyNoFire } from '../../../rules/decide.ts';
import { AppError } from '../../../shared/errors.ts';
import { formatPercent } from '../../../shared/text/number.ts';
import { quoted } from '../../../shared/text/untrusted.ts';
import type { AlarmTargetsPort } from '../../ports.ts';

/** A reader looks at so many reasons. */
const MOST = 5;

export interface CompositeChildren {
  /** In ALARM for a busy CPU, the one with the highest datapoint first; at least one. */
  readonly fires: readonly [Alarm, ...Alarm[]];
  /** Why the others in ALARM do not count, in sentences. */
  readonly refused: readonly string[];
}

/** Throws `ALARM_WITHOUT_TARGET` when none of them is a fire. */
export async function compositeChildren(
  port: AlarmTargetsPort,
  alarm: Alarm,
  signal?: AbortSignal,
): Promise<CompositeChildren> {
  const arns = alarm.composite?.childrenArns ?? [];
  const foreign = arns.filter((arn) => isElsewhere(arn, alarm));
  const own = arns.filter((arn) => !foreign.includes(arn));
  const raw = foreign.length > 0 && own.length === 0 ? [] : await port.childrenOf(own, alarm.name, signal);
  const fires: Alarm[] = [];
  const refused = foreign.map((arn) => `The child ${quoted(arn)} is of another account or region.`);
  for (const child of raw) {
    const reading = buildAlarm(child, '');
    const why =
      reading.kind === 'other' ? reading.reason : (whyForeign(reading.alarm, alarm) ?? whyNoFire(reading.alarm));
    if (reading.kind === 'alarm' && why === null) fires.push(reading.alarm);
    else if (why !== null) refused.push(why);
  }
  const [first, ...others] = fires.sort((a, b) => (alarmCpuPercent(b) ?? -1) - (alarmCpuPercent(a) ?? -1));
  if (first === undefined) throw withoutFire(alarm, refused);
  return { fires: [first, ...others], refused: few(refused) };
}

function isElsewhere(arn: string, { accountId, region }: Alarm): boolean {
  const place = alarmPlace(arn);
  if (place === undefined) return false;
  return (accountId !== null && place.accountId !== accountId) || (region !== null && place.region !== region);
}

/** A metric of another account: an instance or a group of ours may have the same name. */
function whyForeign(child: Alarm, parent: Alarm): string | null {
  const foreign = child.otherAccounts.find((account) => account !== parent.accountId);
  return foreign === undefined ? null : `${quoted(child.name)} watches instances of the account ${quoted(foreign)}.`;
}

function withoutFire(alarm: Alarm, refused: readonly string[]): AppError {
  const none = `The alarm ${alarm.name} names neither an instance nor an Auto Scaling group`;
  const message =
    refused.length === 0
      ? `${none}.`
      : `${none}, and none of its children in ALARM tells of a busy CPU here. ${few(refused).join(' ')}`;
  return new AppError('ALARM_WITHOUT_TARGET', message, {
    hint: 'Alarm on a metric with the dimension InstanceId or AutoScalingGroupName.',
  });
}

function few(reasons: readonly string[]): string[] {
  const more = reasons.length - MOST;
  return more > 0 ? [...reasons.slice(0, MOST), `And ${more} more.`] : [...reasons];
}

/** `"web CPU high" (95 %)` */
export function childWords(child: Alarm): string {
  const percent = alarmCpuPercent(child);
  return percent === null ? quoted(child.name) : `${quoted(child.name)} (${formatPercent(percent / 100)})`;
}
