import type { SandboxFleet } from '../../fleet/instance.ts';
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts';
import type { HttpReply } from '../http-message.ts';
import type { Sns } from '../sns/sns.ts';
import type { Sqs } from '../sqs/sqs.ts';
import { overallStatus } from '../ssm/command.ts';
import type { Ssm } from '../ssm/ssm.ts';
import { html, htmlPage, table } from './html.ts';

const COMMANDS_SHOWN = 20;
const REFRESH_SECONDS = 5;

interface Shown {
  readonly cloudWatch: CloudWatch;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly ssm: Ssm;
}

/** What is going on, for a person who looks for a fault. */
export function overviewPage(fleet: SandboxFleet, { cloudWatch, sns, sqs, ssm }: Shown): HttpReply {
  const instances = fleet.instances.map((instance) => [
    instance.id,
    instance.groupName,
    instance.instanceType,
    instance.zone,
    instance.state,
    latestCpu(cloudWatch, instance.id),
  ]);
  const alarms = cloudWatch.alarms
    .all()
    .map(({ configuration, status }) => [configuration.name, status.value, status.reason, time(status.updatedAt)]);
  const subscriptions = sns.topics.all().flatMap((topic) => {
    const all = [...topic.subscriptions.values()];
    if (all.length === 0) return [[topic.name, '', 'no subscription', '']];
    return all.map((each) => [topic.name, each.protocol, each.endpoint, each.confirmed ? 'confirmed' : 'pending']);
  });
  const queues = sqs.all().map((queue) => {
    const { visible, inFlight, delayed } = queue.counts();
    return [queue.name, String(visible), String(inFlight), String(delayed)];
  });
  const commands = ssm
    .commands()
    .slice(0, COMMANDS_SHOWN)
    .map((command) => [
      time(command.requestedAt),
      [...command.invocations.keys()].join(' '),
      overallStatus(command).details,
      command.comment,
      command.id,
    ]);
  return htmlPage(
    'AWS sandbox',
    html`<h2>Fleet</h2>${table(['Instance', 'Group', 'Type', 'Zone', 'State', 'CPU %'], instances, 'No instances.')}
<h2>Alarms</h2>${table(['Alarm', 'State', 'Reason', 'Since'], alarms, 'No alarms.')}
<h2>Topics</h2>${table(['Topic', 'Protocol', 'Endpoint', 'State'], subscriptions, 'No topics.')}
<h2>Queues</h2>${table(['Queue', 'Visible', 'In flight', 'Delayed'], queues, 'No queues.')}
<h2>Commands</h2>${table(['Sent', 'Instance', 'Status', 'Comment', 'Id'], commands, 'No commands.')}`,
    { refreshSeconds: REFRESH_SECONDS },
  );
}

function latestCpu(cloudWatch: CloudWatch, instanceId: string): string {
  const dimensions = [{ name: 'InstanceId', value: instanceId }];
  const point = cloudWatch.metrics.find({ namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions })?.points.at(-1);
  return point ? point.sum.toFixed(1) : '';
}

function time(date: Date): string {
  return date.toISOString().slice(11, 19);
}
