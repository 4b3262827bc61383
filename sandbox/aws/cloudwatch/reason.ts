import { type AlarmConfiguration, type AlarmState, COMPARISONS } from './alarm.ts';
import type { Evaluation } from './evaluate.ts';
import { JavaDouble, javaDouble, javaJson } from './java-json.ts';

/** More datapoints than this are not all listed. */
const LISTED = 5;

/** NewStateReason in CloudWatch's words. */
export function reasonOf(alarm: AlarmConfiguration, to: AlarmState, evaluation: Evaluation): string {
  if (to === 'INSUFFICIENT_DATA') return `Insufficient Data: ${unknown(alarm.evaluationPeriods)}`;
  const needed = alarm.datapointsToAlarm ?? alarm.evaluationPeriods;
  const filled = `${evaluation.missing} missing ${points(evaluation.missing)} ${were(evaluation.missing)} treated as [${
    alarm.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching'
  }]`;
  if (evaluation.datapoints.length === 0) {
    const periods = alarm.evaluationPeriods === 1 ? '1 period' : `${alarm.evaluationPeriods} periods`;
    return `Threshold Crossed: no datapoints were received for ${periods} and ${filled}.`;
  }
  const count = to === 'ALARM' ? evaluation.breaching : evaluation.datapoints.length - evaluation.breaching;
  const least = to === 'ALARM' ? needed : alarm.evaluationPeriods - needed + 1;
  const comparison =
    `${were(count)} ${to === 'ALARM' ? '' : 'not '}${COMPARISONS[alarm.comparison].words} ` +
    `the threshold (${javaDouble(alarm.threshold)})`;
  const total = `${count} out of the last ${evaluation.datapoints.length} datapoints`;
  const listed = listedPoints(alarm, to, evaluation);
  const recent = `The most recent ${points(listed.length)} which crossed the threshold: [${listed.join(', ')}]`;
  const crossing = isShort(alarm, evaluation)
    ? `${total} [${listed.join(', ')}] ${comparison}`
    : `${total} ${comparison}. ${recent}`;
  return (
    `Threshold Crossed: ${crossing} (minimum ${least} ${points(least)} for ` +
    `${to === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'} transition).`
  );
}

/** StateReasonData: the same for programs. */
export function reasonDataOf(alarm: AlarmConfiguration, evaluation: Evaluation, at: Date): string {
  return javaJson({
    version: '1.0',
    queryDate: awsTime(at),
    statistic: alarm.statistic,
    period: alarm.period,
    recentDatapoints: evaluation.datapoints.map((point) => new JavaDouble(point.value)),
    threshold: new JavaDouble(alarm.threshold),
  });
}

/** `2021-06-23T08:41:06.622+0000` */
export function awsTime(date: Date): string {
  return date.toISOString().replace('Z', '+0000');
}

/** Whether all datapoints are listed beside their number; of time series of a query they never are. */
function isShort(alarm: AlarmConfiguration, { datapoints }: Evaluation): boolean {
  return datapoints.length <= LISTED && alarm.query === undefined;
}

function listedPoints(alarm: AlarmConfiguration, to: AlarmState, evaluation: Evaluation): readonly string[] {
  const { test } = COMPARISONS[alarm.comparison];
  return evaluation.datapoints
    .filter((point) => test(point.value, alarm.threshold) === (to === 'ALARM'))
    .slice(0, isShort(alarm, evaluation) ? undefined : LISTED)
    .map((point) => `${javaDouble(point.value)} (${pointTime(point.atMs)})`);
}

/** `23/06/21 08:31:00`, UTC. */
function pointTime(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`;
}

function unknown(count: number): string {
  return `${count} ${points(count)} ${were(count)} unknown.`;
}

const points = (count: number) => (count === 1 ? 'datapoint' : 'datapoints');
const were = (count: number) => (count === 1 ? 'was' : 'were');
