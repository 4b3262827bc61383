import { policyAllows } from '../resource-policy.ts';
import type { Publication, Sns } from './sns.ts';

/** Where alarms publish: the topics of all places, of which CloudWatch reaches those of the alarm's own region. */
export class AlarmTopics {
  private readonly places: Sns[] = [];

  add(sns: Sns): void {
    this.places.push(sns);
  }

  /**
   * Publishes for an alarm. A topic of another account must let CloudWatch do that by its policy, one of the alarm's
   * own need not. Gives what CloudWatch notes in the history of the alarm.
   */
  publish(alarmArn: string, topicArn: string, publication: Publication): string {
    const failed = `Failed to execute action ${topicArn}`;
    const sns = this.places.find((each) => each.topics.find(topicArn));
    const topic = sns?.topics.find(topicArn);
    const [alarmPlace, topicPlace] = [placeOf(alarmArn), placeOf(topicArn)];
    if (!sns || !topic || alarmPlace.region !== topicPlace.region) return failed;
    const asked = {
      action: 'sns:Publish',
      resource: topicArn,
      principal: 'cloudwatch.amazonaws.com',
      sourceArn: alarmArn,
    };
    const isOwn = alarmPlace.accountId === topicPlace.accountId;
    if (!isOwn && !policyAllows(topic.attributes.get('Policy'), asked)) {
      const denied = `Resource: ${alarmArn} is not authorized to perform: SNS:Publish on resource: ${topicArn}`;
      return `${failed}. Received error: "${denied}"`;
    }
    sns.publish(topic, publication);
    return `Successfully executed action ${topicArn}`;
  }
}

function placeOf(arn: string): { readonly region: string; readonly accountId: string } {
  const [, , , region = '', accountId = ''] = arn.split(':');
  return { region, accountId };
}
