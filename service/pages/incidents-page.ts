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
  incidentRowModels,
  NOTIFICATIONS_TABLE,
  type NotificationModel,
  notificationModel,
} from './incident-words.ts';
import { filterHref, groupHref, listHref } from './links.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';
import { PAGER, type PagerModel, pagerModel } from './pager.ts';
import { SETUP_STEPS, type SetupInput, type SetupModel, setupModel, TRY_FORM } from './setup/setup-section.ts';
import { MUTES, type MuteModel, muteModel } from './triage/mutes-section.ts';

export interface IncidentsPageInput {
  readonly page: Page<IncidentRow>;
  /** What the list is narrowed by, as its address says it. */
  readonly params: Readonly<Record<string, string>>;
  /** Whether what is older than a row was asked for. */
  readonly isBehind?: boolean;
  /** All groups that ever had an incident, for the filter. */
  readonly groups: readonly string[];
  /** The newest of those whose alarm is on. */
  readonly burning?: Page<IncidentRow>;
  /** Whether this is the beginning of all incidents, where those that burn come first. */
  readonly isFirst?: boolean;
  /** Shown while there is no incident. */
  readonly setup?: SetupInput | undefined;
  /** The newest notifications. */
  readonly notifications: readonly Notification[];
  /** Groups that are muted now. */
  readonly mutes?: readonly Mute[];
  readonly assets: PageAssets;
}

interface BurningModel {
  readonly incidents: readonly IncidentRowModel[];
  /** Of the link to the list of them all; null where they are all here. */
  readonly more: string | null;
}

interface IncidentsModel extends PageShellModel {
  readonly incidents: readonly IncidentRowModel[];
  readonly burning: BurningModel | null;
  readonly setup: SetupModel | null;
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
{{#with burning}}<section aria-labelledby="burning"><h2 id="burning">Burning now</h2>${INCIDENT_LIST}\
{{#if more}}<p class="pager"><a href="${filterHref('state', 'burning')}">{{more}}</a></p>{{/if}}</section>{{/with}}
<section aria-labelledby="list"><h2 id="list"{{#unless burning}} class="hidden-text"{{/unless}}>\
{{#if filtered}}Incidents found{{else}}All incidents{{/if}}</h2>
{{#if groupHref}}<p class="lead"><a href="{{groupHref}}">What burns in this group over time</a></p>{{/if}}\
{{#if note}}<p class="lead">{{note}}</p>{{/if}}{{#if incidents.length}}${INCIDENT_LIST}{{else}}\
<div class="card empty{{#unless empty}} first{{/unless}}">{{#if empty}}<p>{{empty}}</p>\
{{#each filters.chips}}<p><a href="{{href}}">Without {{label}} {{value}}</a></p>{{/each}}{{else}}\
<p class="lead">No alarm has arrived yet.\
{{#if setup}} Four steps lead to the first incident:{{/if}}</p>${SETUP_STEPS}${TRY_FORM}\
{{/if}}</div>{{/if}}\
{{#if incidents.length}}${PAGER}{{else}}{{#if pager.isNeeded}}${PAGER}{{/if}}{{/if}}
{{#if incidents.length}}<p class="pager"><span>{{#if filtered}}These{{else}}All{{/if}} as</span>\
{{#each files}}<a href="{{href}}">{{words}}</a>{{/each}}</p>{{/if}}
</section>
<section aria-labelledby="notifications"><h2 id="notifications">Latest notifications</h2>
{{#if notifications.length}}${NOTIFICATIONS_TABLE}\
<p class="pager"><a href="/notifications">All notifications</a>\
{{#if setup}}<a href="/setup">How alarms get here</a>{{/if}}</p>{{else}}\
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
  const alight = input.burning?.total ?? 0;
  return render({
    title: `${alight > 0 ? `(${alight} burning) ` : ''}Incidents, Smokejumper`,
    assets: input.assets,
    nav: navOf('/'),
    live: liveKey(input),
    feed: listHref('/incidents.atom', params),
    incidents: incidentRowModels(page.rows),
    burning: input.isFirst ? burningModel(input.burning) : null,
    setup: input.setup === undefined ? null : setupModel(input.setup),
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

function burningModel(page: Page<IncidentRow> | undefined): BurningModel | null {
  if (page === undefined || page.rows.length === 0) return null;
  const { rows, total } = page;
  const isAll = page.older === null && rows.length === (total ?? rows.length);
  return {
    incidents: incidentRowModels(rows),
    more: isAll ? null : `All ${total ?? 'those'} that burn`,
  };
}

/** Always live: a list that somebody watches must show the next alarm. */
function liveKey(input: IncidentsPageInput): string {
  const open = input.page.rows.filter((row) => !isFinal(row.state));
  const newest = input.notifications[0]?.id ?? 0;
  return clean(
    [
      input.page.total ?? '',
      input.burning?.total ?? '',
      newest,
      ...open.map((row) => `${row.id}=${row.state}${row.retry?.attempts ?? ''}`),
    ].join(' '),
    500,
  );
}
