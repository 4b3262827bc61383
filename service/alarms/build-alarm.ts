import { asInstanceId, type GroupName, type InstanceId } from '../shared/ids.ts';
import type { Alarm, AlarmReading, AlarmState } from './alarm.ts';
import { alarmKey, alarmPlace, sourcePlace } from './arn.ts';
import { cpuMeaning } from './cpu-meaning.ts';
import { cpuDirection } from './cpu-metric.ts';
import { type InsightsQuery, readInsightsQuery } from './insights-query.ts';
import { parseTimestamp } from './parse-timestamp.ts';
import { isMissingData, newestDatapoint } from './reason-datapoint.ts';
import { MAX_NAME, quote } from './shapes/lenient-fields.ts';
import type { Dimension, RawAlarm, RawMetric } from './shapes/raw-alarm.ts';

const STATES: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] satisfies AlarmState[];

/** Checks a raw alarm and gives it our shape, or says why it is nothing we could act on. */
export function buildAlarm(raw: RawAlarm, sourceArn: string): AlarmReading {
  const name = quote(raw.name);
  if (raw.name === '' || raw.name.length > MAX_NAME) {
    return other(`The alarm name has ${raw.name.length} characters; CloudWatch allows 1 to ${MAX_NAME}.`);
  }
  if (!isState(raw.state)) return other(`The alarm ${name} has the unknown state ${quote(raw.state ?? 'null')}.`);
  const changedAtMs = parseTimestamp(raw.changedAt ?? '');
  if (changedAtMs === undefined) {
    return other(`The alarm ${name} does not say when its state changed (${quote(raw.changedAt ?? 'null')}).`);
  }
  if (raw.suppressedBy !== null && raw.state === 'ALARM') {
    return other(`The alarm ${name} is in ALARM, but its actions are held back by ${raw.suppressedBy}.`);
  }
  const queries = raw.expressions.flatMap((expression) => readInsightsQuery(expression) ?? []);
  const metrics = [...raw.metrics, ...queries.map((query) => query.metric)];
  const { moving, ...meant } = meaning(raw, metrics);
  const targets = findTargets(raw, moving.length > 0 ? moving : metrics);
  if (raw.composite === null && targets.instanceIds.length + targets.groups.length + targets.hosts.length === 0) {
    return other(`The alarm ${name} ${whyNoTarget(raw, metrics, queries)}.`);
  }
  return {
    kind: 'alarm',
    alarm: { ...identity(raw, sourceArn), ...meant, state: raw.state, changedAtMs, targets },
  };
}

function other(reason: string): AlarmReading {
  return { kind: 'other', reason };
}

function isState(text: string | null): text is AlarmState {
  return text !== null && STATES.includes(text);
}

type Identity = Pick<
  Alarm,
  | 'key'
  | 'name'
  | 'description'
  | 'arn'
  | 'accountId'
  | 'otherAccounts'
  | 'watchesOwn'
  | 'region'
  | 'previousState'
  | 'afterMuteWindow'
  | 'contributor'
  | 'composite'
>;

function identity(raw: RawAlarm, sourceArn: string): Identity {
  const place = alarmPlace(raw.arn ?? '');
  const arn = place ? raw.arn : null;
  const accountId = place?.accountId ?? (/^\d{12}$/.test(raw.accountId ?? '') ? raw.accountId : null);
  const region = place?.region ?? raw.region ?? sourcePlace(sourceArn)?.region ?? null;
  return {
    key: alarmKey({ arn, accountId, region, name: raw.name, contributor: raw.contributor }),
    name: raw.name,
    description: raw.description === '' ? null : raw.description,
    arn,
    accountId,
    ...watchedAccounts(raw, accountId),
    region,
    previousState: isState(raw.previousState) ? raw.previousState : null,
    afterMuteWindow: raw.afterMuteWindow,
    contributor: raw.contributor,
    composite: raw.composite && {
      rule: raw.composite.rule,
      childrenArns: raw.composite.childrenArns.filter((child) => alarmPlace(child) !== undefined),
    },
  };
}

function watchedAccounts({ metrics }: RawAlarm, own: string | null): Pick<Identity, 'otherAccounts' | 'watchesOwn'> {
  const named = [...new Set(metrics.map(({ accountId }) => accountId || own))];
  const otherAccounts = named.flatMap((account) => (account === null || account === own ? [] : [account]));
  return { otherAccounts, watchesOwn: otherAccounts.length < named.length || named.length === 0 };
}

function meaning(raw: RawAlarm, metrics: readonly RawMetric[]) {
  const datapoint = newestDatapoint(raw.reason);
  const observed = datapoint?.value ?? null;
  const expressions = raw.expressions.filter((expression) => readInsightsQuery(expression) === undefined);
  const cpu = cpuMeaning({ ...raw, metrics, expressions, observed });
  const names = new Map(
    (cpu.moving.length > 0 ? cpu.moving : metrics).map(({ namespace, name }) => [
      `${namespace} ${name}`,
      { namespace, name },
    ]),
  );
  const watched = [...names.values()];
  return {
    reason: raw.reason,
    metric:
      watched.find((metric) => cpuDirection(metric) !== 0) ?? (watched.length === 1 ? (watched[0] ?? null) : null),
    threshold: raw.threshold,
    comparison: raw.comparison,
    observed,
    periodSeconds: raw.periodSeconds ?? metrics.find((metric) => metric.periodSeconds !== null)?.periodSeconds ?? null,
    isMissingData: isMissingData(raw.reason),
    observedAtMs: datapoint?.atMs ?? null,
    ...cpu,
  };
}

/** The contributor's own attributes first: they are what this very message is about. */
function findTargets(raw: RawAlarm, metrics: readonly RawMetric[]): Alarm['targets'] {
  const attributes = Object.entries(raw.contributor?.attributes ?? {}).map(([name, value]) => ({ name, value }));
  const named = [attributes, ...metrics.map((metric) => metric.dimensions)].map(targetsOf);
  const instanceIds = [...new Set(named.flatMap((targets) => targets.instanceIds))];
  return {
    instanceIds,
    groups: [...new Set(named.flatMap((targets) => targets.groups))],
    wholeGroups: [...new Set(named.flatMap((targets) => (isWhole(targets) ? targets.groups : [])))],
    hosts: [...new Set(named.flatMap((targets) => targets.hosts))],
  };
}

/** A metric with an instance or a host is about that one; its group says no more. */
function isWhole({ instanceIds, hosts }: Pick<Alarm['targets'], 'instanceIds' | 'hosts'>): boolean {
  return instanceIds.length === 0 && hosts.length === 0;
}

/** What the CloudWatch agent and Container Insights call the host of a metric. */
const HOST_DIMENSIONS: readonly string[] = ['host', 'NodeName'];

/** Whom one metric is about. */
function targetsOf(dimensions: readonly Dimension[]): Omit<Alarm['targets'], 'wholeGroups'> {
  const instanceIds: InstanceId[] = [];
  const groups: GroupName[] = [];
  const hosts: string[] = [];
  for (const { name, value } of dimensions) {
    // Resource-based host names hold the id: `i-0123456789abcdef0.eu-west-1.compute.internal`.
    const isHost = HOST_DIMENSIONS.includes(name);
    const id = asInstanceId(isHost ? (value.split('.')[0] ?? '') : value);
    if (name === 'AutoScalingGroupName' && isGroupName(value)) groups.push(value as GroupName);
    else if ((name === 'InstanceId' || isHost) && id !== undefined) instanceIds.push(id);
    else if (isHost && /^[\w.-]{1,253}$/.test(value)) hosts.push(value);
  }
  return { instanceIds, groups, hosts: instanceIds.length > 0 ? [] : hosts };
}

/** Auto Scaling: 1 to 255 printable characters without a colon. */
function isGroupName(text: string): boolean {
  return /^[^:\p{Cc}]{1,255}$/u.test(text);
}

function whyNoTarget(raw: RawAlarm, metrics: readonly RawMetric[], queries: readonly InsightsQuery[]): string {
  const grouped = queries.flatMap((query) => query.groupedBy);
  if (raw.contributor === null && grouped.some((name) => name === 'InstanceId' || name === 'AutoScalingGroupName')) {
    return 'covers all its time series here; the message of each contributor names its instance or group';
  }
  const [first, ...more] = metrics;
  if (first === undefined) {
    return 'does not say what it watches, so it names neither an instance nor an Auto Scaling group';
  }
  const rest = more.length > 0 ? ` and ${more.length} more metric${more.length > 1 ? 's' : ''}` : '';
  const what = `${quote(`${first.namespace} ${first.name}`)}${rest}`;
  const named = metrics.flatMap((metric) => metric.dimensions);
  if (named.length === 0)
    return `watches ${what} for the whole account, without naming an instance or an Auto Scaling group`;
  return `watches ${what} for ${describe(named)}, which names neither an EC2 instance nor an Auto Scaling group`;
}

function describe(named: readonly Dimension[]): string {
  const shown = named
    .slice(0, 3)
    .map(({ name, value }) => quote(`${name}=${value}`))
    .join(', ');
  return named.length > 3 ? `${shown} and ${named.length - 3} more` : shown;
}
