import type { PrunedIncident } from '../incidents/retention/retention.ts';
import { clean } from '../report/clean-text.ts';
import { compile } from '../report/templates.ts';
import { timeTemplate } from '../report/time-template.ts';
import { type DisplayTime, displayTime } from '../shared/text/time.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';

interface PrunedModel extends PageShellModel {
  readonly headline: string;
  readonly alarmName: string;
  readonly group: string | null;
  readonly opened: DisplayTime;
  readonly pruned: DisplayTime;
  readonly deletedBy: string | null;
}

const render = compile<PrunedModel>(
  pageShell(`<h1>{{headline}}</h1>
<p class="lead">This incident was deleted on ${timeTemplate('pruned')}\
{{#if deletedBy}} by {{deletedBy}}.{{else}}: it was older than \
incidents are kept, or their files had become too many.{{/if}}</p>
<p>The alarm {{alarmName}}{{#if group}} of the group {{group}}{{/if}} had opened it on \
${timeTemplate('opened')}.</p><p><a href="/">All incidents</a></p>`),
);

/** What a link from an old mail leads to when its incident is gone. */
export function renderPrunedPage(input: { readonly pruned: PrunedIncident; readonly assets: PageAssets }): string {
  const { pruned, assets } = input;
  const headline = clean(pruned.headline ?? 'Incident', 200);
  return render({
    title: `${headline}, Smokejumper`,
    assets,
    nav: navOf(null),
    live: null,
    headline,
    alarmName: clean(pruned.alarmName, 300),
    group: pruned.group === null ? null : clean(pruned.group, 200),
    opened: displayTime(pruned.openedAtMs),
    pruned: displayTime(pruned.prunedAtMs),
    deletedBy: pruned.deletedBy === null ? null : clean(pruned.deletedBy, 60),
  });
}
