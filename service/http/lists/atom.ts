import type { ReadFilter } from '../../incidents/incident-filter.ts';
import type { IncidentRow } from '../../incidents/incident-row.ts';
import { incidentRowModel } from '../../pages/incident-words.ts';
import { incidentHref, listHref } from '../../pages/links.ts';
import { escapeMarkup } from '../../shared/text/markup.ts';

/** Nothing has happened yet: a feed must say when it was last changed. */
const NEVER_MS = 0;

/**
 * RFC 4287. An entry keeps its id, whatever the service is called; it counts as changed when the alarm goes back to OK.
 * What XML 1.0 forbids is gone already: models are printed through `clean`, the rest is encoded for addresses.
 */
export function atomFeed(rows: readonly IncidentRow[], params: ReadFilter['params'], base: string): string {
  const filter = listHref('', params).slice(1);
  const updated = Math.max(NEVER_MS, ...rows.map(changedAtMs));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${escapeMarkup(`urn:smokejumper:incidents${filter === '' ? '' : `:${encodeURIComponent(filter)}`}`)}</id>
<title>${filter === '' ? 'Incidents' : 'Incidents, filtered'}, Smokejumper</title>
<updated>${iso(updated)}</updated>
<author><name>Smokejumper</name></author>
<link rel="self" type="application/atom+xml" href="${escapeMarkup(base + listHref('/incidents.atom', params))}"/>
<link rel="alternate" type="text/html" href="${escapeMarkup(base + listHref('/', params))}"/>
${rows.map((row) => entry(row, base)).join('')}</feed>
`;
}

function entry(row: IncidentRow, base: string): string {
  const { where, headline, pills, lasted, alarmName } = incidentRowModel(row);
  return `<entry>
<id>${escapeMarkup(`urn:smokejumper:incident:${encodeURIComponent(row.id.toWellFormed())}`)}</id>
<title>${escapeMarkup(`${where}: ${headline}`)}</title>
<published>${iso(row.openedAtMs)}</published>
<updated>${iso(changedAtMs(row))}</updated>
<link rel="alternate" type="text/html" href="${escapeMarkup(base + incidentHref(row.id))}"/>
${row.verdictClass === null ? '' : `<category term="${escapeMarkup(row.verdictClass)}"/>\n`}\
<summary>${escapeMarkup(`Alarm ${alarmName}, ${lasted}; ${pills.map(({ words }) => words).join(', ')}.`)}</summary>
</entry>
`;
}

function changedAtMs({ openedAtMs, closedAtMs }: IncidentRow): number {
  return closedAtMs ?? openedAtMs;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
