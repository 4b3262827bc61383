import { functionKey, programKey } from '../../incidents/history/function-key.ts';
import type { IncidentView } from '../../incidents/incident-view.ts';
import { clean } from '../../report/clean-text.ts';
import { type SeenModel, seenModel } from '../../report/earlier/seen-before.ts';
import { timeTemplate } from '../../report/time-template.ts';
import { comparedHref, filterHref, functionHref, groupHref, incidentHref } from '../links.ts';

export interface SeenSectionModel extends Omit<SeenModel, 'latest'> {
  /** All with the same cause. */
  readonly href: string;
  readonly latest: readonly (SeenModel['latest'][number] & { readonly href: string; readonly compare: string })[];
}

export function seenSection({ id, seen, openedAtMs }: IncidentView): SeenSectionModel | null {
  const model = seenModel(seen, openedAtMs);
  if (model === null || seen === null) return null;
  const compare = (past: string) => comparedHref({ a: `${past}/hot`, b: `${id}/hot` });
  const latest = model.latest.map((past) => ({ ...past, href: incidentHref(past.id), compare: compare(past.id) }));
  return { ...model, latest, href: filterHref('cause', seen.cause) };
}

/** For `seen` in the context. */
export const SEEN_BEFORE = `{{#with seen}}<section class="note seen" aria-labelledby="seen">\
<h2 id="seen">Seen before</h2>
<p><strong>{{words}}</strong>{{#if releases}} {{releases}}{{/if}}</p>
<p>{{#each latest}}{{#unless @first}}, {{/unless}}<a href="{{href}}">\
${timeTemplate('at')}</a> \
(<a href="{{compare}}">compare<span class="hidden-text"> the hot instance then, {{at.text}}, and now\
</span></a>){{/each}}; \
<a href="{{href}}">all with this cause</a></p>
</section>{{/with}}`;

export interface HistoryLinkModel {
  readonly text: string;
  readonly href: string;
}

/** Functions with a link to their history. */
const LINKED = 5;

/** Where more is to be seen of the group, the functions and the programs that the report names. */
export function historyLinks({ group, report }: IncidentView): HistoryLinkModel[] {
  const program = report?.verdict.program;
  const functions = (report?.findings ?? []).slice(0, LINKED).map(functionKey);
  const keys = [...(program === undefined ? [] : [programKey(program.name)]), ...functions];
  const links = keys.map((key) => ({ text: clean(key.name, 80), href: functionHref(key).href }));
  return [
    ...(group === null ? [] : [{ text: `group ${clean(group, 80)}`, href: groupHref(group) }]),
    ...new Map(links.map((link) => [link.href, link])).values(),
  ];
}

/** For `history` in the context. */
export const HISTORY_LINKS = `{{#if history}}<p class="facts">Over time: \
{{#each history}}{{#unless @first}}, {{/unless}}\
<a href="{{href}}">{{text}}</a>{{/each}}</p>{{/if}}`;
