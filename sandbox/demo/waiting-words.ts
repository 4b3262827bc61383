import { availableParallelism, loadavg } from 'node:os';
import { type CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/** So many tasks for each CPU that want to run, beside the demo's own two. */
const BUSY = 2;

export interface Waiting {
  /** Percent of the instance's vCPUs in the latest period; null before the first. */
  readonly cpu: number | null;
  readonly alarmAt: number;
  readonly instanceId: string;
}

/** `i-0abc… is at 17 %, the alarm fires above 25 %`, and whether the machine has time for it. */
export function waitingWords({ cpu, alarmAt, instanceId }: Waiting, [load = 0] = loadavg()): string {
  const at = cpu === null ? 'has no metric yet' : `is at ${Math.round(cpu)} % CPU`;
  const cpus = availableParallelism();
  const busy =
    load > BUSY * cpus ? `; this machine is busy (load ${Math.round(load)} on ${cpus} CPUs), so it takes longer` : '';
  return `${instanceId} ${at}, the alarm fires above ${alarmAt} %${busy}`;
}

/** As CloudWatch has it, null before the first period. */
export async function latestCpu(cloudWatch: CloudWatchClient, instanceId: string): Promise<number | null> {
  const now = Date.now();
  const answer = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - 60_000),
      EndTime: new Date(now),
      MetricDataQueries: [
        {
          Id: 'cpu',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/EC2',
              MetricName: 'CPUUtilization',
              Dimensions: [{ Name: 'InstanceId', Value: instanceId }],
            },
            Period: 5,
            Stat: 'Average',
          },
        },
      ],
    }),
  );
  return answer.MetricDataResults?.[0]?.Values?.[0] ?? null;
}

export async function alarmState(cloudWatch: CloudWatchClient, alarmName: string): Promise<string> {
  const answer = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [alarmName] }));
  return answer.MetricAlarms?.[0]?.StateValue ?? 'INSUFFICIENT_DATA';
}
