/** Addresses of our own pages, files and exports; ids and names may hold anything. */
import type { FunctionKey } from '../incidents/history/function-key.ts';
import { type Facet, facetValue } from '../incidents/incident-filter.ts';
import { clean } from '../report/clean-text.ts';
import type { Recording } from '../report/recordings.ts';

export function incidentHref(id: string): string {
  return `/incidents/${encodeURIComponent(id.toWellFormed())}`;
}

export function fileHref(id: string, name: string): string {
  return `${incidentHref(id)}/files/${encodeURIComponent(name.toWellFormed())}`;
}

/** The report as text to paste somewhere. */
export function plainReportHref(id: string, form: 'md' | 'txt'): string {
  return `${incidentHref(id)}/report.${form}`;
}

/** What a recording can be taken away as: end of the file's name, and what a person calls it. */
export const EXPORTS = [
  { ending: '.folded', format: 'folded', words: 'Folded stacks', contentType: 'text/plain; charset=utf-8' },
  { ending: '.speedscope.json', format: 'speedscope', words: 'speedscope', contentType: 'application/json' },
  { ending: '.pb.gz', format: 'pprof', words: 'pprof', contentType: 'application/gzip' },
  { ending: '.capture.gz', format: 'capture', words: 'As recorded', contentType: 'application/gzip' },
] as const;

export type Export = (typeof EXPORTS)[number];

export function exportHref(incidentId: string, name: string, ending: Export['ending']): string {
  return `${incidentHref(incidentId)}/exports/${name}${ending}`;
}

/** speedscope's page with the profile loaded: it reads what stands behind the `#`, and shows the title. */
export function speedscopeHref(incidentId: string, recording: Recording): string {
  const facts = {
    profileURL: exportHref(incidentId, recording.name, '.speedscope.json'),
    title: `${recording.title} ${clean(recording.instanceId, 60)}, ${incidentId.toWellFormed()}`,
    view: 'left-heavy',
  };
  const text = Object.entries(facts).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `/speedscope/#${text.join('&')}`;
}

/** A list with what is asked of it; what is empty is left out. */
export function listHref(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The list of incidents that have this. */
export function filterHref(name: Facet, value: string): string {
  return listHref('/', { [name]: facetValue(value.toWellFormed()) });
}

/** Names may hold anything, dots and slashes too, so they are no part of the path. */
export function groupHref(group: string): string {
  return listHref('/group', { name: facetValue(group.toWellFormed()) });
}

/** Of one function over all incidents; `query` is what its address carries. */
export function functionHref({ place, name }: FunctionKey): {
  readonly href: string;
  readonly query: Readonly<Record<string, string>>;
} {
  const query = { place: place.toWellFormed(), name: name.toWellFormed() };
  return { href: listHref('/function', query), query };
}

/** Two recordings compared (`ID/hot`), or the form with what is known of them; `graph`: the differential alone. */
export function comparedHref(
  { a = '', b = '' }: { readonly a?: string; readonly b?: string },
  what: 'page' | 'graph' = 'page',
): string {
  return listHref(what === 'page' ? '/compare' : '/compare/differential.svg', {
    a: a.toWellFormed(),
    b: b.toWellFormed(),
  });
}
