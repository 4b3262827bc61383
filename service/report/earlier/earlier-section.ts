/** What was said before of the function that a report names first: in page, file and mail. */
import { dayOf } from '../../shared/text/time.ts';
import { clean } from '../clean-text.ts';
import type { Limits } from '../finding-model.ts';
import type { EarlierRemarks } from './earlier-data.ts';

export interface EarlierModel {
  readonly id: string;
  /** On our own pages. */
  readonly href: string;
  /** In a mail; null where it is not known where our pages are. */
  readonly url: string | null;
  /** When it was opened: `2026-05-03`. */
  readonly day: string;
  /** `Known: a slow regular expression, OPS-12 (ann, 2026-05-03)`. */
  readonly lines: readonly string[];
}

export function earlierModels(
  earlier: readonly EarlierRemarks[] | undefined,
  { name, text }: Pick<Limits, 'name' | 'text'>,
): EarlierModel[] {
  const said = (words: string, { by, atMs }: { readonly by: string; readonly atMs: number }) =>
    `${words} (${clean(by, name)}, ${dayOf(atMs)})`;
  return (earlier ?? []).map(({ incidentId, openedAtMs, known, fixed, notes }) => ({
    id: clean(incidentId, name),
    href: `/incidents/${encodeURIComponent(incidentId.toWellFormed())}`,
    url: null,
    day: dayOf(openedAtMs),
    lines: [
      ...(known === null ? [] : [said(known.text === '' ? 'Known' : `Known: ${clean(known.text, text)}`, known)]),
      ...(fixed === null ? [] : [said(`Fixed in ${clean(fixed.text, text)}`, fixed)]),
      ...notes.map((note) => said(`Note: ${clean(note.text, text)}`, note)),
    ],
  }));
}

/** The same with addresses for readers of a mail, beside that of its own page. */
export function earlierLinks(earlier: readonly EarlierModel[], pageUrl: string): { readonly earlier: EarlierModel[] } {
  const base = /^(https?:\/\/.*\/incidents)\/[^/]*$/.exec(pageUrl)?.[1];
  const address = ({ href }: EarlierModel) => (base === undefined ? null : base + href.slice('/incidents'.length));
  return { earlier: earlier.map((model) => ({ ...model, url: address(model) })) };
}

const TITLE = 'Said of this function before';
const LEAD = 'In this group, earlier incidents had the same function first.';

const section = (incident: string) => `{{#if earlier.length}}
<section class="note" aria-labelledby="earlier"><h2 id="earlier">${TITLE}</h2>\
<p class="soft small">${LEAD}</p><ul>{{#each earlier}}<li>{{#each lines}}{{this}}. {{/each}}${incident}</li>{{/each}}\
</ul></section>{{/if}}`;

/** On the page. */
export const EARLIER = section('<a href="{{href}}">See the incident of {{day}}</a>.');

/** In the report file, which may be read where our pages are not. */
export const EARLIER_FILE = section('See incident {{id}} of {{day}}.');

/** In the HTML of a mail, with its styles. */
export function earlierMail(style: { readonly text: string; readonly wrap: string }): string {
  return `{{#if earlier.length}}
<p class="ink" style="margin:14px 0 4px;${style.text};${style.wrap}"><b>${TITLE}</b></p>
<ul style="margin:0;padding:0 0 0 18px">{{#each earlier}}\
<li class="ink" style="${style.text};${style.wrap}">{{#each lines}}{{this}}. {{/each}}\
{{#if url}}<a href="{{url}}">See the incident of {{day}}</a>{{else}}See incident {{id}} of {{day}}{{/if}}.</li>\
{{/each}}</ul>{{/if}}`;
}

export const EARLIER_TEXT = `
{{#if earlier.length}}

SAID OF THIS FUNCTION BEFORE
{{#each earlier}}
{{#each lines}}
- {{this}}
{{/each}}
  see {{#if url}}{{url}}{{else}}incident {{id}} of {{day}}{{/if}}

{{/each}}
{{/if}}`;
