import type { FunctionPoint } from '../../incidents/history/history.ts';
import type { FunctionHistory } from '../../incidents/store-port.ts';
import { clean, cleanPath } from '../../report/clean-text.ts';
import { compile } from '../../report/templates.ts';
import { timeTemplate } from '../../report/time-template.ts';
import { formatCores, signedCores } from '../../shared/text/number.ts';
import { type DisplayTime, displayTime } from '../../shared/text/time.ts';
import { filterHref, functionHref, groupHref, incidentHref } from '../links.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from '../page-shell.ts';
import { PAGER, type PagerModel, pagerModel } from '../pager.ts';
import { coreHours } from './burnt.ts';
import { DOTS, type DotsModel, dotsModel } from './charts.ts';

export interface FunctionPageInput {
  readonly history: FunctionHistory;
  readonly nowMs: number;
  readonly assets: PageAssets;
}

interface PointModel {
  readonly href: string;
  readonly opened: DisplayTime;
  readonly group: { readonly href: string; readonly text: string } | null;
  readonly instance: string | null;
  readonly hot: string;
  readonly healthy: string | null;
  readonly delta: string | null;
  readonly change: string;
  readonly release: string | null;
}

interface FunctionModel extends PageShellModel {
  readonly name: string;
  readonly place: string | null;
  readonly package: { readonly href: string; readonly text: string } | null;
  readonly sameName: string;
  readonly found: number;
  readonly burnt: string;
  readonly dots: DotsModel | null;
  readonly points: readonly PointModel[];
  readonly pager: PagerModel;
}

const NAME = 160;

const render = compile<FunctionModel>(
  pageShell(`
<nav class="crumbs" aria-label="Breadcrumb"><a href="/">All incidents</a></nav>
<header><h1><code>{{name}}</code></h1>
<p class="lead">{{#if place}}<code>{{place}}</code>{{else}}No file is known.{{/if}}\
{{#with package}} in package <a href="{{href}}">{{text}}</a>{{/with}}</p>
<p class="facts">Of the incidents on this page it changed in {{found}}, and burnt {{burnt}} core-hours more than on the
healthy peer while their alarms were on. <a href="{{sameName}}">Incidents with a finding of this name</a></p></header>
<section aria-labelledby="cores"><h2 id="cores">Cores over time</h2>
${DOTS}<p class="soft small">Orange: the hot instance; blue: its healthy peer, in the same seconds. Callees are counted
in. A line marks where another release begins, where releases are known. The table below has the same numbers.</p>
<div class="scroll" tabindex="0" role="group" aria-labelledby="cores"><table class="stack" role="table">
<caption>The recordings that it was in, newest first. All numbers are CPU cores.</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Incident</th>\
<th role="columnheader" scope="col">Group</th><th role="columnheader" scope="col">Instance</th>\
<th role="columnheader" scope="col" class="num">Hot</th><th role="columnheader" scope="col" class="num">Healthy</th>\
<th role="columnheader" scope="col" class="num">Difference</th>\
<th role="columnheader" scope="col">Release</th></tr></thead>
<tbody role="rowgroup">{{#each points}}<tr role="row"><th role="rowheader" scope="row"><a href="{{href}}">\
${timeTemplate('opened')}</a><br><span class="soft small">{{change}}</span></th>
<td role="cell" data-label="Group">{{#with group}}<a href="{{href}}">{{text}}</a>{{else}}–{{/with}}</td>\
<td role="cell" data-label="Instance">{{#if instance}}{{instance}}{{else}}–{{/if}}</td>\
<td role="cell" class="num" data-label="Hot">{{hot}}</td>\
<td role="cell" class="num" data-label="Healthy">{{#if healthy}}{{healthy}}{{else}}–{{/if}}</td>\
<td role="cell" class="num" data-label="Difference">{{#if delta}}{{delta}}{{else}}–{{/if}}</td>\
<td role="cell" data-label="Release">{{#if release}}{{release}}{{else}}–{{/if}}</td></tr>{{else}}\
<tr role="row"><td role="cell" colspan="7">There is nothing older.</td></tr>{{/each}}</tbody>
</table></div>${PAGER}</section>`),
);

/** `/function?place=…&name=…`: one function over all incidents. */
export function renderFunctionPage({ history, nowMs, assets }: FunctionPageInput): string {
  const name = clean(history.name, NAME) || '(no name)';
  const { rows } = history.points;
  const dots = rows.map(({ openedAtMs: atMs, hotCores: hot, healthyCores: healthy, release }) => ({
    ...{ atMs, hot, healthy, release },
  }));
  const owner = history.package;
  return render({
    title: `${name}, Smokejumper`,
    assets,
    nav: navOf(null),
    live: null,
    name,
    place: history.place === '' ? null : cleanPath(history.place, NAME * 2),
    package: owner === null ? null : { href: filterHref('package', owner), text: clean(owner, NAME) },
    sameName: filterHref('function', history.name),
    found: rows.filter(({ isFinding }) => isFinding).length,
    burnt: coreHours(rows.reduce((sum, point) => sum + burntBy(point, nowMs), 0)),
    dots: dotsModel(dots, `Cores of ${name} in ${rows.length} recordings, as in the table below`),
    points: rows.map(pointModel),
    pager: pagerModel('/function', functionHref(history).query, history.points),
  });
}

function burntBy({ extraCores, openedAtMs, closedAtMs }: FunctionPoint, nowMs: number): number {
  return extraCores * Math.max(0, (closedAtMs ?? nowMs) - openedAtMs);
}

function pointModel(point: FunctionPoint): PointModel {
  const { group, hotInstance, hotCores, healthyCores, release } = point;
  return {
    href: incidentHref(point.id),
    opened: displayTime(point.openedAtMs),
    group: group === null ? null : { href: groupHref(group), text: clean(group, NAME) },
    instance: hotInstance === null ? null : clean(hotInstance, NAME),
    hot: formatCores(hotCores),
    healthy: healthyCores === null ? null : formatCores(healthyCores),
    delta: healthyCores === null ? null : signedCores(hotCores - healthyCores),
    change: point.isFinding ? 'a finding' : 'not changed',
    release: release === null ? null : clean(release, 60),
  };
}
