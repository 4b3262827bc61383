import type { QueueFacts } from '../../incidents/queue/queue-poller.ts';
import { byLabel, type Family } from './prometheus-text.ts';

type Count = Exclude<keyof QueueFacts, 'name' | 'silentMs'>;

const COUNTERS: readonly (readonly [Count, string, string])[] = [
  [
    'received',
    'smokejumper_queue_received_total',
    'Messages that were fetched from a queue, each time that they came.',
  ],
  [
    'deleted',
    'smokejumper_queue_deleted_total',
    'Messages that were deleted from a queue: they are in the notification log.',
  ],
  [
    'refused',
    'smokejumper_queue_refused_total',
    'Messages of a queue that were refused for good, each time that they came.',
  ],
  [
    'returned',
    'smokejumper_queue_returned_total',
    'Messages of a queue that could not be handled then and come again.',
  ],
  ['failures', 'smokejumper_queue_failures_total', 'Calls of a queue that failed.'],
];

/** Of the queues that notifications are fetched from; nothing where there is none. */
export function queueFamilies(queues: readonly QueueFacts[]): Family[] {
  if (queues.length === 0) return [];
  const of = (value: (queue: QueueFacts) => number) =>
    Object.fromEntries(queues.map((queue) => [queue.name, value(queue)]));
  const counters = COUNTERS.map(([count, name, help]) =>
    byLabel(
      { name, help, type: 'counter' },
      'queue',
      of((queue) => queue[count]),
    ),
  );
  const silent: Omit<Family, 'samples'> = {
    name: 'smokejumper_queue_silent_seconds',
    help: 'Since a queue last answered; it does so every 20 s when it has nothing for us.',
    type: 'gauge',
  };
  return [
    ...counters,
    byLabel(
      silent,
      'queue',
      of(({ silentMs }) => silentMs / 1000),
    ),
  ];
}
