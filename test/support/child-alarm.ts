import type { RawAlarm } from '../../service/alarms/shapes/raw-alarm.ts';

/** A metric as a child of a composite alarm watches it. */
export function watched(namespace: string, name: string, dimensions: Readonly<Record<string, string>>) {
  return {
    ...{ id: 'm1', namespace, name, periodSeconds: 60, stat: 'Average', accountId: null },
    dimensions: Object.entries(dimensions).map(([key, value]) => ({ name: key, value })),
  };
}

/** A child of a composite alarm, as CloudWatch tells of it: in ALARM at 95 % since 2026-11-23 03:00 unless said. */
export function child(
  name: string,
  dimensions: Readonly<Record<string, string>>,
  changes: Partial<RawAlarm> = {},
): RawAlarm {
  return {
    ...{ name, description: null, arn: null, accountId: null, region: null, state: 'ALARM', previousState: null },
    reason: saw(95),
    changedAt: '2026-11-23T03:00:00.000Z',
    ...{ afterMuteWindow: false, suppressedBy: null, threshold: 80, comparison: 'GreaterThanThreshold' },
    periodSeconds: 60,
    metrics: [watched('AWS/EC2', 'CPUUtilization', dimensions)],
    ...{ expressions: [], returned: [], contributor: null, composite: null },
    ...changes,
  };
}

export function saw(percent: number): string {
  const datapoint = `${percent.toFixed(1)} (23/11/26 02:59:00)`;
  return `Threshold Crossed: 1 datapoint [${datapoint}] was greater than the threshold (80.0).`;
}
