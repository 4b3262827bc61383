/** On the page of an incident: what became of it some minutes after the report. */
import type { IncidentView } from '../../incidents/incident-view.ts';
import { clean, ended } from '../../report/clean-text.ts';
import { timeTemplate } from '../../report/time-template.ts';
import { type DisplayTime, displayTime } from '../../shared/text/time.ts';
import { type IncidentRowModel, incidentRowModel } from '../incident-words.ts';

export interface SecondModel {
  readonly at: DisplayTime;
  readonly reason: string;
  /** The recording; null where none was made, or it is gone. */
  readonly row: IncidentRowModel | null;
}

export const SECOND = `{{#with later}}<section class="note" aria-labelledby="later"><h2 id="later">\
{{#if row}}Recorded once more{{else}}Not recorded once more{{/if}}</h2>\
{{#with row}}<p><a href="{{href}}">{{headline}}</a></p>{{/with}}\
<p class="soft small">{{reason}} ${timeTemplate('at')}</p></section>{{/with}}`;

/** Null while nothing is decided. */
export function secondModel({ second }: IncidentView): SecondModel | null {
  if (second === undefined) return null;
  return {
    at: displayTime(second.atMs),
    reason: ended(clean(second.reason, 500)),
    row: second.row === null ? null : incidentRowModel(second.row),
  };
}
