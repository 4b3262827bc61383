import { AwsFault } from '../aws-fault.ts';

/** `code`: what the query protocol says; `shape`: what JSON says, where that differs. */
export function refused(code: string, message: string, shape = code): AwsFault {
  return new AwsFault(code, message, { shape });
}

export const overLimit = (message: string) => refused('OverLimit', message);

export const noQueue = () =>
  refused('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.', 'QueueDoesNotExist');

export const badAttribute = (name: string) =>
  refused('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
