import { formatDecimal } from '../../shared/text/number.ts';

/** Core-milliseconds as `12.5`, for "core-hours". */
export function coreHours(coreMs: number): string {
  const hours = coreMs / 3_600_000;
  return formatDecimal(hours >= 10 ? Math.round(hours) : Math.round(hours * 100) / 100);
}
