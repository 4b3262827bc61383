import { ConfirmSubscriptionCommand, PublishCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { SubscriptionsPort } from '../incidents/ports.ts';
import { callAws } from './call.ts';
import { INSIDE_RETRIES, onlyOnce } from './fault.ts';

/** `SubscriptionsPort` over SNS. */
export function createSubscriptions(sns: SNSClient, ms?: number): SubscriptionsPort {
  return {
    async confirm(topicArn, token, signal) {
      const doing = `Confirming the subscription to ${topicArn}`;
      // 'true': only the owner's account may unsubscribe, not everybody who holds an UnsubscribeURL.
      const input = { TopicArn: topicArn, Token: token, AuthenticateOnUnsubscribe: 'true' };
      const call = { code: 'SNS_CONFIRM_FAILED', doing, api: 'ConfirmSubscription', ms, signal };
      const answer = await callAws(call, (sending) => sns.send(new ConfirmSubscriptionCommand(input), sending));
      return answer.SubscriptionArn ?? '';
    },
    async subscribe(topicArn, endpoint, signal) {
      const doing = `Subscribing ${endpoint} to ${topicArn}`;
      const Protocol = endpoint.startsWith('https:') ? 'https' : 'http';
      const input = { TopicArn: topicArn, Protocol, Endpoint: endpoint, ReturnSubscriptionArn: true };
      const call = { code: 'SNS_SUBSCRIBE_FAILED', doing, api: 'Subscribe', ms, signal };
      const answer = await callAws(call, (sending) => sns.send(new SubscribeCommand(input), sending));
      return answer.SubscriptionArn ?? '';
    },
    async publish(topicArn, subject, message, signal) {
      const command = new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message });
      command.middlewareStack.add(onlyOnce, INSIDE_RETRIES);
      const call = { code: 'SNS_PUBLISH_FAILED', doing: `Publishing to ${topicArn}`, api: 'Publish', ms, signal };
      await callAws(call, (sending) => sns.send(command, sending));
    },
  };
}
