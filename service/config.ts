import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { V8_ENGINES } from './capture/capture-script.ts';
import { AppError } from './shared/errors.ts';
import { queueAddress } from './shared/queue-address.ts';
import { sourceUrlFault } from './shared/source-url.ts';
import { headOf, quoted } from './shared/text/untrusted.ts';

/** `a, b,c` → ['a', 'b', 'c']. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
/** What is said of a value that is refused is a part of a sentence: `PORT is "x"; it must be …`. */
const integer = (minimum: number, maximum: number, error = `must be a whole number from ${minimum} to ${maximum}`) => {
  return z.coerce.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error });
};
const word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' });
const topicArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/, 'is not the ARN of an SNS topic');

const queue = z.string().transform((text, context) => {
  const address = queueAddress(text);
  if (address !== undefined) return address;
  context.addIssue({ code: 'custom', message: 'is neither the address nor the ARN of an SQS queue' });
  return z.NEVER;
});

const sourceUrl = z.string().superRefine((template, context) => {
  const fault = sourceUrlFault(template);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

/** A number of proxies or their addresses; never "all", with which everybody could choose the address he has. */
const PROXIES = 'is neither a number of proxies (1 to 10) nor a list of their addresses';
const trustedProxies = z.union(
  [
    integer(1, 10, PROXIES),
    list.pipe(
      z.array(z.union([z.enum(['loopback', 'linklocal', 'uniquelocal']), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])),
    ),
  ],
  PROXIES,
);

/** Every variable, its default and its reason; docs/operations.md explains them for operators. */
const Environment = z.object({
  HOST: z.string().default('0.0.0.0'),
  PORT: integer(0, 65535).default(3000),
  DATA_DIR: z.string().default('data'),
  /** Base of the links in mails, kept without a slash at its end; by default the address we listen on. */
  PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
  LOG_LEVEL: word(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'is not the code of an AWS region')
    .default('us-east-1'),
  SNS_TOPIC_ARNS: list.pipe(z.array(topicArn).min(1, 'names no topic, so nothing would ever be accepted')),
  /** Queues to fetch notifications from: then the service needs no address that AWS reaches. */
  SQS_QUEUE_URLS: list.pipe(z.array(queue).min(1, 'names no queue')).default([]),
  /** Refuse SHA-1 signatures; the topics then need the attribute SignatureVersion=2. */
  SNS_REQUIRE_SIGNATURE_V2: z.stringbool({ error: 'must be true or false' }).default(false),
  /** Only for an emulator: where SNS signing certificates come from instead of AWS. */
  SNS_CERTIFICATE_ORIGIN: httpUrl.optional(),
  /** Where the report is announced as plain text, besides the mail. */
  REPORT_TOPIC_ARN: topicArn.optional(),
  MAIL_FROM: z.string().default('smokejumper@localhost'),
  MAIL_TO: list.default([]),
  /** Without it, mail goes through SES. */
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an address such as smtp://user:password@host:587' })
    .optional(),
  /** Long enough for ±1 point on an 11 % function at 99 Hz; short enough to be still there. */
  CAPTURE_SECONDS: integer(1, 300).default(30),
  /** 99, not 100: no lockstep with timers. */
  CAPTURE_HZ: integer(1, 999).default(99),
  /** From sending the commands to the common start: SSM needs some seconds to reach both. */
  CAPTURE_LEAD_SECONDS: integer(1, 60).default(8),
  /** Whether V8's own profiler may visit processes of an instance: it stops each for some tenths of a second, twice. */
  V8_ENGINE: word(V8_ENGINES).default('off'),
  V8_MAX_PROCESSES: integer(1, 16).default(4),
  /** Whether the script may install perf on an instance that has none: it changes the host, so somebody must say so. */
  CAPTURE_INSTALL_PERF: word(['off', 'on']).default('off'),
  /** Threads that analyze and draw: each takes one processor for some seconds an incident. */
  ANALYSIS_WORKERS: integer(1, 4).default(1),
  /** V8's heap in each of them; 2 × 100,000 samples take a quarter of it. */
  ANALYSIS_MEMORY_MB: integer(64, 65_536).default(1024),
  /** Graphs and report files that were made, kept for whoever asks again: 3 MB an incident. */
  CACHE_MB: integer(0, 65_536).default(256),
  PEERS: integer(1, 5).default(1),
  /** A tag whose values are groups of instances that no Auto Scaling group has: `Service`. EC2 takes 128 characters. */
  PEER_TAG: z
    .string()
    .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u, 'must be the key of a tag')
    .optional(),
  /** A freshly started instance is warming up and no fair peer. */
  PEER_MIN_AGE_SECONDS: integer(0, 86_400).default(600),
  /** AWS's, which runs any shell, or the one of `smokejumper script document`, which runs our scripts and no other. */
  SSM_DOCUMENT: z.string().default('AWS-RunShellScript'),
  /** Large results come back through it. */
  CAPTURE_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket')
    .optional(),
  /** Resolution asked of CloudWatch: 60 with detailed monitoring, 300 with basic. */
  METRIC_PERIOD_SECONDS: integer(1, 3600).default(60),
  /** Who sees the code around the findings; `off` also fetches none. */
  SOURCE_EXCERPTS: word(['off', 'pages', 'mail']).default('pages'),
  /** Where the code host shows a line. */
  SOURCE_URL: sourceUrl.optional(),
  MAX_CAPTURES_PER_GROUP_PER_DAY: integer(1, 1000).default(12),
  MAX_CAPTURES_PER_DAY: integer(1, 10_000).default(500),
  /** Incidents captured at the same time; others wait for their turn, fairly over groups. */
  MAX_CAPTURES_AT_ONCE: integer(1, 100).default(10),
  MAX_CAPTURES_AT_ONCE_PER_GROUP: integer(1, 100).default(1),
  MAX_CAPTURES_AT_ONCE_PER_ACCOUNT: integer(1, 100).default(10),
  /** An alarm that has waited longer than this is not captured any more: the fire it told of is another one now. */
  MAX_QUEUE_SECONDS: integer(10, 86_400).default(1800),
  /** Whether whoever got a report is told when its alarm is OK again. */
  ALL_CLEAR: word(['off', 'on']).default('on'),
  /** From a report to a second recording, when its alarm is still on; 0: none. */
  SECOND_CAPTURE_MINUTES: integer(0, 1440).default(15),
  /** Whether a healthy member of each group that alarms is recorded once a day, for incidents without a peer. */
  BASELINE: word(['off', 'daily']).default('off'),
  COOLDOWN_SECONDS: integer(0, 86_400).default(900),
  MAX_ALARM_AGE_SECONDS: integer(60, 86_400).default(900),
  /** How long incidents are kept; 0: for ever, as for the three below. */
  RETENTION_DAYS: integer(0, 36_500).default(400),
  /** Of all files together; beyond it the oldest incidents go. */
  RETENTION_MB: integer(0, 100_000_000).default(20_000),
  /** The body of a message is for looking into a fault; what became of it is kept longer. */
  NOTIFICATION_BODY_DAYS: integer(0, 36_500).default(30),
  NOTIFICATION_DAYS: integer(0, 36_500).default(400),
  /** Accounts whose instances our credentials reach; by default those of the topics. */
  ALARM_ACCOUNTS: list.pipe(z.array(z.string().regex(/^\d{12}$/, 'is not the number of an account'))).default([]),
  /** What holds for which alarms: docs/rules.md. Without it, the variables hold for all. */
  RULES_FILE: z.string().min(1, 'is empty').optional(),
  ALARM_INCLUDE: list.default([]),
  ALARM_EXCLUDE: list.default([]),
  /** Names under which the pages may be asked for, besides that of PUBLIC_URL: see `http/allowed-hosts.ts`. */
  HTTP_HOSTS: list
    .transform((names) => names.map((name) => name.toLowerCase()))
    .pipe(z.array(z.string().regex(/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/, 'is no host name')))
    .default([]),
  /** Whose `X-Forwarded-For` is believed. */
  TRUST_PROXY: trustedProxies.default([]),
  /** Whether pages and API may change incidents: there is no sign-in. */
  UI_CHANGES: z.enum(['off', 'on']).default('on'),
  /** `/readyz` warns before the disk is full. */
  MIN_FREE_MB: integer(1, 1_000_000_000).default(200),
  /** How late the oldest work may be before `/readyz` says so: a report takes a minute or two. */
  MAX_BACKLOG_SECONDS: integer(60, 86_400).default(1800),
});

export type Config = Readonly<z.infer<typeof Environment>>;

/** For commands that take no alarms, and for queues that no topic feeds: the topics may be missing. */
const WithoutTopics = Environment.extend({ SNS_TOPIC_ARNS: list.pipe(z.array(topicArn)).default([]) });

/**
 * Reads, checks and freezes the configuration. Throws `BAD_CONFIG` that lists every fault at once.
 * @param options `topics: 'optional'`: the caller listens to none.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  options: { readonly topics: 'needed' | 'optional' } = { topics: 'needed' },
): Config {
  // An empty variable is an unset one: that is how Compose and ECS files leave things out.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const topicsNeeded = options.topics === 'needed' && given.SQS_QUEUE_URLS === undefined;
  const parsed = (topicsNeeded ? Environment : WithoutTopics).safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${faultOf(issue, given)}`);
    throw new AppError('BAD_CONFIG', `The environment does not configure the service:\n${faults.join('\n')}`, {
      hint: 'docs/operations.md lists the variables.',
    });
  }
  const folder = parsed.data.DATA_DIR;
  return Object.freeze({ ...parsed.data, DATA_DIR: isAbsolute(folder) ? folder : resolve(folder) });
}

/** A password may be in it. */
const SECRET: readonly string[] = ['SMTP_URL'];
/** Of a value that is quoted. */
const MAX_QUOTED = 60;

/** `PORT is "70000"; it must be a whole number from 0 to 65535.` The value, or one of a list. */
function faultOf({ path, message }: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const [name, place] = path.map(String);
  const value = name === undefined ? undefined : given[name];
  if (name === undefined || value === undefined) return `${name ?? 'The environment'} is required but not set.`;
  if (SECRET.includes(name) || /:\/\/[^/]*@/.test(value)) return `${name} ${message}.`;
  const shown =
    place === undefined ? value : (value.split(',').filter((part) => part.trim() !== '')[Number(place)] ?? value);
  return `${name} ${place === undefined ? 'is' : 'has'} ${quoted(shortened(shown.trim()))}; it ${message}.`;
}

function shortened(value: string): string {
  return value.length <= MAX_QUOTED ? value : `${headOf(value, MAX_QUOTED - 1)}…`;
}
