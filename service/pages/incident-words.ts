import { type IncidentState, isFinal, WAY } from '../incidents/incident.ts';
import type { Facet } from '../incidents/incident-filter.ts';
import type { IncidentRow } from '../incidents/incident-row.ts';
import type { Notification, NotificationOutcome } from '../incidents/notification.ts';
import type { SettledDelivery } from '../incidents/store-port.ts';
import { rowTitle } from '../report/answer/answer-model.ts';
import { rowLabel } from '../report/answer/verdict-label.ts';
import { clean, ended } from '../report/clean-text.ts';
import { headlineOf, where } from '../report/report-model.ts';
import { timeTemplate } from '../report/time-template.ts';
import { capitalised } from '../shared/text/capitalised.ts';
import { formatDuration } from '../shared/text/duration.ts';
import { type DisplayTime, displayTime } from '../shared/text/time.ts';
import { filterHref, incidentHref } from './links.ts';
import { PILL } from './pill-template.ts';
import { MARKS, type MarkModel, markModels } from './triage/marks.ts';

/**
 * What a person calls a state: as a step that is done, and what goes on in it. A step that is not on the way has no
 * name.
 */
const STATE_WORDS = {
  accepted: { done: 'Alarm accepted', doing: 'choosing instances' },
  targeted: { done: 'Instances chosen', doing: 'sending commands' },
  dispatched: { done: 'Commands sent', doing: 'recording' },
  collected: { done: 'Recorded', doing: 'analysing' },
  analyzed: { done: 'Analysed', doing: 'writing the report' },
  failed: { done: '', doing: 'given up, writing the report' },
  reported: { done: 'Report written', doing: 'mailing' },
  notified: { done: 'Mailed', doing: 'reported' },
  throttled: { done: '', doing: 'throttled' },
  lapsed: { done: '', doing: 'lapsed' },
} as const satisfies Record<IncidentState, { readonly done: string; readonly doing: string }>;

export interface StepModel {
  readonly label: string;
  readonly done: boolean;
  readonly current: boolean;
}

/** Nothing was captured, and nothing will be. */
export function isPassedOver(state: IncidentState): state is 'throttled' | 'lapsed' {
  return state === 'throttled' || state === 'lapsed';
}

/** Empty for one that takes no steps. */
export function stepModels(state: IncidentState): StepModel[] {
  if (isPassedOver(state)) return [];
  const reached = WAY.indexOf(state);
  return WAY.map((step, at) => {
    const current = at === reached + 1;
    // Of a failed incident no step is reached, and the first is shown as it is called when done.
    const label = current && reached >= 0 ? capitalised(STATE_WORDS[state].doing) : STATE_WORDS[step].done;
    return { label, done: at <= reached, current };
  });
}

export interface IncidentRowModel {
  readonly href: string;
  readonly headline: string;
  readonly where: string;
  readonly alarmName: string;
  /** What was found, or how far it is; then whether it still burns. */
  readonly pills: readonly Pill[];
  /** The parts of the place, each with the list of those that have the same. */
  readonly place: readonly LinkModel[];
  /** Null where it is that of all. */
  readonly region: string | null;
  readonly alarm: LinkModel;
  /** An earlier incident had the same cause. */
  readonly again: boolean;
  readonly opened: DisplayTime;
  readonly lasted: string;
  readonly retry: RetryModel | null;
  readonly marks: readonly MarkModel[];
}

/** `burning` · `over` · `quiet` · `verdict`: how it looks. */
interface Pill {
  readonly words: string;
  readonly tone: 'burning' | 'over' | 'quiet' | 'verdict';
  /** Those that have the same. */
  readonly href: string | null;
}

interface LinkModel {
  readonly text: string;
  readonly href: string;
}

interface RetryModel {
  /** `failed 3 times`. */
  readonly times: string;
  readonly reason: string;
  readonly next: DisplayTime;
}

/** Longest name and headline in a list. */
const NAME = 100;
const HEADLINE = 240;

/** Where there are several accounts or regions, each of them says its own. */
export function incidentRowModels(rows: readonly IncidentRow[]): IncidentRowModel[] {
  const isMixed = new Set(rows.map(({ accountId, region }) => `${accountId} ${region}`)).size > 1;
  return rows.map((row) => {
    const model = incidentRowModel(row);
    if (!isMixed) return model;
    const region = row.region === null ? null : clean(row.region, NAME);
    return { ...model, place: [...model.place, ...linkTo('account', row.accountId)], region };
  });
}

export function incidentRowModel(row: IncidentRow): IncidentRowModel {
  return {
    href: incidentHref(row.id),
    headline:
      row.headline === null
        ? headlineWithoutReport(row)
        : rowTitle(headlineOf(row.headline, HEADLINE), row.verdictClass),
    where: where({ group: row.group, hotInstance: row.hotInstance, alarm: { name: row.alarmName } }, NAME),
    alarmName: clean(row.alarmName, NAME),
    pills: pills(row),
    place: [...linkTo('group', row.group), ...linkTo('instance', row.hotInstance)],
    region: null,
    alarm: { text: clean(row.alarmName, NAME), href: filterHref('alarm', row.alarmName) },
    again: row.again,
    opened: displayTime(row.openedAtMs),
    lasted: lastedWords(row),
    retry: isFinal(row.state) ? null : retryModel(row.retry),
    marks: markModels(row.marks),
  };
}

function lastedWords({ isDrill, secondOf, closedAtMs, openedAtMs }: IncidentRow): string {
  if (isDrill) return 'no alarm';
  if (secondOf !== undefined) return 'second recording';
  return closedAtMs === null ? 'still in ALARM' : `in ALARM for ${formatDuration(closedAtMs - openedAtMs)}`;
}

function pills({ state, closedAtMs, verdictClass, headline, isDrill, secondOf }: IncidentRow): Pill[] {
  if (isDrill) return [{ words: 'drill', tone: 'quiet', href: filterHref('state', 'drill') }];
  if (isPassedOver(state)) return [{ words: STATE_WORDS[state].doing, tone: 'quiet', href: null }];
  const verdict = verdictClass === null ? null : rowLabel(verdictClass, headline);
  const words = verdict ?? STATE_WORDS[state].doing;
  const isNamed = verdict !== null && verdict !== 'inconclusive' && verdict !== 'no profile';
  const href = verdictClass === null ? null : filterHref('verdict', verdictClass);
  const found: Pill = { words, tone: isNamed ? 'verdict' : 'quiet', href };
  if (secondOf !== undefined) return [found, { words: 'second recording', tone: 'quiet', href: null }];
  const burning = closedAtMs === null ? 'burning' : 'over';
  return [found, { words: burning, tone: burning, href: filterHref('state', burning) }];
}

function linkTo(name: Facet, value: string | null): LinkModel[] {
  return value === null ? [] : [{ text: clean(value, NAME), href: filterHref(name, value) }];
}

function retryModel(retry: IncidentRow['retry']): RetryModel | null {
  if (retry === null) return null;
  const times = retry.attempts === 1 ? 'failed once' : `failed ${retry.attempts} times`;
  return { times, reason: ended(clean(retry.reason, 500)), next: displayTime(retry.nextAtMs) };
}

function headlineWithoutReport(row: IncidentRow): string {
  const alarm = clean(row.alarmName, NAME) || 'unnamed alarm';
  return isPassedOver(row.state) ? `${alarm}: not profiled` : `${alarm}: ${STATE_WORDS[row.state].doing}`;
}

export interface NotificationModel {
  readonly received: DisplayTime;
  readonly outcome: string;
  readonly tone: string;
  readonly reason: string;
  readonly href: string | null;
  readonly messageId: string | null;
  /** `account 111122223333, eu-west-1` */
  readonly place: string | null;
}

export interface DeliveryModel {
  readonly recipient: string;
  readonly outcome: string;
  readonly tone: string;
  readonly reason: string | null;
}

const DELIVERY_WORDS = { pending: 'not yet', sent: 'told', failed: 'given up' } as const;

export function deliveryModel({ kind, channel, recipient, state, note }: SettledDelivery): DeliveryModel {
  const who = channel === 'mail' ? clean(recipient, NAME) : `topic ${clean(recipient, NAME)}`;
  return {
    recipient: kind === 'report' ? who : `${who} (all-clear)`,
    outcome: DELIVERY_WORDS[state],
    tone: state === 'sent' ? 'over' : 'quiet',
    reason: note === null ? null : ended(clean(note, 500)),
  };
}

/** Outcomes that led to work; the others are recorded reasons for silence. */
const ACTED: ReadonlySet<NotificationOutcome> = new Set(['accepted', 'attached', 'closed', 'confirmed']);

export function notificationModel(row: Notification): NotificationModel {
  return {
    received: displayTime(row.receivedAtMs),
    outcome: row.outcome,
    tone: ACTED.has(row.outcome) ? 'over' : 'quiet',
    reason: clean(row.reason, 500),
    href: row.incidentId === null ? null : incidentHref(row.incidentId),
    messageId: row.messageId === null ? null : clean(row.messageId, NAME),
    place: placeWords(row),
  };
}

function placeWords({ accountId, region }: Notification): string | null {
  const words = [...(accountId === null ? [] : [`account ${accountId}`]), ...(region === null ? [] : [region])];
  return words.length === 0 ? null : clean(words.join(', '), NAME);
}

/** Incidents, for `incidents` in the context. */
export const INCIDENT_LIST = `<ol class="incidents">
{{#each incidents}}<li><div class="pills">{{#each pills}}${PILL} {{/each}}\
{{#if again}}<span class="pill again" title="An earlier incident had the same cause">again</span>{{/if}}</div>
<div><h3><a href="{{href}}">{{headline}}</a></h3><p>\
{{#each place}}{{#unless @first}} {{/unless}}<a href="{{href}}">{{text}}</a>{{else}}{{where}}{{/each}}\
{{#if region}} {{region}}{{/if}}; \
alarm {{#with alarm}}<a href="{{href}}">{{text}}</a>{{/with}}</p>${MARKS}\
{{#with retry}}<p class="retry"><strong>{{times}}:</strong> {{reason}}</p>{{/with}}</div>
<div class="when">${timeTemplate('opened')}<br>{{lasted}}</div></li>
{{/each}}</ol>`;

/** A table of notifications, for `notifications` in the context. */
const table = (incident: { readonly head: string; readonly cell: string }) => `
<div class="scroll" tabindex="0" role="group" aria-label="Notifications"><table class="stack" role="table">
<caption>Every message that arrived, newest first, and what became of it.</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Received</th>\
<th role="columnheader" scope="col">Outcome</th>\
<th role="columnheader" scope="col">Why</th>${incident.head}</tr></thead>
<tbody role="rowgroup">{{#each notifications}}<tr role="row">\
<td role="cell" class="id">${timeTemplate('received')}</td>\
<td role="cell"><span class="pill {{tone}}">{{outcome}}</span></td>\
<td role="cell" class="wide full">{{reason}}{{#if place}}<br>\
<span class="soft small">{{place}}</span>{{/if}}\
{{#if messageId}}<br><code class="soft small">{{messageId}}</code>{{/if}}</td>\
${incident.cell}</tr>{{/each}}</tbody>
</table></div>`;

export const NOTIFICATIONS_TABLE = table({
  head: '<th role="columnheader" scope="col">Incident</th>',
  cell:
    '<td role="cell">{{#if href}}<a href="{{href}}">See it<span class="hidden-text">: incident of {{received.text}}' +
    '</span></a>{{else}}<span class="soft">none</span>{{/if}}</td>',
});

/** On the page of the incident that all of them belong to. */
export const OWN_NOTIFICATIONS_TABLE = table({ head: '', cell: '' });
