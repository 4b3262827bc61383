import type { Alarm } from './alarm.ts';

/** The partitions of the AWS models and the domain their service hosts end with. */
const DOMAIN: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
};

const PARTITION = '(aws|aws-cn|aws-us-gov|aws-eusc):';
const REGION_AND_ACCOUNT = ':([a-z]{2,4}(?:-[a-z]+)+-\\d+):(\\d{12}):';
const TOPIC = new RegExp(`^arn:${PARTITION}sns${REGION_AND_ACCOUNT}[A-Za-z0-9_-]{1,256}(?:\\.fifo)?$`);
const QUEUE = new RegExp(`^arn:${PARTITION}sqs${REGION_AND_ACCOUNT}[A-Za-z0-9_-]{1,80}(?:\\.fifo)?$`);
/** Alarm names may hold anything, colons and line ends included; CloudWatch allows 255 characters. */
const ALARM = new RegExp(`^arn:${PARTITION}cloudwatch${REGION_AND_ACCOUNT}alarm:.{1,255}$`, 's');

/** IAM: a role has no region; paths and names of 64 characters, 512 with the path. */
const ROLE = new RegExp(`^arn:${PARTITION}iam::(\\d{12}):role/[\\w+=,.@/-]{1,576}$`);

export interface ArnPlace {
  /** What service hosts in this partition end with: `amazonaws.com`. */
  readonly domain: string;
  readonly region: string;
  readonly accountId: string;
}

/** Where an SNS topic lives; undefined when the text is not the ARN of one. */
export function topicPlace(arn: string): ArnPlace | undefined {
  return place(TOPIC, arn);
}

/** Where that lives which brought a message, a topic or a queue; undefined when the text is the ARN of neither. */
export function sourcePlace(arn: string): ArnPlace | undefined {
  return place(TOPIC, arn) ?? place(QUEUE, arn);
}

/** Where a CloudWatch alarm lives; undefined when the text is not the ARN of one. */
export function alarmPlace(arn: string): ArnPlace | undefined {
  return place(ALARM, arn);
}

/** The account of an IAM role; undefined when the text is not the ARN of one. */
export function rolePlace(arn: string): Pick<ArnPlace, 'accountId'> | undefined {
  const accountId = ROLE.exec(arn)?.[2];
  return accountId === undefined ? undefined : { accountId };
}

function place(shape: RegExp, arn: string): ArnPlace | undefined {
  const [, partition, region, accountId] = shape.exec(arn) ?? [];
  const domain = DOMAIN[partition ?? ''];
  if (domain === undefined || region === undefined || accountId === undefined) return undefined;
  return { domain, region, accountId };
}

type Named = Pick<Alarm, 'arn' | 'accountId' | 'region' | 'name' | 'contributor'>;
type Place = Pick<Alarm, 'accountId' | 'region'>;

const OF_ARN = /^arn:[^:]+:cloudwatch:(?<region>[^:]+):(?<accountId>\d{12}):/;
const OF_NAME = /^(?:(?<region>[a-z0-9]+(?:-[a-z0-9]+)+)|-)\/(?:(?<accountId>\d{12})|-)\//;

/** The ARN, or region/account/name, then `#` and the contributor. */
export function alarmKey({ arn, accountId, region, name, contributor }: Named): string {
  const base = arn ?? `${region ?? '-'}/${accountId ?? '-'}/${name}`;
  return contributor ? `${base}#${contributor.id}` : base;
}

/** Where the alarm is that has this key; null where its message did not say. */
export function placeOfKey(key: string): Place {
  const { region = null, accountId = null } = (OF_ARN.exec(key) ?? OF_NAME.exec(key))?.groups ?? {};
  return { accountId, region };
}
