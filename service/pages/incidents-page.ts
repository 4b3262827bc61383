import { isFinal } from '../incidents/incident.ts';
import type { IncidentRow } from '../incidents/incident-row.ts';
import type { Notification } from '../incidents/notification.ts';
import type { Page } from '../incidents/store-port.ts';
import { clean } from '../report/clean-text.ts';
import { compile } from '../report/templates.ts';
import type { Mute } from '../rules/mute.ts';
import { FILTER_FORM, type FilterModel, filterModel } from './filter-form.ts';
import {
  INCIDENT_LIST,
  type IncidentRowModel,
  incidentRowModel,
  NOTIFICATIONS_TABLE,
  type NotificationModel,
  notificationModel,
} from './incident-words.ts';
import { groupHref, listHref } from './links.ts';
import { type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';
import { PAGER, type PagerModel, pagerModel } from './pager.ts';
import { MUTES, type MuteModel, muteModel } from './triage/mutes-section.ts';

export interface IncidentsPageInput {
  readonly page: Page<IncidentRow>;
  /** What the list is narrowed by, as its address says it. */
  readonly params: Readonly<Record<string, string>>;
  /** Whether what is older than a row was asked for. */
  readonly isBehind?: boolean;
  /** All groups that ever had an incident, for the filter. */
  readonly groups: readonly string[];
  /** The newest notifications. */
  readonly notifications: readonly Notification[];
  /** Groups that are muted now. */
  readonly mutes?: readonly Mute[];
  readonly assets: PageAssets;
}

interface IncidentsModel extends PageShellModel {
  readonly incidents: readonly IncidentRowModel[];
  readonly notifications: readonly NotificationModel[];
  readonly filters: FilterModel;
  readonly filtered: boolean;
  readonly groupHref: string | null;
  readonly note: string | null;
  /** Why there is none. */
  readonly empty: string | null;
  readonly files: readonly { readonly href: string; readonly words: string }[];
  readonly pager: PagerModel;
  readonly mutes: readonly MuteModel[];
}

const render = compile<IncidentsModel>(
  pageShell(`
<h1>Incidents</h1>${MUTES}
${FILTER_FORM}
<section aria-labelledby="list"><h2 id="list" class="hidden-text">\
{{#if filtered}}Incidents found{{else}}All incidents{{/if}}</h2>
{{#if groupHref}}<p class="lead"><a href="{{groupHref}}">What burns in this group over time</a></p>{{/if}}\
{{#if note}}<p class="lead">{{note}}</p>{{/if}}{{#if incidents.length}}${INCIDENT_LIST}{{else}}\
<div class="card empty">{{#if empty}}<p>{{empty}}</p>\
{{#each filters.chips}}<p><a href="{{href}}">Without {{label}} {{value}}</a></p>{{/each}}{{else}}\
<p>No alarm has arrived yet.</p><p>Subscribe <code>/sns</code> of this service to the topic of a CloudWatch CPU alarm \
(<code>smokejumper subscribe</code>); <code>smokejumper doctor</code> checks the rest.</p>{{/if}}</div>{{/if}}\
{{#if incidents.length}}${PAGER}{{else}}{{#if pager.isNeeded}}${PAGER}{{/if}}{{/if}}
{{#if incidents.length}}<p class="pager"><span>{{#if filtered}}These{{else}}All{{/if}} as</span>\
{{#each files}}<a href="{{href}}">{{words}}</a>{{/each}}</p>{{/if}}
</section>
<section aria-labelledby="notifications"><h2 id="notifications">Latest notifications</h2>
{{#if notifications.length}}${NOTIFICATIONS_TABLE}\
<p class="pager"><a href="/notifications">All notifications</a></p>{{else}}\
<div class="card empty">Nothing has arrived yet.</div>{{/if}}
</section>`),
);

/** The list for other programs, with the same filters. */
const FILES = [
  ['/incidents.csv', 'CSV'],
  ['/incidents.json', 'JSON'],
  ['/incidents.atom', 'Atom feed'],
] as const;

/** `/`: the incidents, a search, and the newest notifications. */
export function renderIncidentsPage(input: IncidentsPageInput): string {
  const { page, params } = input;
  const filtered = Object.keys(params).length > 0;
  return render({
    title: 'Incidents, Smokejumper',
    assets: input.assets,
    nav: { incidents: true, notifications: false },
    live: liveKey(input),
    feed: listHref('/incidents.atom', params),
    incidents: page.rows.map(incidentRowModel),
    notifications: input.notifications.map(notificationModel),
    mutes: (input.mutes ?? []).map(muteModel),
    filters: filterModel(params, input.groups),
    filtered,
    groupHref: params.group === undefined ? null : groupHref(params.group),
    note: page.searched === null ? null : searchedNote(page.searched),
    empty: emptyWords(input, filtered),
    files: FILES.map(([path, words]) => ({ href: listHref(path, params), words })),
    pager: pagerModel('/', params, page),
  });
}

function emptyWords({ page, isBehind = false }: IncidentsPageInput, filtered: boolean): string | null {
  if (page.searched !== null) return 'None of those that were looked through.';
  if (isBehind) return 'There is nothing older: the list ends before this page.';
  return filtered ? 'No incident matches all of this.' : null;
}

/** Said when not all could be looked at: no index tells which incidents have all of it. */
function searchedNote(searched: number): string {
  return (
    `Several filters at once, and very short or very long words, are looked for in ${searched} incidents at a time: ` +
    '“Older” goes on behind them. One filter, or words of three letters and more, are found at once.'
  );
}

/** Always live: a list that somebody watches must show the next alarm. */
function liveKey(input: IncidentsPageInput): string {
  const open = input.page.rows.filter((row) => !isFinal(row.state));
  const newest = input.notifications[0]?.id ?? 0;
  return clean(
    [input.page.total ?? '', newest, ...open.map((row) => `${row.id}=${row.state}${row.retry?.attempts ?? ''}`)].join(
      ' ',
    ),
    500,
  );
}
