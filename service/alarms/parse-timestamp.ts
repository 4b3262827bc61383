/** `2021-06-23T08:41:06.622+0000` (CloudWatch: no colon in the offset) and `2026-09-22T19:27:00.926Z` (SNS). */
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:Z|([+-]\d\d):?(\d\d))$/;

/** Epoch milliseconds of a time as SNS and CloudWatch write it; undefined for anything else. */
export function parseTimestamp(text: string): number | undefined {
  const [, local, hours, minutes] = TIMESTAMP.exec(text) ?? [];
  if (local === undefined) return undefined;
  const at = Date.parse(hours === undefined ? `${local}Z` : `${local}${hours}:${minutes}`);
  return Number.isFinite(at) ? at : undefined;
}
