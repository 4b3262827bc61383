export type Side = 'high' | 'low';

/**
 * On which side of its threshold the value of an alarm is in ALARM. A two-sided anomaly band is told by the reason,
 * which quotes both edges. Null when it cannot be told.
 */
export function alarmSide(comparison: string | null, reason: string, observed: number | null): Side | null {
  return comparisonSide(comparison) ?? bandSide(reason, observed) ?? reasonSide(reason);
}

function comparisonSide(comparison: string | null): Side | null {
  if (comparison === null || comparison === 'LessThanLowerOrGreaterThanUpperThreshold') return null;
  if (comparison.startsWith('GreaterThan')) return 'high';
  return comparison.startsWith('LessThan') ? 'low' : null;
}

/** "… was less than the lower thresholds [0.02] or greater than the upper thresholds [0.30] …" */
function bandSide(reason: string, observed: number | null): Side | null {
  const lower = /the lower thresholds? \[(-?[\d.]{1,40})/.exec(reason)?.[1];
  const upper = /the upper thresholds? \[(-?[\d.]{1,40})/.exec(reason)?.[1];
  if (observed === null || lower === undefined || upper === undefined) return null;
  if (observed < Number(lower)) return 'low';
  return observed > Number(upper) ? 'high' : null;
}

/** Events carry no comparison; their reason does: "… was greater than or equal to the threshold (80.0)". */
function reasonSide(reason: string): Side | null {
  if (!/^Thresholds? Crossed: /.test(reason) || /\bor greater than\b/.test(reason)) return null;
  // An OK tells the opposite: "was not greater than" belongs to an alarm on high values, too.
  if (/ (?:was|were)(?: not)? greater than /.test(reason)) return 'high';
  return / (?:was|were)(?: not)? less than /.test(reason) ? 'low' : null;
}
