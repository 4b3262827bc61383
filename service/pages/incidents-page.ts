import { isFinal } from '../incidents/incident.ts';
import type { IncidentRow } from '../incidents/incident-row.ts';
import type { Notification } from '../incidents/notification.ts';
import type { Page } from '../incidents/store-port.ts';
import { clean } from '../report/clean-text.ts';
import { compile } from '../report/templates.ts';
import { timeTemplate } from '../report/time-template.ts';
import type { Mute } from '../rules/mute.ts';
import {
  type IncidentRowModel,
  incidentRowModel,
  NOTIFICATIONS_TABLE,
  type NotificationModel,
  notificationModel,
} from './incident-words.ts';
import { type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';
import { PAGER, type PagerModel, pagerModel } from './pager.ts';
import { MARKS } from './triage/marks.ts';
import { MUTES, type MuteModel, muteModel } from './triage/mutes-section.ts';

export interface IncidentsPageInput {
  readonly page: Page<IncidentRow>;
  /** What has to be said of the page. */
  readonly note: string | null;
  readonly query: { readonly q: string; readonly group: string };
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
  readonly q: string;
  readonly groups: readonly { value: string; label: string; selected: boolean }[];
  readonly filtered: boolean;
  readonly note: string | null;
  readonly pager: PagerModel;
  readonly mutes: readonly MuteModel[];
}

const render = compile<IncidentsModel>(
  pageShell(`
<h1>Incidents</h1>${MUTES}
<form class="search" method="get" action="/" role="search">
<div class="grow"><label for="q">Alarm, function, instance or id</label>\
<input id="q" name="q" type="search" value="{{q}}" maxlength="200" autocomplete="off"></div>
<div><label for="group">Group</label><select id="group" name="group"><option value="">All groups</option>\
{{#each groups}}<option value="{{value}}"{{#if selected}} selected{{/if}}>{{label}}</option>{{/each}}</select></div>
<div><button type="submit">Search</button></div>
{{#if filtered}}<div><a href="/">Show all</a></div>{{/if}}
</form>
<section aria-labelledby="list"><h2 id="list" class="hidden-text">\
{{#if filtered}}Incidents found{{else}}All incidents{{/if}}</h2>
{{#if note}}<p class="lead">{{note}}</p>{{/if}}{{#if incidents.length}}<ol class="incidents">
{{#each incidents}}<li><div class="pills">{{#each pills}}<span class="pill {{tone}}">{{words}}</span> {{/each}}</div>
<div><h3><a href="{{href}}">{{headline}}</a></h3><p>{{where}}; alarm {{alarmName}}</p>${MARKS}{{#with retry}}\
<p class="retry"><strong>{{times}}:</strong> {{reason}}</p>{{/with}}</div>
<div class="when">${timeTemplate('opened')}<br>{{lasted}}</div></li>
{{/each}}</ol>${PAGER}{{else}}<div class="card empty">{{#if pager.isNeeded}}<p>Nothing here.</p>\
{{else}}{{#if filtered}}<p>Nothing matches.</p>{{else}}\
<p>No alarm has arrived yet.</p><p>Subscribe <code>/sns</code> of this service to the topic of a CloudWatch CPU alarm \
(<code>smokejumper subscribe</code>); <code>smokejumper doctor</code> checks the rest.</p>{{/if}}{{/if}}</div>\
{{#if pager.isNeeded}}${PAGER}{{/if}}{{/if}}
</section>
<section aria-labelledby="notifications"><h2 id="notifications">Latest notifications</h2>
{{#if notifications.length}}${NOTIFICATIONS_TABLE}\
<p class="pager"><a href="/notifications">All notifications</a></p>{{else}}\
<div class="card empty">Nothing has arrived yet.</div>{{/if}}
</section>`),
);

/** `/`: the incidents, a search, and the newest notifications. */
export function renderIncidentsPage(input: IncidentsPageInput): string {
  const { page, query } = input;
  return render({
    title: 'Incidents, Smokejumper',
    assets: input.assets,
    nav: { incidents: true, notifications: false },
    live: liveKey(input),
    incidents: page.rows.map(incidentRowModel),
    notifications: input.notifications.map(notificationModel),
    mutes: (input.mutes ?? []).map(muteModel),
    q: clean(query.q, 200),
    groups: groupOptions(input.groups, query.group),
    filtered: query.q !== '' || query.group !== '',
    note: clean(input.note ?? '', 500) || (page.searched === null ? null : searchedNote(page.searched)),
    pager: pagerModel('/', query, page),
  });
}

/** Said when not all could be looked at: there are words in the search that the index does not hold. */
function searchedNote(searched: number): string {
  return (
    `Very short and very long words are looked for in ${searched} incidents at a time: ` +
    '“Older” goes on behind them. Words of three letters and more are found at once.'
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

function groupOptions(groups: readonly string[], selected: string): IncidentsModel['groups'] {
  const known = selected === '' || groups.includes(selected) ? groups : [...groups, selected];
  return known.map((group) => ({
    value: group.toWellFormed(),
    label: clean(group, 100),
    selected: group === selected,
  }));
}
