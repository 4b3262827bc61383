import { ConfirmSubscriptionCommand, PublishCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { SubscriptionsPort } from '../incidents/ports.ts';
import { awsError } from './errors.ts';

/** `SubscriptionsPort` over SNS. */
export function createSubscriptions(sns: SNSClient): SubscriptionsPort {
  return {
    async confirm(topicArn, token) {
      try {
        // 'true': only the owner's account may unsubscribe, not everybody who holds an UnsubscribeURL.
        const answer = await sns.send(
          new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: token, AuthenticateOnUnsubscribe: 'true' }),
        );
        return answer.SubscriptionArn ?? '';
      } catch (cause) {
        throw awsError('SNS_CONFIRM_FAILED', `Confirming the subscription to ${topicArn}`, cause);
      }
    },
    async subscribe(topicArn, endpoint) {
      try {
        const answer = await sns.send(
          new SubscribeCommand({
            TopicArn: topicArn,
            Protocol: endpoint.startsWith('https:') ? 'https' : 'http',
            Endpoint: endpoint,
            ReturnSubscriptionArn: true,
          }),
        );
        return answer.SubscriptionArn ?? '';
      } catch (cause) {
        throw awsError('SNS_SUBSCRIBE_FAILED', `Subscribing ${endpoint} to ${topicArn}`, cause);
      }
    },
    async publish(topicArn, subject, message) {
      try {
        await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }));
      } catch (cause) {
        throw awsError('SNS_PUBLISH_FAILED', `Publishing to ${topicArn}`, cause);
      }
    },
  };
}
