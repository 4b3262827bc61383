import { parseTimestamp } from './parse-timestamp.ts';

/** `17.2564528039004 (23/06/21 08:31:00)`: value, then dd/MM/yy HH:mm:ss UTC, the start of its period. */
const DATED = /(-?\d{1,20}(?:\.\d{1,20})?(?:E[+-]?\d{1,3})?) \((\d\d)\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)\)/g;
/** `1 datapoint (7.9053535353535365) was not …`: until about 2016. */
const UNDATED = /^Thresholds? Crossed: 1 datapoint \((-?\d{1,20}(?:\.\d{1,20})?(?:E[+-]?\d{1,3})?)\) /;

/**
 * CloudWatch took missing data for breaching: "Threshold Crossed: no datapoints were received for 2 periods and 2
 * missing datapoints were treated as [Breaching]."
 */
export function isMissingData(reason: string): boolean {
  return /^Thresholds? Crossed: no datapoints were received /.test(reason) && /\[Breaching\]/i.test(reason);
}

interface Datapoint {
  readonly value: number;
  /** The start of its period; null in messages of before 2017. */
  readonly atMs: number | null;
}

/**
 * The newest datapoint that CloudWatch quotes in NewStateReason; null when it quotes none ("no datapoints were received
 * for 2 periods …") or when the words are those of a person (`set-alarm-state`).
 */
export function newestDatapoint(reason: string): Datapoint | null {
  if (!/^Thresholds? Crossed: /.test(reason)) return null;
  let newest: { at: string; atMs: number | null; value: string | undefined } = {
    at: '',
    atMs: null,
    value: UNDATED.exec(reason)?.[1],
  };
  for (const [, value, day, month, year, time] of reason.matchAll(DATED)) {
    const at = `${year}${month}${day}${time}`;
    const atMs = parseTimestamp(`20${year}-${month}-${day}T${time}Z`) ?? null;
    if (at > newest.at) newest = { at, atMs, value };
  }
  const value = Number(newest.value);
  return Number.isFinite(value) ? { value, atMs: newest.atMs } : null;
}
