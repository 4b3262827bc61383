/** What else burns under a composite alarm: in page, file, mail and text of each of its incidents. */
import { headOf, quoted } from '../../shared/text/untrusted.ts';
import { clean, ended } from '../clean-text.ts';
import type { Limits } from '../finding-model.ts';
import type { ReportTied, ReportUnder } from './tied-data.ts';

interface Linked {
  readonly id: string | null;
  /** On our own pages. */
  readonly href: string | null;
  /** In a mail; null where it is not known where our pages are. */
  readonly url: string | null;
}

export interface UnderModel extends Linked {
  /** `Under the composite alarm "fleet busy", with` */
  readonly words: string;
  /** `the incident of web-prod` */
  readonly link: string;
}

export interface TiedModel extends Linked {
  /** `group api, alarm "api CPU"` */
  readonly words: string;
  /** What it found, or that it has not found anything yet. */
  readonly link: string;
  /** `not captured: the cooldown is 15 min.`; null where it is captured. */
  readonly why: string | null;
}

type Size = Pick<Limits, 'name' | 'text'>;

/** Of ours there are no more; a mail or a text to paste has fewer. */
const MOST = 20;
/** Beyond that it is no id of ours. */
const MAX_ID = 100;
/** A line is to be looked over. */
const MAX_NAME = 60;
const MAX_TEXT = 160;

export function underModel(under: ReportUnder | null | undefined, { name }: Size): UnderModel | null {
  if (under == null) return null;
  return {
    words: `Under the composite alarm ${quoted(clean(under.alarmName, name))}, with`,
    link: `the incident of ${clean(under.where, name)}`,
    ...linked(under.incidentId, name),
  };
}

export function tiedModels(
  tied: readonly ReportTied[] | undefined,
  { name, text, lines }: Size & Pick<Limits, 'lines'>,
): { readonly tied: TiedModel[]; readonly moreTied: number } {
  const all = tied ?? [];
  const shown = all.slice(0, Math.min(MOST, 2 * lines));
  return { tied: shown.map(toModel({ name, text })), moreTied: all.length - shown.length };
}

function toModel(size: Size): (tied: ReportTied) => TiedModel {
  const [name, text] = [Math.min(size.name, MAX_NAME), Math.min(size.text, MAX_TEXT)];
  return ({ alarmName, scope, incidentId, headline, why }) => ({
    words: `${clean(scope, name)}, alarm ${quoted(clean(alarmName, name))}`,
    link: headline === null ? 'its incident, which has no verdict yet' : clean(headline, text),
    why: why === null ? null : `not captured: ${ended(clean(why, text))}`,
    ...linked(incidentId, name),
  });
}

function linked(id: string | null, max: number): Linked {
  const href = id === null ? null : `/incidents/${encodeURIComponent(headOf(id, MAX_ID).toWellFormed())}`;
  return { id: id === null ? null : clean(id, max), href, url: null };
}

/** The same with addresses for readers of a mail, beside that of its own page. */
export function tiedLinks(
  { under, tied }: { readonly under: UnderModel | null; readonly tied: readonly TiedModel[] },
  pageUrl: string,
): { readonly under: UnderModel | null; readonly tied: TiedModel[] } {
  const base = /^(https?:\/\/.*\/incidents)\/[^/]*$/.exec(pageUrl)?.[1];
  const url = ({ href }: Linked) =>
    base === undefined || href === null ? null : base + href.slice('/incidents'.length);
  return { under: under && { ...under, url: url(under) }, tied: tied.map((one) => ({ ...one, url: url(one) })) };
}

const TITLE = 'Also burning under this alarm';

/** A line of `tied`; `link`: what leads to its incident. */
const line = (link: string) =>
  `{{words}}: {{#if why}}{{why}}{{#if id}} See ${link}.{{/if}}{{else}}{{#if id}}${link}{{else}}\
its incident was deleted{{/if}}{{/if}}`;

/** Between tags. */
const MORE = (before: string, after: string) => `{{#if moreTied}}${before}{{moreTied}} more.${after}{{/if}}`;

const section = (
  link: string,
) => `{{#if tied.length}}<section class="note" aria-labelledby="tied"><h2 id="tied">${TITLE}</h2>\
<ul>{{#each tied}}<li>${line(link)}</li>{{/each}}</ul>${MORE('<p class="soft small">', '</p>')}</section>{{/if}}`;

/** On the page. */
export const TIED = section('<a href="{{href}}">{{link}}</a>');
export const UNDER = '{{#with under}}<p class="note">{{words}} <a href="{{href}}">{{link}}</a>.</p>{{/with}}';

/** In the report file, which may be read where our pages are not. */
export const TIED_FILE = section('{{link}} (incident {{id}})');
export const UNDER_FILE = '{{#with under}}<p class="note">{{words}} {{link}}, {{id}}.</p>{{/with}}';

const MAIL_LINK = '{{#if url}}<a href="{{url}}">{{link}}</a>{{else}}{{link}} (incident {{id}}){{/if}}';

/** In the HTML of a mail, with its styles. */
export function tiedMail(style: { readonly text: string; readonly wrap: string }): string {
  return `{{#with under}}
<p class="ink" style="margin:0 0 14px;${style.text};${style.wrap}">{{words}} ${MAIL_LINK}.</p>{{/with}}\
{{#if tied.length}}
<p class="ink" style="margin:0 0 4px;${style.text};${style.wrap}"><b>${TITLE}</b></p>
<ul style="margin:0 0 14px;padding:0 0 0 18px">{{#each tied}}\
<li class="ink" style="${style.text};${style.wrap}">${line(MAIL_LINK)}</li>{{/each}}\
${MORE(`<li class="ink" style="${style.text}">`, '</li>')}</ul>{{/if}}`;
}

export const TIED_TEXT = `
{{#with under}}

{{words}} {{link}}: {{#if url}}{{url}}{{else}}incident {{id}}{{/if}}
{{/with}}
{{#if tied.length}}

ALSO BURNING UNDER THIS ALARM
{{#each tied}}
- {{words}}: {{#if why}}{{why}}{{else}}{{#if id}}{{link}}{{else}}its incident was deleted{{/if}}{{/if}}
{{#if id}}
  {{#if url}}{{url}}{{else}}incident {{id}}{{/if}}

{{/if}}
{{/each}}
{{#if moreTied}}
{{moreTied}} more.
{{/if}}
{{/if}}
`;
