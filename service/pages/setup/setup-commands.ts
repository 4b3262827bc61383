/** What an operator types to get the first alarm here, with what the configuration knows filled in. */

export interface SetupFacts {
  /** Of `SNS_TOPIC_ARNS`. */
  readonly topicArns: readonly string[];
  /** `PUBLIC_URL`, without a slash at its end; null where it is not set. */
  readonly publicUrl: string | null;
  /** The first of `SQS_QUEUE_URLS`, from which the service fetches. */
  readonly queueArn?: string;
  /** Where the service works. */
  readonly region: string;
}

export interface SetupCommands {
  /** One for each topic. */
  readonly subscribe: readonly string[];
  /** For instances that the group starts from then on, and for one that runs already. */
  readonly tag: string;
  readonly tagOne: string;
  readonly alarm: string;
  readonly test: string;
}

/** Stands for what only the operator knows; in capitals, so that nobody takes it for a value. */
const GROUP = 'GROUP';
const INSTANCE = 'INSTANCE_ID';
const TOPIC = 'TOPIC_ARN';
const ADDRESS = 'https://SMOKEJUMPER.EXAMPLE.COM';
/** Few services listen to more; `smokejumper subscribe` takes them all. */
const MAX_TOPICS = 5;

export function setupCommands({ topicArns, publicUrl, queueArn, region }: SetupFacts): SetupCommands {
  const topics = topicArns.length === 0 ? [TOPIC] : topicArns.slice(0, MAX_TOPICS);
  const [topic = TOPIC] = topics;
  const endpoint = queueArn ?? `${publicUrl ?? ADDRESS}/sns`;
  const protocol = queueArn === undefined ? (endpoint.startsWith('http://') ? 'http' : 'https') : 'sqs';
  const name = `${GROUP}-cpu-high`;
  return {
    subscribe: topics.map((arn) =>
      command('aws sns subscribe', [
        ['--region', regionOf(arn) ?? region],
        ['--topic-arn', arn],
        ['--protocol', protocol],
        ['--notification-endpoint', endpoint],
      ]),
    ),
    tag: command('aws autoscaling create-or-update-tags', [
      ['--region', region],
      [
        '--tags',
        `ResourceId=${GROUP},ResourceType=auto-scaling-group,Key=profiling,Value=allowed,PropagateAtLaunch=true`,
      ],
    ]),
    tagOne: command('aws ec2 create-tags', [
      ['--region', region],
      ['--resources', INSTANCE],
      ['--tags', 'Key=profiling,Value=allowed'],
    ]),
    alarm: command('aws cloudwatch put-metric-alarm', [
      ['--region', region],
      ['--alarm-name', name],
      ['--namespace', 'AWS/EC2'],
      ['--metric-name', 'CPUUtilization'],
      ['--dimensions', `Name=AutoScalingGroupName,Value=${GROUP}`],
      ['--statistic', 'Maximum'],
      ['--period', '60'],
      ['--evaluation-periods', '2'],
      ['--threshold', '80'],
      ['--comparison-operator', 'GreaterThanThreshold'],
      ['--alarm-actions', topic],
      ['--ok-actions', topic],
    ]),
    test: command('aws cloudwatch set-alarm-state', [
      ['--region', region],
      ['--alarm-name', name],
      ['--state-value', 'ALARM'],
      ['--state-reason', 'A test of Smokejumper'],
    ]),
  };
}

/** `arn:aws:sns:REGION:ACCOUNT:NAME`. */
function regionOf(arn: string): string | undefined {
  return arn.split(':')[3];
}

/** Options two to a line would not fit a phone; a line each can be read and pasted. */
function command(head: string, options: readonly (readonly [name: string, value: string])[]): string {
  return [head, ...options.map(([name, value]) => `  ${name} ${shellWord(value)}`)].join(' \\\n');
}

/** An address from the environment may hold anything; what is pasted into a shell must stay one word. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
