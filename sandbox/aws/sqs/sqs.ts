import type { Context } from '../context.ts';
import { policyAllows } from '../resource-policy.ts';
import { noQueue, overLimit, refused } from './faults.ts';
import { type Message, Queue } from './queue.ts';
import { readSettings } from './settings.ts';

const MAX_QUEUES = 1000;

/** SQS without its wire: the standard queues of the account. */
export class Sqs {
  private readonly context: Context;
  private readonly queues = new Map<string, Queue>();

  constructor(context: Context) {
    this.context = context;
  }

  all(): readonly Queue[] {
    return [...this.queues.values()];
  }

  /** Making a queue again with the same attributes gives the same one. */
  create(name: string, attributes: ReadonlyMap<string, string>): Queue {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
      throw refused(
        'InvalidParameterValue',
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length; the sandbox has no ' +
          'FIFO queues.',
        'InvalidParameterValueException',
      );
    }
    const settings = readSettings(attributes);
    const existing = this.queues.get(name);
    if (existing) {
      const differing = [...attributes].find(([key, value]) => existing.attributes.get(key) !== value);
      if (!differing) return existing;
      throw refused(
        'QueueAlreadyExists',
        `A queue already exists with the same name and a different value for attribute ${differing[0]}`,
        'QueueNameExists',
      );
    }
    if (this.queues.size >= MAX_QUEUES) throw overLimit('The sandbox keeps no more queues.');
    const queue = new Queue(this.context, name, settings);
    for (const [key, value] of attributes) queue.attributes.set(key, value);
    this.queues.set(name, queue);
    return queue;
  }

  setAttributes(queue: Queue, attributes: ReadonlyMap<string, string>): void {
    queue.settings = readSettings(new Map([...queue.attributes, ...attributes].filter(([, value]) => value !== '')));
    for (const [key, value] of attributes) queue.attributes.set(key, value);
  }

  /** Throws `QueueDoesNotExist`. */
  named(name: string): Queue {
    const queue = this.queues.get(name);
    if (!queue) throw noQueue();
    return queue;
  }

  /** By the account and name at the end of its address, whatever host it names. */
  byUrl(url: string): Queue {
    const [account, name] = url.split('/').slice(-2);
    if (account !== this.context.accountId || name === undefined) throw noQueue();
    return this.named(name);
  }

  byArn(arn: string): Queue | undefined {
    return this.all().find((queue) => queue.arn === arn);
  }

  delete(queue: Queue): void {
    this.queues.delete(queue.name);
  }

  /** Takes over a message that was received too often; false when there is no such queue. */
  bury(arn: string, message: Message): boolean {
    const queue = this.byArn(arn);
    queue?.put(message);
    return queue !== undefined;
  }

  /** What SNS does; the answer is the status that its delivery log would show. */
  takeFromTopic(queueArn: string, topicArn: string, body: string): string {
    const queue = this.byArn(queueArn);
    if (!queue) return '404: there is no such queue';
    const asked = {
      action: 'sqs:SendMessage',
      resource: queueArn,
      principal: 'sns.amazonaws.com',
      sourceArn: topicArn,
    };
    if (!policyAllows(queue.attributes.get('Policy'), asked)) {
      return '403: the policy of the queue does not let this topic send';
    }
    queue.send(body);
    return '200';
  }
}
