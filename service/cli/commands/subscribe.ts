import { createClients } from '../../aws/clients.ts';
import { createSubscriptions } from '../../aws/subscriptions.ts';
import { readConfig } from '../../config.ts';
import { parseCommand, usageError } from '../usage.ts';

/**
 * `smokejumper subscribe`: asks SNS to deliver each topic of `SNS_TOPIC_ARNS` to the service; the
 * endpoint is `PUBLIC_URL`/sns unless given. The running service confirms by itself.
 */
export async function runSubscribe(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('subscribe', args);
  if (positionals.length > 0) throw usageError(`subscribe takes no argument ${JSON.stringify(positionals[0])}.`);
  const config = readConfig(process.env);
  if (config.SNS_TOPIC_ARNS.length === 0) throw usageError('subscribe needs SNS_TOPIC_ARNS in the environment.');
  const endpoint = values.endpoint ?? (config.PUBLIC_URL && `${config.PUBLIC_URL}/sns`);
  if (endpoint === undefined) throw usageError('subscribe needs PUBLIC_URL in the environment, or --endpoint URL.');
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw usageError(`--endpoint must be an http(s) address, not ${JSON.stringify(endpoint)}.`);
  }
  const subscriptions = createSubscriptions(createClients(config.AWS_REGION).sns);
  const made: { readonly topicArn: string; readonly subscriptionArn: string }[] = [];
  for (const topicArn of config.SNS_TOPIC_ARNS) {
    const subscriptionArn = await subscriptions.subscribe(topicArn, endpoint);
    process.stderr.write(`asked SNS to deliver ${topicArn} to ${endpoint}\n`);
    made.push({ topicArn, subscriptionArn });
    if (!values.json) process.stdout.write(`${subscriptionArn}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ endpoint, subscriptions: made }, null, 2)}\n`);
  process.stderr.write('A running service confirms within seconds; see /notifications.\n');
  return 0;
}
