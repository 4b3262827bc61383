import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { AlarmTopics } from '../sns/alarm-topics.ts';
import type { Alarm, AlarmConfiguration, AlarmState, AlarmStatus } from './alarm.ts';
import { evaluate } from './evaluate.ts';
import type { MetricStore } from './metric-store.ts';
import { alarmNotification } from './notification.ts';
import { reasonDataOf, reasonOf } from './reason.ts';

export interface HistoryItem {
  readonly alarmName: string;
  readonly at: Date;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
}

const MAX_ALARMS = 1000;
const MAX_HISTORY = 1000;

/** The alarms of the account: their states, and what is published when one changes. */
export class Alarms {
  private readonly context: Context;
  private readonly store: MetricStore;
  private readonly topics: AlarmTopics;
  private readonly alarms = new Map<string, Alarm>();
  private readonly pastChanges: HistoryItem[] = [];

  constructor(context: Context, store: MetricStore, topics: AlarmTopics) {
    this.context = context;
    this.store = store;
    this.topics = topics;
  }

  /** In order of their names, as DescribeAlarms gives them. */
  all(): readonly Alarm[] {
    return [...this.alarms.values()].sort((a, b) => (a.configuration.name < b.configuration.name ? -1 : 1));
  }

  /** Newest first. */
  history(): readonly HistoryItem[] {
    return this.pastChanges.toReversed();
  }

  /** A new alarm starts without data; an existing one keeps its state. */
  put(configuration: AlarmConfiguration): void {
    const { name } = configuration;
    const existing = this.alarms.get(name);
    if (existing) existing.configuration = configuration;
    else {
      if (this.alarms.size >= MAX_ALARMS)
        throw new AwsFault('LimitExceeded', 'The maximum number of alarms is reached.');
      const status: AlarmStatus = {
        value: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        reasonData: undefined,
        updatedAt: configuration.updatedAt,
      };
      this.alarms.set(name, { configuration, status });
    }
    this.record(name, 'ConfigurationUpdate', `Alarm "${name}" ${existing ? 'updated' : 'created'}`);
  }

  delete(names: readonly string[]): void {
    const unknown = names.filter((name) => !this.alarms.has(name));
    if (unknown.length > 0) throw notFound(unknown[0] ?? '');
    for (const name of names) this.alarms.delete(name);
  }

  /** SetAlarmState: published at once; the next evaluation puts the true state back. */
  set(name: string, state: AlarmState, reason: string, reasonData: string | undefined): void {
    const alarm = this.alarms.get(name);
    if (!alarm) throw notFound(name);
    this.change(alarm, state, reason, reasonData);
  }

  /** Judges every alarm by the metrics. */
  evaluate(): void {
    for (const alarm of this.alarms.values()) {
      const { configuration } = alarm;
      const points = this.store.find(configuration.metric)?.points ?? [];
      const evaluation = evaluate(configuration, points, this.context.now());
      if (evaluation.state === undefined) continue;
      const reason = reasonOf(configuration, evaluation.state, evaluation);
      const data = reasonDataOf(configuration, evaluation, new Date(this.context.now()));
      this.change(alarm, evaluation.state, reason, data);
    }
  }

  private change(alarm: Alarm, to: AlarmState, reason: string, reasonData: string | undefined): void {
    const from = alarm.status.value;
    // An alarm acts once per transition, however long it stays in a state.
    if (from === to) return;
    alarm.status = { value: to, reason, reasonData, updatedAt: new Date(this.context.now()) };
    const { name, arn, actions, actionsEnabled } = alarm.configuration;
    this.record(name, 'StateUpdate', `Alarm updated from ${from} to ${to}`);
    this.context.events.emit({ kind: 'alarm', name, from, to, reason });
    if (!actionsEnabled) return;
    const { subject, message } = alarmNotification(alarm, from, this.context.region, this.context.accountId);
    for (const topicArn of actions[to]) {
      this.record(name, 'Action', this.topics.publish(arn, topicArn, { subject, message }));
    }
  }

  private record(alarmName: string, type: HistoryItem['type'], summary: string): void {
    this.pastChanges.push({ alarmName, at: new Date(this.context.now()), type, summary });
    if (this.pastChanges.length > MAX_HISTORY) this.pastChanges.shift();
  }
}

function notFound(name: string): AwsFault {
  return new AwsFault('ResourceNotFound', `Alarm ${JSON.stringify(name)} does not exist`, { status: 404 });
}
