import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';

/** Beyond the SDK's 3: alarms come when AWS is busy, too. */
const MAX_ATTEMPTS = 6;

export type AwsClients = ReturnType<typeof createClients>;

/**
 * All clients of one region; `AWS_ENDPOINT_URL` and the credentials come from the environment, as in every AWS tool.
 */
export function createClients(region: string) {
  const common = { region, maxAttempts: MAX_ATTEMPTS };
  return {
    autoScaling: new AutoScalingClient(common),
    cloudWatch: new CloudWatchClient(common),
    ec2: new EC2Client(common),
    // A presigned upload must not carry the checksum of the empty body that it has when it is signed.
    s3: new S3Client({ ...common, requestChecksumCalculation: 'WHEN_REQUIRED' }),
    ses: new SESv2Client(common),
    sns: new SNSClient(common),
    ssm: new SSMClient(common),
  };
}
