import type { Dimension, RawExpression, RawMetric } from './shapes/raw-alarm.ts';
import { readStatistic } from './statistic.ts';

/** `"AWS/EC2"`, or a bare word; CloudWatch names have at most 255 characters. */
const NAME = String.raw`(?:"([^"]{1,255})"|([\w/.:#-]{1,255}))`;
const SELECT = new RegExp(String.raw`^\s*SELECT\s+([A-Z]{3,5})\(\s*${NAME}\s*\)\s+FROM\s+(?:SCHEMA\(\s*)?${NAME}`, 'i');
const EQUALS = new RegExp(String.raw`${NAME}\s*=\s*'([^']{1,255})'`, 'g');
const GROUP_BY = /\sGROUP\s+BY\s+(.*?)(?:\sORDER\s+BY\s|\sLIMIT\s|$)/is;

export interface InsightsQuery {
  readonly metric: RawMetric;
  /** One message per value of these comes besides the message of the alarm as a whole. */
  readonly groupedBy: readonly string[];
}

/**
 * What a Metrics Insights expression watches: `SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) WHERE
 * AutoScalingGroupName = 'web' GROUP BY InstanceId`. Undefined for any other expression. Equalities of WHERE count as
 * dimensions, unless OR or NOT make them less than a fact about every series.
 */
export function readInsightsQuery({ id, text: expression }: RawExpression): InsightsQuery | undefined {
  const select = SELECT.exec(expression);
  const name = select?.[2] ?? select?.[3];
  const namespace = select?.[4] ?? select?.[5];
  if (name === undefined || namespace === undefined) return undefined;
  const grouped = GROUP_BY.exec(expression)?.[1] ?? '';
  return {
    metric: {
      ...{ id, namespace, name, periodSeconds: null, accountId: null },
      dimensions: equalities(expression),
      stat: readStatistic(select?.[1]),
    },
    groupedBy: grouped
      .split(',')
      .map((part) => part.trim().replaceAll('"', ''))
      .filter((part) => part !== ''),
  };
}

function equalities(expression: string): Dimension[] {
  const where = /\sWHERE\s(.*?)(?:\sGROUP\s+BY\s|\sORDER\s+BY\s|\sLIMIT\s|$)/is.exec(expression)?.[1] ?? '';
  if (/\b(?:OR|NOT)\b/i.test(where.replaceAll(/'[^']*'/g, "''"))) return [];
  return [...where.matchAll(EQUALS)].map(([, quoted, bare, value]) => ({
    name: quoted ?? bare ?? '',
    value: value ?? '',
  }));
}
