import type { IncidentRow, NotificationView } from '../incidents/incident-view.ts';
import { clean, ended } from '../report/clean-text.ts';
import { headlineOf, where } from '../report/report-model.ts';
import { formatDuration } from '../shared/text/duration.ts';
import { type DisplayTime, displayTime } from '../shared/text/time.ts';

/** The way of an incident, in order: state, and what a person calls it. */
const STEPS: readonly (readonly [state: string, done: string, doing: string])[] = [
  ['accepted', 'Alarm accepted', 'choosing instances'],
  ['targeted', 'Instances chosen', 'sending commands'],
  ['dispatched', 'Commands sent', 'recording'],
  ['collected', 'Recorded', 'analysing'],
  ['analyzed', 'Analysed', 'writing the report'],
  ['reported', 'Report written', 'mailing'],
  ['notified', 'Mailed', ''],
];

/** States in which nothing more happens. */
const FINAL = new Set(['notified', 'throttled']);

export interface StepModel {
  readonly label: string;
  readonly done: boolean;
  readonly current: boolean;
}

/** Empty for a throttled incident: it takes no steps. */
export function stepModels(state: string): StepModel[] {
  if (state === 'throttled') return [];
  const reached = STEPS.findIndex(([name]) => name === state);
  return STEPS.map(([, done], at) => {
    const current = at === reached + 1;
    return { label: current ? capitalised(STEPS[reached]?.[2] ?? done) : done, done: at <= reached, current };
  });
}

function capitalised(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

export function isFinal(state: string): boolean {
  return FINAL.has(state);
}

export interface IncidentRowModel {
  readonly href: string;
  readonly headline: string;
  readonly where: string;
  readonly alarmName: string;
  readonly verdictClass: string | null;
  /** `burning` · `over` · `quiet`: how the pill looks. */
  readonly tone: string;
  readonly stateWords: string;
  readonly opened: DisplayTime;
  readonly lasted: string;
  readonly retry: RetryModel | null;
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

export function incidentRowModel(row: IncidentRow): IncidentRowModel {
  return {
    href: incidentHref(row.id),
    headline: row.headline === null ? headlineWithoutReport(row) : headlineOf(row.headline, HEADLINE),
    where: where({ group: row.group, hotInstance: row.hotInstance, alarm: { name: row.alarmName } }, NAME),
    alarmName: clean(row.alarmName, NAME),
    verdictClass: row.verdictClass === null ? null : clean(row.verdictClass, NAME),
    tone: row.state === 'throttled' ? 'quiet' : row.closedAtMs === null ? 'burning' : 'over',
    stateWords: stateWords(row.state),
    opened: displayTime(row.openedAtMs),
    lasted:
      row.closedAtMs === null ? 'still in ALARM' : `in ALARM for ${formatDuration(row.closedAtMs - row.openedAtMs)}`,
    retry: isFinal(row.state) ? null : retryModel(row.retry),
  };
}

function retryModel(retry: IncidentRow['retry']): RetryModel | null {
  if (retry === null) return null;
  const times = retry.attempts === 1 ? 'failed once' : `failed ${retry.attempts} times`;
  return { times, reason: ended(clean(retry.reason, 500)), next: displayTime(retry.nextAtMs) };
}

export function incidentHref(id: string): string {
  return `/incidents/${encodeURIComponent(id.toWellFormed())}`;
}

function headlineWithoutReport(row: IncidentRow): string {
  const alarm = clean(row.alarmName, NAME) || 'unnamed alarm';
  return row.state === 'throttled' ? `${alarm}: not profiled` : `${alarm}: ${stateWords(row.state)}`;
}

/** What is going on in this state: `recording`. */
function stateWords(state: string): string {
  if (state === 'notified') return 'reported';
  if (state === 'failed') return 'given up, writing the report';
  return STEPS.find(([name]) => name === state)?.[2] ?? clean(state, NAME);
}

export interface NotificationModel {
  readonly received: DisplayTime;
  readonly outcome: string;
  readonly tone: string;
  readonly reason: string;
  readonly href: string | null;
  readonly messageId: string | null;
}

/** Outcomes that led to work; the others are recorded reasons for silence. */
const ACTED = new Set(['accepted', 'attached', 'closed', 'confirmed']);

export function notificationModel(row: NotificationView): NotificationModel {
  return {
    received: displayTime(row.receivedAtMs),
    outcome: clean(row.outcome, 40),
    tone: ACTED.has(row.outcome) ? 'over' : 'quiet',
    reason: clean(row.reason, 500),
    href: row.incidentId === null ? null : incidentHref(row.incidentId),
    messageId: row.messageId === null ? null : clean(row.messageId, NAME),
  };
}

/** The table of notifications, for `notifications` in the context. */
export const NOTIFICATIONS_TABLE = `
<div class="scroll" tabindex="0" role="group" aria-label="Notifications"><table class="stack" role="table">
<caption>Every message that arrived, newest first, and what became of it.</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Received</th><th role="columnheader" scope="col">Outcome</th><th role="columnheader" scope="col">Why</th><th role="columnheader" scope="col">Incident</th></tr></thead>
<tbody role="rowgroup">{{#each notifications}}<tr role="row"><td role="cell" class="id"><time datetime="{{received.iso}}">{{received.text}}</time></td><td role="cell"><span class="pill {{tone}}">{{outcome}}</span></td><td role="cell" class="wide full">{{reason}}{{#if messageId}}<br><code class="soft small">{{messageId}}</code>{{/if}}</td><td role="cell">{{#if href}}<a href="{{href}}">open<span class="hidden-text"> incident of {{received.text}}</span></a>{{else}}<span class="soft">none</span>{{/if}}</td></tr>{{/each}}</tbody>
</table></div>`;
