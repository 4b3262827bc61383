/** Where an SQS queue is, out of its address or its ARN. */
export interface QueueAddress {
  /** `https://sqs.eu-west-1.amazonaws.com/123456789012/cpu-alarms` */
  readonly url: string;
  /** Of a private address: only it reaches the queue. */
  readonly endpoint: string | null;
  /** Null where the address does not tell, as that of an emulator. */
  readonly region: string | null;
  readonly accountId: string;
  readonly name: string;
}

const REGION = '([a-z]{2,4}(?:-[a-z]+)+-\\d+)';
const NAME = '([A-Za-z0-9_-]{1,80}(?:\\.fifo)?)';
const ARN = new RegExp(`^arn:(aws[a-z-]*):sqs:${REGION}:(\\d{12}):${NAME}$`);
const PATH = new RegExp(`^/(\\d{12})/${NAME}$`);
const DOMAIN = '(?:amazonaws\\.com|amazonaws\\.com\\.cn|amazonaws\\.eu|api\\.aws)';
/** Every form of host that AWS has given to SQS: today's, FIPS, dual stack, private, and the oldest. */
const HOSTS: readonly RegExp[] = [
  new RegExp(`^sqs(?:-fips)?\\.${REGION}\\.${DOMAIN}$`),
  new RegExp(`^vpce-[a-z0-9-]+\\.sqs\\.${REGION}\\.vpce\\.${DOMAIN}$`),
  new RegExp(`^${REGION}\\.queue\\.amazonaws\\.com(?:\\.cn)?$`),
];

/** Undefined for what is neither the address nor the ARN of a queue. */
export function queueAddress(text: string): QueueAddress | undefined {
  const [, partition = '', region, accountId, name] = ARN.exec(text) ?? [];
  if (region !== undefined && accountId !== undefined && name !== undefined) {
    const url = `https://sqs.${region}.${domainOf(partition)}/${accountId}/${name}`;
    return { url, endpoint: null, region, accountId, name };
  }
  return URL.canParse(text) ? fromUrl(new URL(text)) : undefined;
}

function fromUrl(url: URL): QueueAddress | undefined {
  const [, accountId, name] = PATH.exec(url.pathname) ?? [];
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (accountId === undefined || name === undefined || !isPlain) return undefined;
  const region = url.protocol === 'https:' && url.port === '' ? regionOf(url.hostname) : undefined;
  // An emulator's: AWS speaks no plain HTTP in addresses that it gives.
  if (region === undefined && url.protocol !== 'http:') return undefined;
  const endpoint = url.hostname.startsWith('vpce-') ? url.origin : null;
  return { url: url.href, endpoint, region: region ?? null, accountId, name };
}

function regionOf(host: string): string | undefined {
  if (host === 'queue.amazonaws.com') return 'us-east-1';
  return HOSTS.map((shape) => shape.exec(host)?.[1]).find((region) => region !== undefined);
}

function domainOf(partition: string): string {
  if (partition === 'aws-cn') return 'amazonaws.com.cn';
  return partition === 'aws-eusc' ? 'amazonaws.eu' : 'amazonaws.com';
}

/** `region`: where the address does not tell. */
export function queueArn({ region: told, accountId, name }: QueueAddress, region: string): string {
  const place = told ?? region;
  return `arn:${partitionOf(place)}:sqs:${place}:${accountId}:${name}`;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}
