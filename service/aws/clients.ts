import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/** How long one try of a request may take, in milliseconds, and how many tries the SDK makes. */
export interface RequestLimits {
  /** Look-up of the name and the TCP connection. */
  readonly connectMs: number;
  /** From the start of a try to the head of the answer: connection, TLS handshake and upload included. */
  readonly answerMs: number;
  /** The same for a mail, of which the upload takes longest. */
  readonly mailAnswerMs: number;
  /** The same for a queue, that has to wait for its messages, 20 s at the longest. */
  readonly pollAnswerMs: number;
  /** Without a byte either way, as in the middle of a body. */
  readonly idleMs: number;
  readonly attempts: number;
}

/**
 * Beyond the SDK's 3 tries: alarms come when AWS is busy, too. More are up to the caller, who knows for how long it is
 * worth it; these, with pauses of 0.5, 1 and 2 s at most, leave room within `CALL_MS`. The SDK's own limits are none.
 */
export const REQUEST_LIMITS: RequestLimits = {
  connectMs: 3_000,
  answerMs: 8_000,
  // A mail of 4 MB goes out through 1.6 Mbit/s: it is not to be sent twice because the first try was slow.
  mailAnswerMs: 20_000,
  pollAnswerMs: 28_000,
  idleMs: 8_000,
  attempts: 4,
};

export type AwsClients = ReturnType<typeof createClients>;
/** Those that an incident asks about its alarm and its instances. */
export type PlaceClients = ReturnType<typeof createPlaceClients>;

/** Called before each request, unless what it gave last is still good for five minutes. */
export type Credentials = () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}>;

/**
 * All clients of one region; `AWS_ENDPOINT_URL` and the credentials come from the environment, as in every AWS tool.
 */
export function createClients(region: string, limits = REQUEST_LIMITS) {
  const { mailAnswerMs } = limits;
  const common = commonOf(region, limits);
  const { requestHandler } = common;
  return {
    ...placeClients(common),
    // A presigned upload must not carry the checksum of the empty body that it has when it is signed.
    s3: new S3Client({ ...common, requestChecksumCalculation: 'WHEN_REQUIRED' }),
    ses: new SESv2Client({ ...common, requestHandler: { ...requestHandler, requestTimeout: mailAnswerMs } }),
    sns: new SNSClient(common),
  };
}

/** Clients that use these credentials and no others. */
export function createPlaceClients(region: string, credentials: Credentials, limits = REQUEST_LIMITS) {
  return placeClients({ ...commonOf(region, limits), credentials });
}

function placeClients(common: ReturnType<typeof commonOf> & { readonly credentials?: Credentials }) {
  return {
    autoScaling: new AutoScalingClient(common),
    cloudWatch: new CloudWatchClient(common),
    ec2: new EC2Client(common),
    ssm: new SSMClient(common),
  };
}

/** Who we are, and roles of others; the answers of one region's are good in all. */
export function createStsClient(region: string, limits = REQUEST_LIMITS): STSClient {
  return new STSClient(commonOf(region, limits));
}

/**
 * A client for queues, of which each may be elsewhere. `endpoint`: of a queue that only its own address reaches.
 * Otherwise the host in a queue's address is not asked: `AWS_ENDPOINT_URL` would then be none of its business.
 */
export function createQueueClient(region: string, endpoint: string | null, limits = REQUEST_LIMITS): SQSClient {
  const common = commonOf(region, limits);
  // Nothing comes while a poll waits.
  const waiting = { requestTimeout: limits.pollAnswerMs, socketTimeout: limits.pollAnswerMs };
  const requestHandler = { ...common.requestHandler, ...waiting };
  return new SQSClient({
    ...common,
    requestHandler,
    ...(endpoint === null ? { useQueueUrlAsEndpoint: false } : { endpoint }),
  });
}

function commonOf(region: string, { connectMs, answerMs, idleMs, attempts }: RequestLimits) {
  const requestHandler = {
    connectionTimeout: connectMs,
    requestTimeout: answerMs,
    // Else a request that takes too long is only logged.
    throwOnRequestTimeout: true,
    socketTimeout: idleMs,
  };
  return { region, maxAttempts: attempts, requestHandler };
}
