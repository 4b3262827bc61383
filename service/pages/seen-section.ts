import type { IncidentView } from '../incidents/incident-view.ts';
import { type SeenModel, seenModel } from '../report/seen-before.ts';
import { filterHref, incidentHref } from './links.ts';

export interface SeenSectionModel extends Omit<SeenModel, 'latest'> {
  /** All with the same cause. */
  readonly href: string;
  readonly latest: readonly (SeenModel['latest'][number] & { readonly href: string })[];
}

export function seenSection({ seen, openedAtMs }: IncidentView): SeenSectionModel | null {
  const model = seenModel(seen, openedAtMs);
  if (model === null || seen === null) return null;
  const latest = model.latest.map((past) => ({ ...past, href: incidentHref(past.id) }));
  return { ...model, latest, href: filterHref('cause', seen.cause) };
}

/** For `seen` in the context. */
export const SEEN_BEFORE = `{{#with seen}}<section class="note seen" aria-labelledby="seen">\
<h2 id="seen">Seen before</h2>
<p><strong>{{words}}</strong>{{#if releases}} {{releases}}{{/if}}</p>
<p>{{#each latest}}{{#unless @first}}, {{/unless}}<a href="{{href}}">\
<time datetime="{{at.iso}}">{{at.text}}</time></a>{{/each}}; <a href="{{href}}">all with this cause</a></p>
</section>{{/with}}`;
