import { AwsFault } from '../aws-fault.ts';
import type { Fields } from '../fields.ts';
import type { Operation, Output } from '../operation.ts';
import { page } from '../paging.ts';
import type { Alarm, AlarmConfiguration, AlarmType, CompositeAlarm, MetricAlarm } from './alarm.ts';
import type { Alarms } from './alarms.ts';
import { validationFault } from './faults.ts';
import type { InsightsQuery } from './insights/insights-query.ts';
import { readDimensions } from './put-metric-alarm.ts';
import { STATISTICS } from './statistics.ts';

/** Of one call. */
const MAX_NAMES = 100;
/** May stand beside `ChildrenOfAlarmName`; the query protocol counts its action among the members. */
const WITH_FAMILY = ['MaxRecords', 'NextToken', 'Action', 'Version'];
const TYPES: readonly AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];

/** The operations on alarms, but for those that put one. */
export function alarmOperations(alarms: Alarms): Record<string, Operation> {
  return {
    DescribeAlarms: (input) => describeAlarms(alarms, input),
    DescribeAlarmContributors: (input) => describeContributors(alarms, input),
    DescribeAlarmsForMetric(input) {
      const dimensions = JSON.stringify(readDimensions(input));
      const [namespace, name] = [input.needText('Namespace'), input.needText('MetricName')];
      const matching = metricAlarms(alarms.all()).filter(({ configuration: { metric, query } }) => {
        return (
          query === undefined &&
          metric.namespace === namespace &&
          metric.name === name &&
          JSON.stringify(metric.dimensions) === dimensions
        );
      });
      return { MetricAlarms: matching.map(described) };
    },
    DescribeAlarmHistory(input) {
      const name = input.text('AlarmName');
      const type = input.text('HistoryItemType');
      const types = alarmTypes(input);
      const items = alarms
        .history()
        .filter((item) => types.includes(item.alarmType))
        .filter((item) => (!name || item.alarmName === name) && (!type || item.type === type));
      const isAscending = input.text('ScanBy') === 'TimestampAscending';
      const cut = page(isAscending ? items.toReversed() : items, input, 'MaxRecords', 100, 100);
      return { AlarmHistoryItems: cut.items.map(historyItem), NextToken: cut.nextToken };
    },
    DeleteAlarms(input) {
      const names = input.texts('AlarmNames');
      if (names.length > MAX_NAMES) throw input.invalid(`AlarmNames may hold at most ${MAX_NAMES} names.`);
      alarms.delete(names);
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
    EnableAlarmActions: (input) => switchActions(alarms, input, true),
    DisableAlarmActions: (input) => switchActions(alarms, input, false),
  };
}

function describeAlarms(alarms: Alarms, input: Fields): Output {
  const family = familyOf(alarms, input);
  const { items, nextToken } = page(family?.members ?? selected(alarms, input), input, 'MaxRecords', 50, 100);
  const [ofMetrics, composites] = [metricAlarms(items), items.filter((alarm) => alarm.type === 'CompositeAlarm')];
  return {
    MetricAlarms: ofMetrics.map(family?.described ?? described),
    CompositeAlarms: composites.map(family?.described ?? describedComposite),
    NextToken: nextToken,
  };
}

interface Family {
  readonly members: readonly Alarm[];
  readonly described: (alarm: Alarm) => Output;
}

/** Children or parents, who are asked for alone and of whom CloudWatch tells little. */
function familyOf(alarms: Alarms, input: Fields): Family | undefined {
  const asked = (['ChildrenOfAlarmName', 'ParentsOfAlarmName'] as const).find((each) => input.has(each));
  if (asked === undefined) return undefined;
  const beside = input.keys().filter((key) => ![asked, ...WITH_FAMILY].includes(key));
  if (beside.length > 0) {
    throw validationFault(`When ${asked} is specified, ${beside.join(', ')} must not be specified.`);
  }
  const alarm = alarms.find(input.needText(asked));
  if (asked === 'ParentsOfAlarmName') return { members: alarm ? alarms.parents(alarm) : [], described: namedOnly };
  const members = alarm?.type === 'CompositeAlarm' ? alarms.children(alarm) : [];
  return { members, described: (each) => ({ ...namedOnly(each), ...stateOf(each) }) };
}

const namedOnly = ({ configuration }: Alarm) => ({ AlarmName: configuration.name, AlarmArn: configuration.arn });

function stateOf({ status }: Alarm): Output {
  return { StateValue: status.value, StateUpdatedTimestamp: status.updatedAt };
}

function metricAlarms(alarms: readonly Alarm[]): readonly MetricAlarm[] {
  return alarms.filter((alarm) => alarm.type === 'MetricAlarm');
}

/** Without the member, only metric alarms are meant. */
function alarmTypes(input: Fields): readonly string[] {
  if (!input.has('AlarmTypes')) return ['MetricAlarm'];
  const types = input.texts('AlarmTypes');
  const known: readonly string[] = [...TYPES, 'LogAlarm'];
  const unknown = types.find((type) => !known.includes(type));
  if (unknown === undefined) return types;
  throw validationFault(
    `1 validation error detected: Value '[${types.join(', ')}]' at 'alarmTypes' failed to satisfy constraint: Member ` +
      `must satisfy constraint: [Member must satisfy enum value set: [${known.join(', ')}]]`,
  );
}

function selected(alarms: Alarms, input: Fields): readonly Alarm[] {
  const names = input.texts('AlarmNames');
  if (names.length > MAX_NAMES) throw input.invalid(`AlarmNames may hold at most ${MAX_NAMES} names.`);
  if (names.length > 0 && input.has('AlarmNamePrefix')) {
    throw validationFault('When AlarmNames is specified, AlarmNamePrefix must not be specified.');
  }
  const types = alarmTypes(input);
  const prefix = input.text('AlarmNamePrefix') ?? '';
  const state = input.text('StateValue');
  const action = input.text('ActionPrefix') ?? '';
  return alarms.all().filter(({ type, configuration: { name, actions }, status }) => {
    const anyAction =
      action === '' ||
      Object.values(actions)
        .flat()
        .some((arn) => arn.startsWith(action));
    return (
      types.includes(type) &&
      (names.length === 0 || names.includes(name)) &&
      name.startsWith(prefix) &&
      (!state || status.value === state) &&
      anyAction
    );
  });
}

function switchActions(alarms: Alarms, input: Fields, actionsEnabled: boolean): Output {
  for (const name of input.texts('AlarmNames')) alarms.enableActions(name, actionsEnabled);
  return {};
}

function historyItem(item: ReturnType<Alarms['history']>[number]): Output {
  return {
    AlarmName: item.alarmName,
    AlarmType: item.alarmType,
    Timestamp: item.at,
    HistoryItemType: item.type,
    HistorySummary: item.summary,
  };
}

function describedInCommon({ configuration: c, status }: Alarm): Output {
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
  };
}

function describedComposite(alarm: CompositeAlarm): Output {
  return { ...describedInCommon(alarm), AlarmRule: alarm.configuration.ruleText };
}

function described(alarm: MetricAlarm): Output {
  const { configuration: c } = alarm;
  return {
    ...describedInCommon(alarm),
    ...(c.query ? describedQuery(c, c.query) : describedMetric(c)),
    EvaluationPeriods: c.evaluationPeriods,
    DatapointsToAlarm: c.datapointsToAlarm,
    Threshold: c.threshold,
    ComparisonOperator: c.comparison,
    TreatMissingData: c.treatMissingData,
  };
}

function describedMetric(c: AlarmConfiguration): Output {
  const simple = STATISTICS.some((statistic) => statistic === c.statistic);
  return {
    MetricName: c.metric.name,
    Namespace: c.metric.namespace,
    ...(simple ? { Statistic: c.statistic } : { ExtendedStatistic: c.statistic }),
    Dimensions: c.metric.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
    Period: c.period,
    Unit: c.unit,
  };
}

function describedQuery({ period }: AlarmConfiguration, { id, expression, label }: InsightsQuery): Output {
  return { Metrics: [{ Id: id, Expression: expression, Label: label, ReturnData: true, Period: period }] };
}

/** Those in ALARM, as CloudWatch tells only of them. */
function describeContributors(alarms: Alarms, input: Fields): Output {
  const name = input.needText('AlarmName');
  const alarm = alarms.find(name);
  if (!alarm) throw new AwsFault('ResourceNotFoundException', `Alarm ${name} does not exist`, { status: 404 });
  const all = alarm.type === 'MetricAlarm' ? alarm.contributors : [];
  const high = all.filter(({ state }) => state === 'ALARM');
  const { items, nextToken } = page(high, input, 'MaxRecords', 100, 100);
  return {
    AlarmContributors: items.map(({ id, attributes, reason, since }) => ({
      ContributorId: id,
      ContributorAttributes: attributes,
      StateReason: reason,
      StateTransitionedTimestamp: since,
    })),
    NextToken: nextToken,
  };
}
