import type { IncidentRow } from '../../incidents/incident-row.ts';
import { incidentHref } from '../../pages/links.ts';
import { oneLine } from '../../shared/text/untrusted.ts';

const COLUMNS: readonly (readonly [name: string, value: (row: IncidentRow, base: string) => string | null])[] = [
  ['id', ({ id }) => id],
  ['opened', ({ openedAtMs }) => new Date(openedAtMs).toISOString()],
  ['closed', ({ closedAtMs }) => (closedAtMs === null ? null : new Date(closedAtMs).toISOString())],
  ['state', ({ state }) => state],
  ['account', ({ accountId }) => accountId],
  ['region', ({ region }) => region],
  ['group', ({ group }) => group],
  ['instance', ({ hotInstance }) => hotInstance],
  ['alarm', ({ alarmName }) => alarmName],
  ['verdict', ({ verdictClass }) => verdictClass],
  ['headline', ({ headline }) => headline],
  ['again', ({ again }) => (again ? 'yes' : 'no')],
  ['url', ({ id }, base) => base + incidentHref(id)],
];

/** RFC 4180, a line of names first. Times are ISO 8601 in UTC. */
export function csvOf(rows: readonly IncidentRow[], base: string): string {
  const lines = rows.map((row) => COLUMNS.map(([, value]) => field(value(row, base) ?? '')));
  return [COLUMNS.map(([name]) => name), ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

/**
 * Names come from anyone, and a spreadsheet takes what begins with one of these for a formula: an apostrophe before it
 * makes it text.
 */
const FORMULA = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/;

function field(text: string): string {
  const line = oneLine(text);
  const safe = FORMULA.test(line) ? `'${line}` : line;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
