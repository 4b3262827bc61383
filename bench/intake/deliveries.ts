export const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cpu';

/** What CloudWatch writes for a CPU alarm of a group; about 1.2 kB. */
export function alarmMessage(changedAt: string, group = 'web-prod', name = 'web CPU'): string {
  return JSON.stringify({
    AlarmName: name,
    AlarmDescription: 'CPU of the web group is above 50 % for a minute',
    AWSAccountId: '123456789012',
    AlarmConfigurationUpdatedTimestamp: '2026-11-20T10:00:00.000+0000',
    NewStateValue: 'ALARM',
    NewStateReason:
      'Threshold Crossed: 1 out of the last 1 datapoints [71.0 (23/11/26 02:59:00)] was greater than the ' +
      'threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).',
    StateChangeTime: changedAt.replace('Z', '+0000'),
    Region: 'US East (N. Virginia)',
    AlarmArn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`,
    OldStateValue: 'OK',
    OKActions: [TOPIC],
    AlarmActions: [TOPIC],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: 'CPUUtilization',
      Namespace: 'AWS/EC2',
      StatisticType: 'Statistic',
      Statistic: 'AVERAGE',
      Unit: null,
      Dimensions: [{ value: group, name: 'AutoScalingGroupName' }],
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 50,
      TreatMissingData: 'missing',
      EvaluateLowSampleCountPercentile: '',
    },
  });
}
