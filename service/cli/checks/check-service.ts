import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { type AwsClients, createQueueClient } from '../../aws/clients.ts';
import { awsError } from '../../aws/errors.ts';
import { createUploads } from '../../aws/uploads.ts';
import { openStoreToLook } from '../../compose.ts';
import type { Config } from '../../config.ts';
import { verifySmtp } from '../../mail/verify-smtp.ts';
import { AppError } from '../../shared/errors.ts';
import { queueArn } from '../../shared/queue-address.ts';
import { placeChecks } from './check-places.ts';
import { checkQueue } from './check-queue.ts';
import { type Check, missing, note, ok } from './run-checks.ts';

/** Alarms that are looked at; more are unusual on one topic, and a doctor should not take minutes. */
const ALARM_PAGES = 10;
const PROBE = 'smokejumper doctor';

/** Checks of what the service itself needs. */
export function serviceChecks(config: Config, aws: AwsClients): Check[] {
  return [
    { name: 'data folder', run: () => checkData(config) },
    ...config.SNS_TOPIC_ARNS.map((arn) => ({ name: 'topic', run: () => checkTopic(config, aws, arn) })),
    ...config.SQS_QUEUE_URLS.map((queue) => ({
      name: 'queue',
      run: () => checkQueue(createQueueClient(queue.region ?? config.AWS_REGION, queue.endpoint), queue),
    })),
    { name: 'alarms', run: () => checkAlarms(config, aws) },
    ...placeChecks(config, aws),
    { name: 'bucket', run: () => checkBucket(config, aws) },
    { name: 'mail', run: () => checkMail(config) },
  ];
}

async function checkData(config: Config) {
  const folder = config.DATA_DIR;
  let nearest = folder;
  while (!existsSync(nearest) && nearest !== dirname(nearest)) nearest = dirname(nearest);
  try {
    await access(`${nearest}/.`, constants.W_OK);
  } catch (cause) {
    throw new AppError('DATA_UNWRITABLE', `${nearest} is not a folder that this user may write to.`, {
      cause,
      hint: 'Set DATA_DIR to a folder that the user who runs the service may write to.',
    });
  }
  if (!existsSync(join(folder, 'smokejumper.sqlite'))) return ok(`${folder} will be created`);
  let opened: ReturnType<typeof openStoreToLook>;
  try {
    opened = openStoreToLook(config);
  } catch (error) {
    if (error instanceof AppError && error.code === 'SCHEMA_TOO_OLD') return note(error.message, error.hint);
    throw error;
  }
  const { db, store } = opened;
  try {
    const { incidents } = await store.counts();
    const total = Object.values(incidents).reduce((sum, count) => sum + count, 0);
    return ok(`${folder} holds ${total} incidents`);
  } finally {
    db.close();
  }
}

/** Asking about a topic needs rights that the service can do without: what is not allowed is only noted. */
async function checkTopic(config: Config, aws: AwsClients, topicArn: string) {
  const results = [];
  try {
    const { Attributes } = await aws.sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    const version = Attributes?.SignatureVersion ?? '1';
    if (version !== '2' && config.SNS_REQUIRE_SIGNATURE_V2) {
      throw new AppError('TOPIC_SIGNS_SHA1', `${topicArn} signs with SHA-1, which SNS_REQUIRE_SIGNATURE_V2 refuses.`, {
        hint: 'Set the attribute SignatureVersion of the topic to 2.',
      });
    }
    results.push(ok(`${topicArn}, signature version ${version}${version === '2' ? '' : ' (2 is safer)'}`));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const error = awsError('TOPIC_UNKNOWN', `Asking about ${topicArn}`, cause);
    // NotFound is `never`: then no alarm will ever come this way.
    if (error.retry === 'never') throw error;
    return note(`${error.message} The service itself does not need this right.`);
  }
  results.push(await subscription(config, aws, topicArn));
  return results;
}

async function subscription(config: Config, aws: AwsClients, topicArn: string) {
  const queues = config.SQS_QUEUE_URLS.map((queue) => queueArn(queue, config.AWS_REGION));
  const endpoints = [...queues, ...(config.PUBLIC_URL === undefined ? [] : [`${config.PUBLIC_URL}/sns`])];
  if (endpoints.length === 0) {
    return note('cannot tell whether SNS delivers to this service', 'Set PUBLIC_URL to its address.');
  }
  try {
    const { Subscriptions = [] } = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    const own = Subscriptions.find(({ Endpoint = '' }) => endpoints.includes(Endpoint));
    if (own === undefined) {
      return missing(
        `nothing is delivered to ${endpoints.join(' or ')} yet`,
        queues.length > 0 ? 'Subscribe the queue to the topic.' : 'Run smokejumper subscribe, while the service runs.',
      );
    }
    if (own.SubscriptionArn?.startsWith('arn:')) return ok(`delivers to ${own.Endpoint}`);
    return missing(
      `the subscription of ${own.Endpoint} is waiting for confirmation`,
      'The service confirms it by itself: check that it runs and that AWS reaches that address, then subscribe again.',
    );
  } catch (cause) {
    return note(awsError('TOPIC_UNKNOWN', `Listing the subscriptions of ${topicArn}`, cause).message);
  }
}

async function checkAlarms(config: Config, aws: AwsClients) {
  const ours = (actions: readonly string[] | undefined) =>
    (actions ?? []).some((arn) => config.SNS_TOPIC_ARNS.includes(arn));
  const names: string[] = [];
  const silent: string[] = [];
  try {
    let pages = 0;
    for await (const page of paginateDescribeAlarms({ client: aws.cloudWatch, pageSize: 100 }, {})) {
      for (const alarm of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])]) {
        if (!ours(alarm.AlarmActions)) continue;
        names.push(alarm.AlarmName ?? '');
        if (!ours(alarm.OKActions)) silent.push(alarm.AlarmName ?? '');
      }
      if (++pages === ALARM_PAGES) break;
    }
  } catch (cause) {
    throw awsError('ALARMS_UNKNOWN', 'Listing the alarms', cause);
  }
  if (names.length === 0 && config.SNS_TOPIC_ARNS.length === 0) {
    return note(
      'whether alarms reach the queue without a topic of yours cannot be told',
      'Try it: aws cloudwatch set-alarm-state.',
    );
  }
  if (names.length === 0) {
    return missing(
      'no alarm publishes to the topics: nothing will ever fire',
      'Give a CPU alarm one of the topics as ALARM and OK action (docs/operations.md, "Setting it up").',
    );
  }
  const found = ok(`${names.length} publish to the topics: ${names.slice(0, 5).join(', ')}`);
  if (silent.length === 0) return found;
  return [
    found,
    note(
      `${silent.slice(0, 5).join(', ')}: without an OK action an incident stays open for an hour`,
      'Add the topic as OK action.',
    ),
  ];
}

/** The whole way, with a few bytes: an address, an upload to it, reading and removing it. */
async function checkBucket(config: Config, aws: AwsClients) {
  const bucket = config.CAPTURE_BUCKET;
  if (bucket === undefined) {
    return note(
      'a large result needs hundreds of commands',
      'Set CAPTURE_BUCKET (docs/operations.md, "Large results").',
    );
  }
  const uploads = createUploads(aws.s3, bucket);
  const key = 'captures/doctor';
  const sha256 = createHash('sha256').update(PROBE).digest('hex');
  const { url, checksum } = await uploads.address(key, { bytes: PROBE.length, sha256 }, 60);
  const { status } = await fetch(url, { method: 'PUT', body: PROBE, headers: { 'x-amz-checksum-sha256': checksum } });
  if (status !== 200) {
    throw new AppError('BUCKET_UNUSABLE', `${bucket} answers an upload with status ${status}.`, {
      hint: 'Check that it exists in AWS_REGION, and s3:PutObject on its captures/* (docs/operations.md).',
    });
  }
  await uploads.get(key, PROBE.length);
  await uploads.remove(key);
  return ok(`${bucket} takes uploads, gives and removes them`);
}

async function checkMail(config: Config) {
  const to = config.MAIL_TO.join(', ');
  if (to === '' && config.REPORT_TOPIC_ARN === undefined) {
    return missing('nobody is told of a report', 'Set MAIL_TO or REPORT_TOPIC_ARN.');
  }
  if (to === '') return ok(`announced to ${config.REPORT_TOPIC_ARN}`);
  if (config.SMTP_URL === undefined) {
    return note(
      `${config.MAIL_FROM} → ${to} through SES; only sending a mail shows whether SES accepts the sender`,
      'Try it: smokejumper doctor --send-mail.',
    );
  }
  await verifySmtp(config.SMTP_URL);
  return ok(`${config.MAIL_FROM} → ${to} through ${new URL(config.SMTP_URL).host}`);
}
