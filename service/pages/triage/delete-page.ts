import { isFinal } from '../../incidents/incident.ts';
import type { IncidentView } from '../../incidents/incident-view.ts';
import { clean } from '../../report/clean-text.ts';
import { compile } from '../../report/templates.ts';
import { incidentRowModel } from '../incident-words.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from '../page-shell.ts';

interface DeleteModel extends PageShellModel {
  readonly headline: string;
  readonly where: string;
  readonly base: string;
  readonly name: string | null;
  /** Why it cannot be deleted. */
  readonly obstacle: string | null;
}

const render = compile<DeleteModel>(
  pageShell(`<h1>Delete this incident?</h1>
<p class="lead">{{headline}}</p><p class="soft">{{where}}</p>
<p>Its recordings, its report, its notes and its trail are deleted for good. Its address will say that it was deleted, \
by whom and when, and so does the <a href="/operations">log of operations</a>.</p>
{{#if obstacle}}<p><strong>{{obstacle}}</strong></p>{{else}}{{#if name}}<div class="confirm">\
<form method="post" action="{{base}}/delete"><button type="submit">Delete it for good, as {{name}}</button></form>\
</div>{{else}}<p><strong>Say on its page who you are, first.</strong></p>{{/if}}{{/if}}
<p><a href="{{base}}">Back to the incident</a></p>`),
);

/** Asked before anything is deleted, also where no script runs. */
export function renderDeletePage(input: {
  readonly view: IncidentView;
  readonly name: string | null;
  readonly assets: PageAssets;
}): string {
  const { view } = input;
  const row = incidentRowModel(view);
  return render({
    title: 'Delete this incident? Smokejumper',
    assets: input.assets,
    nav: navOf(null),
    live: null,
    headline: row.headline,
    where: row.where,
    base: row.href,
    name: input.name === null ? null : clean(input.name, 60),
    obstacle: obstacleOf(view),
  });
}

function obstacleOf(view: IncidentView): string | null {
  if (!isFinal(view.state)) return 'It is under way: it can be deleted when everybody has been told.';
  return view.triage.pinned ? 'It is pinned: unpin it first.' : null;
}
