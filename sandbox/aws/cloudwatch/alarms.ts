import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';
import type { AlarmTopics } from '../sns/alarm-topics.ts';
import type {
  Alarm,
  AlarmConfiguration,
  AlarmState,
  AlarmStatus,
  AlarmType,
  CompositeAlarm,
  CompositeConfiguration,
  Contributor,
  MetricAlarm,
  TriggeringChild,
} from './alarm.ts';
import { changeOf, childrenOf, type Occasion } from './composite/composite-state.ts';
import { evaluate } from './evaluate.ts';
import { alarmNotFound, validationFault } from './faults.ts';
import type { InsightsQuery } from './insights/insights-query.ts';
import { evaluateSeries } from './insights/time-series.ts';
import type { MetricStore } from './metric-store.ts';
import { alarmNotification } from './notification.ts';
import { reasonDataOf, reasonOf } from './reason.ts';

export interface HistoryItem {
  readonly alarmName: string;
  readonly alarmType: AlarmType;
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

  find(name: string): Alarm | undefined {
    return this.alarms.get(name);
  }

  children(alarm: CompositeAlarm): readonly Alarm[] {
    return childrenOf(alarm, (name) => this.find(name));
  }

  /** The composite alarms whose rules name it. */
  parents(alarm: Alarm): readonly CompositeAlarm[] {
    const composites = [...this.alarms.values()].filter((each) => each.type === 'CompositeAlarm');
    return composites.filter((each) => this.children(each).includes(alarm));
  }

  /** A new alarm starts without data; an existing one keeps its state. */
  put(configuration: AlarmConfiguration): void {
    const existing = this.existing(configuration.name, 'MetricAlarm');
    if (existing) existing.configuration = configuration;
    else this.add({ type: 'MetricAlarm', configuration, status: initialStatus(configuration), contributors: [] });
    this.noteConfigured(configuration.name, existing !== undefined);
  }

  /** The same, but that its rule is evaluated at once. */
  putComposite(configuration: CompositeConfiguration): void {
    const existing = this.existing(configuration.name, 'CompositeAlarm');
    const status = initialStatus(configuration);
    const alarm: CompositeAlarm = existing ?? { type: 'CompositeAlarm', configuration, status, triggering: [] };
    if (existing) existing.configuration = configuration;
    else this.add(alarm);
    this.noteConfigured(configuration.name, existing !== undefined);
    this.settle(alarm, existing ? 'updated' : 'created');
  }

  enableActions(name: string, actionsEnabled: boolean): void {
    const alarm = this.alarms.get(name);
    if (!alarm) return;
    const updatedAt = new Date(this.context.now());
    if (alarm.type === 'MetricAlarm') alarm.configuration = { ...alarm.configuration, actionsEnabled, updatedAt };
    else alarm.configuration = { ...alarm.configuration, actionsEnabled, updatedAt };
    this.noteConfigured(name, true);
  }

  /** What exists of these is deleted, even where some of the names are wrong, which is then a fault. */
  delete(names: readonly string[]): void {
    const found = names.flatMap((name) => this.alarms.get(name) ?? []);
    if (found.filter(({ type }) => type === 'CompositeAlarm').length > 1) {
      throw validationFault('Only one composite alarm can be deleted in one call.');
    }
    for (const alarm of found) {
      const { name } = alarm.configuration;
      if (this.parents(alarm).length === 0) continue;
      throw validationFault(`Cannot delete ${name} as there are composite alarm(s) depending on it.`);
    }
    for (const alarm of found) this.alarms.delete(alarm.configuration.name);
    const unknown = names.find((name) => !found.some(({ configuration }) => configuration.name === name));
    if (unknown !== undefined) throw alarmNotFound(unknown);
  }

  /**
   * SetAlarmState: published at once. The next evaluation puts the true state back; that of a composite alarm is when
   * one of its children changes.
   */
  set(name: string, state: AlarmState, reason: string, reasonData: string | undefined): void {
    const alarm = this.alarms.get(name);
    if (!alarm) throw alarmNotFound(name);
    this.change(alarm, state, reason, reasonData, []);
  }

  /** Judges every metric alarm by the metrics. */
  evaluate(): void {
    for (const alarm of this.alarms.values()) {
      if (alarm.type !== 'MetricAlarm') continue;
      const { configuration } = alarm;
      if (configuration.query) {
        this.evaluateQuery(alarm, configuration.query);
        continue;
      }
      const points = this.store.find(configuration.metric)?.points ?? [];
      const evaluation = evaluate(configuration, points, this.context.now());
      if (evaluation.state === undefined) continue;
      const reason = reasonOf(configuration, evaluation.state, evaluation);
      const data = reasonDataOf(configuration, evaluation, new Date(this.context.now()));
      this.change(alarm, evaluation.state, reason, data, []);
    }
  }

  /** One message for the alarm, and one for each of its series that has changed. */
  private evaluateQuery(alarm: MetricAlarm, query: InsightsQuery): void {
    const before = new Map(alarm.contributors.map(({ id, state }) => [id, state]));
    const { state, reason, contributors } = evaluateSeries(alarm, query, this.store, this.context.now());
    alarm.contributors = query.groupBy.length === 0 ? [] : contributors;
    if (state !== undefined) this.change(alarm, state, reason, undefined, []);
    for (const contributor of alarm.contributors) {
      const from = before.get(contributor.id) ?? 'OK';
      if (contributor.state !== from) this.act(alarm, from, contributor);
    }
  }

  private existing(name: string, type: 'MetricAlarm'): MetricAlarm | undefined;
  private existing(name: string, type: 'CompositeAlarm'): CompositeAlarm | undefined;
  private existing(name: string, type: AlarmType): Alarm | undefined {
    const found = this.alarms.get(name);
    if (found === undefined || found.type === type) return found;
    throw validationFault(`There is an alarm of the type ${found.type} with the name ${name} already.`);
  }

  private add(alarm: Alarm): void {
    if (this.alarms.size >= MAX_ALARMS) throw new AwsFault('LimitExceeded', 'The maximum number of alarms is reached.');
    this.alarms.set(alarm.configuration.name, alarm);
  }

  private settle(alarm: CompositeAlarm, occasion: Occasion): void {
    const change = changeOf(alarm, occasion, (name) => this.find(name));
    if (change) this.change(alarm, change.to, change.reason, change.reasonData, change.triggering);
  }

  private change(
    alarm: Alarm,
    to: AlarmState,
    reason: string,
    reasonData: string | undefined,
    triggering: readonly TriggeringChild[],
  ): void {
    const from = alarm.status.value;
    // An alarm acts once per transition, however long it stays in a state.
    if (from === to) return;
    alarm.status = { value: to, reason, reasonData, updatedAt: new Date(this.context.now()) };
    if (alarm.type === 'CompositeAlarm') alarm.triggering = triggering;
    const { name } = alarm.configuration;
    this.record(name, 'StateUpdate', `Alarm updated from ${from} to ${to}`);
    this.context.events.emit({ kind: 'alarm', name, from, to, reason });
    this.act(alarm, from);
    for (const parent of this.parents(alarm)) this.settle(parent, alarm);
  }

  private act(alarm: Alarm, from: AlarmState, contributor?: Contributor): void {
    const { name, arn, actions, actionsEnabled } = alarm.configuration;
    if (!actionsEnabled) return;
    const { subject, message } = alarmNotification(alarm, { from, contributor }, this.context);
    for (const topicArn of actions[contributor?.state ?? alarm.status.value]) {
      this.record(name, 'Action', this.topics.publish(arn, topicArn, { subject, message }));
    }
  }

  private noteConfigured(name: string, existed: boolean): void {
    this.record(name, 'ConfigurationUpdate', `Alarm "${name}" ${existed ? 'updated' : 'created'}`);
  }

  private record(alarmName: string, type: HistoryItem['type'], summary: string): void {
    const alarmType = this.alarms.get(alarmName)?.type ?? 'MetricAlarm';
    this.pastChanges.push({ alarmName, alarmType, at: new Date(this.context.now()), type, summary });
    if (this.pastChanges.length > MAX_HISTORY) this.pastChanges.shift();
  }
}

function initialStatus({ updatedAt }: { readonly updatedAt: Date }): AlarmStatus {
  return {
    value: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    reasonData: undefined,
    updatedAt,
  };
}
