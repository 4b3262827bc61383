import type { Context } from '../context.ts';
import type { Fields } from '../fields.ts';
import type { Operation, Output } from '../operation.ts';
import { page } from '../paging.ts';
import type { Alarm } from './alarm.ts';
import type { Alarms } from './alarms.ts';
import { readDimensions } from './put-metric-alarm.ts';
import { STATISTICS } from './statistics.ts';

/** The operations on alarms, but for PutMetricAlarm. */
export function alarmOperations(alarms: Alarms, context: Context): Record<string, Operation> {
  return {
    DescribeAlarms(input) {
      const { items, nextToken } = page(selected(alarms, input), input, 'MaxRecords', 100, 100);
      return { MetricAlarms: items.map(described), CompositeAlarms: [], NextToken: nextToken };
    },
    DescribeAlarmsForMetric(input) {
      const dimensions = JSON.stringify(readDimensions(input));
      const [namespace, name] = [input.needText('Namespace'), input.needText('MetricName')];
      const matching = alarms.all().filter(({ configuration: { metric } }) => {
        return (
          metric.namespace === namespace && metric.name === name && JSON.stringify(metric.dimensions) === dimensions
        );
      });
      return { MetricAlarms: matching.map(described) };
    },
    DescribeAlarmHistory(input) {
      const name = input.text('AlarmName');
      const type = input.text('HistoryItemType');
      const items = alarms
        .history()
        .filter((item) => (!name || item.alarmName === name) && (!type || item.type === type));
      const cut = page(items, input, 'MaxRecords', 100, 100);
      return { AlarmHistoryItems: cut.items.map(historyItem), NextToken: cut.nextToken };
    },
    DeleteAlarms(input) {
      alarms.delete(input.texts('AlarmNames'));
      return {};
    },
    SetAlarmState(input) {
      const value = input.needText('StateValue');
      if (value !== 'OK' && value !== 'ALARM' && value !== 'INSUFFICIENT_DATA') {
        throw input.notOneOf('StateValue', ['INSUFFICIENT_DATA', 'ALARM', 'OK']);
      }
      const data = input.text('StateReasonData');
      alarms.set(input.needText('AlarmName'), value, input.needText('StateReason'), data);
      return {};
    },
    EnableAlarmActions: (input) => switchActions(alarms, context, input, true),
    DisableAlarmActions: (input) => switchActions(alarms, context, input, false),
  };
}

function selected(alarms: Alarms, input: Fields): readonly Alarm[] {
  const names = input.texts('AlarmNames');
  if (names.length > 100) throw input.invalid('AlarmNames may hold at most 100 names.');
  // The sandbox has no composite alarms, so no alarm has children or parents.
  if (input.has('ChildrenOfAlarmName') || input.has('ParentsOfAlarmName')) return [];
  if (input.has('AlarmTypes') && !input.texts('AlarmTypes').includes('MetricAlarm')) return [];
  const prefix = input.text('AlarmNamePrefix') ?? '';
  const state = input.text('StateValue');
  const action = input.text('ActionPrefix') ?? '';
  return alarms.all().filter(({ configuration: { name, actions }, status }) => {
    const anyAction =
      action === '' ||
      Object.values(actions)
        .flat()
        .some((arn) => arn.startsWith(action));
    return (
      (names.length === 0 || names.includes(name)) &&
      name.startsWith(prefix) &&
      (!state || status.value === state) &&
      anyAction
    );
  });
}

function switchActions(alarms: Alarms, context: Context, input: Fields, actionsEnabled: boolean): Output {
  const names = input.texts('AlarmNames');
  for (const { configuration } of alarms.all().filter((alarm) => names.includes(alarm.configuration.name))) {
    alarms.put({ ...configuration, actionsEnabled, updatedAt: new Date(context.now()) });
  }
  return {};
}

function historyItem(item: ReturnType<Alarms['history']>[number]): Output {
  return {
    AlarmName: item.alarmName,
    AlarmType: 'MetricAlarm',
    Timestamp: item.at,
    HistoryItemType: item.type,
    HistorySummary: item.summary,
  };
}

function described({ configuration: c, status }: Alarm): Output {
  const simple = STATISTICS.some((statistic) => statistic === c.statistic);
  return {
    AlarmName: c.name,
    AlarmArn: c.arn,
    AlarmDescription: c.description,
    AlarmConfigurationUpdatedTimestamp: c.updatedAt,
    ActionsEnabled: c.actionsEnabled,
    OKActions: c.actions.OK,
    AlarmActions: c.actions.ALARM,
    InsufficientDataActions: c.actions.INSUFFICIENT_DATA,
    StateValue: status.value,
    StateReason: status.reason,
    StateReasonData: status.reasonData,
    StateUpdatedTimestamp: status.updatedAt,
    StateTransitionedTimestamp: status.updatedAt,
    MetricName: c.metric.name,
    Namespace: c.metric.namespace,
    ...(simple ? { Statistic: c.statistic } : { ExtendedStatistic: c.statistic }),
    Dimensions: c.metric.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
    Period: c.period,
    Unit: c.unit,
    EvaluationPeriods: c.evaluationPeriods,
    DatapointsToAlarm: c.datapointsToAlarm,
    Threshold: c.threshold,
    ComparisonOperator: c.comparison,
    TreatMissingData: c.treatMissingData,
  };
}
