import type { Baseline } from '../../incidents/baseline/baseline.ts';
import type { Culprit, GroupHistory } from '../../incidents/history/history.ts';
import type { IncidentRow } from '../../incidents/incident-row.ts';
import { clean, cleanPath } from '../../report/clean-text.ts';
import { compile } from '../../report/templates.ts';
import { INCIDENT_LIST, type IncidentRowModel, incidentRowModels } from '../incident-words.ts';
import { filterHref, functionHref } from '../links.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from '../page-shell.ts';
import { BASELINES, type BaselineModel, baselineModel } from './baselines-section.ts';
import { coreHours } from './burnt.ts';
import { BARS, type BarsModel, barsModel } from './charts.ts';

export interface GroupPageInput {
  readonly history: GroupHistory;
  /** The newest. */
  readonly incidents: readonly IncidentRow[];
  /** The newest first; none where nobody records them. */
  readonly baselines: readonly Baseline[];
  readonly assets: PageAssets;
}

interface CulpritModel {
  readonly href: string;
  readonly name: string;
  readonly package: string | null;
  readonly place: string | null;
  readonly incidents: number;
  readonly burnt: string;
}

interface GroupModel extends PageShellModel {
  readonly group: string;
  readonly all: string;
  readonly total: number;
  readonly looked: number;
  readonly isAll: boolean;
  readonly burnt: string;
  readonly bars: BarsModel | null;
  readonly culprits: readonly CulpritModel[];
  readonly incidents: readonly IncidentRowModel[];
  readonly baselines: readonly BaselineModel[];
}

const NAME = 160;

const render = compile<GroupModel>(
  pageShell(`
<nav class="crumbs" aria-label="Breadcrumb"><a href="/">All incidents</a></nav>
<header><h1>Group {{group}}</h1>
<p class="lead">{{#if isAll}}{{total}} incidents{{else}}The newest {{looked}} of {{total}} incidents{{/if}}: what their
reports blame burnt {{burnt}} core-hours more than on the healthy peers while the alarms were on.</p></header>
<section aria-labelledby="time"><h2 id="time">Incidents over time</h2>${BARS}</section>
<section aria-labelledby="culprits"><h2 id="culprits">What burnt most</h2>
{{#if culprits.length}}<div class="scroll" tabindex="0" role="group" aria-labelledby="culprits">\
<table class="stack" role="table">
<caption>Functions and programs that reports blame. A core-hour is one CPU busy for an hour.</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Function</th>\
<th role="columnheader" scope="col" class="num">Incidents</th>\
<th role="columnheader" scope="col" class="num">Core-hours</th></tr></thead>
<tbody role="rowgroup">{{#each culprits}}<tr role="row"><th role="rowheader" scope="row" class="name-cell">\
<a href="{{href}}"><strong class="name">{{name}}</strong></a>\
{{#if package}} <span class="soft small">{{package}}</span>{{/if}}\
{{#if place}}<br><span class="soft small"><code>{{place}}</code></span>{{/if}}</th>
<td role="cell" class="num" data-label="Incidents">{{incidents}}</td>\
<td role="cell" class="num" data-label="Core-hours">{{burnt}}</td></tr>{{/each}}</tbody>
</table></div>{{else}}<div class="card empty">No report of this group blames anything yet.</div>{{/if}}</section>
<section aria-labelledby="list"><h2 id="list">Newest incidents</h2>
${INCIDENT_LIST}<p class="pager"><a href="{{all}}">All incidents of this group</a></p></section>${BASELINES}`),
);

/** `/group?name=…`: what burns in one group, and how often. */
export function renderGroupPage({ history, incidents, baselines, assets }: GroupPageInput): string {
  const group = clean(history.group, NAME);
  const looked = history.openedAtMs.length;
  return render({
    title: `Group ${group}, Smokejumper`,
    assets,
    nav: navOf(null),
    live: null,
    group,
    all: filterHref('group', history.group),
    total: history.total,
    looked,
    isAll: looked === history.total,
    burnt: coreHours(history.coreMs),
    bars: barsModel(history.openedAtMs, `${looked} incidents over time, by day`),
    culprits: history.culprits.map(culpritModel),
    incidents: incidentRowModels(incidents),
    baselines: baselines.map(baselineModel),
  });
}

function culpritModel(culprit: Culprit): CulpritModel {
  return {
    href: functionHref(culprit).href,
    name: clean(culprit.name, NAME) || '(no name)',
    package: culprit.package === null ? null : clean(culprit.package, NAME),
    place: culprit.place === '' ? null : cleanPath(culprit.place, NAME * 2),
    incidents: culprit.incidents,
    burnt: coreHours(culprit.coreMs),
  };
}
