import { isFinal } from '../incidents/incident.ts';
import type { IncidentView } from '../incidents/incident-view.ts';
import { ANSWER, BANNER, facts, LEAD } from '../report/answer/answer-section.ts';
import { clean, ended } from '../report/clean-text.ts';
import { DRILL_BANNER } from '../report/drill/drill-words.ts';
import { EARLIER } from '../report/earlier/earlier-section.ts';
import { PAGE_LIMITS } from '../report/finding-model.ts';
import type { ReportFile } from '../report/report-data.ts';
import { isIncomplete, type ReportModel, reportModel } from '../report/report-model.ts';
import {
  ALARM,
  CULPRIT_CODE,
  FINDINGS,
  LEGEND,
  MEMBERS,
  MISSING,
  OBTAINED,
  PROGRAMS,
} from '../report/report-sections.ts';
import { sentenceTemplate } from '../report/sentence-template.ts';
import { FURTHER_CODE } from '../report/source/code-section.ts';
import { compile } from '../report/templates.ts';
import { TIED, type TiedModel, tiedModels, UNDER, type UnderModel, underModel } from '../report/tied/tied-section.ts';
import { clockTemplate, timeTemplate } from '../report/time-template.ts';
import { keepNames, loose, type Sentence } from '../shared/text/sentence.ts';
import { type DisplayTime, displayTime } from '../shared/text/time.ts';
import { DOWNLOADS, type DownloadModel, downloadModels } from './downloads-section.ts';
import { GRAPHS, type GraphModel, graphModels } from './graphs-section.ts';
import {
  HISTORY_LINKS,
  type HistoryLinkModel,
  historyLinks,
  SEEN_BEFORE,
  type SeenSectionModel,
  seenSection,
} from './history/seen-section.ts';
import {
  type DeliveryModel,
  deliveryModel,
  type IncidentRowModel,
  incidentRowModel,
  isPassedOver,
  type NotificationModel,
  notificationModel,
  OWN_NOTIFICATIONS_TABLE,
  type StepModel,
  stepModels,
} from './incident-words.ts';
import { incidentHref } from './links.ts';
import { navOf, type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';
import { PROGRESS, type ProgressModel, progressKey, progressModel } from './progress/progress-section.ts';
import { SECOND, type SecondModel, secondModel } from './second/second-section.ts';
import { type TriageModel, triageModel, type Worker } from './triage/triage-model.ts';
import { TRAIL, TRIAGE } from './triage/triage-section.ts';

export interface IncidentPageInput {
  readonly view: IncidentView;
  /** All files that are kept for the incident; `view.report.files` knows only those older than the report. */
  readonly files: readonly ReportFile[];
  /** Who may change something; absent or null: nobody. */
  readonly worker?: Worker | null;
  readonly assets: PageAssets;
}

interface IncidentModel extends PageShellModel {
  /** Also while there is no report yet. */
  readonly drill: string | null;
  /** Of a second recording. */
  readonly second: string | null;
  /** The composite alarm that it was opened under, and what other groups burn under its own. */
  readonly under: UnderModel | null;
  readonly tied: readonly TiedModel[];
  readonly moreTied: number;
  /** What became of the incident after its report. */
  readonly later: SecondModel | null;
  /** Of a second recording: the page of the incident. */
  readonly firstHref: string | null;
  readonly row: IncidentRowModel;
  readonly steps: readonly StepModel[];
  readonly progress: ProgressModel | null;
  readonly headline: Sentence;
  /** Of an incident without a report. */
  readonly lead: string;
  readonly closed: DisplayTime | null;
  readonly report: ReportModel | null;
  readonly seen: SeenSectionModel | null;
  readonly history: readonly HistoryLinkModel[];
  readonly missing: boolean;
  readonly graphs: readonly GraphModel[];
  readonly events: readonly { at: DisplayTime; state: string; detail: Sentence; last: boolean }[];
  readonly deliveries: readonly DeliveryModel[];
  readonly notifications: readonly NotificationModel[];
  readonly downloads: readonly DownloadModel[];
  readonly triage: TriageModel;
}

const render = compile<IncidentModel>(
  pageShell(`
<nav class="crumbs" aria-label="Breadcrumb"><a href="/">All incidents</a>\
{{#if firstHref}} › <a href="{{firstHref}}">The first recording</a>{{/if}}</nav>
<header>
${BANNER}${UNDER}<div class="where">{{#each row.pills}}<span class="pill {{tone}}">{{words}}</span> {{/each}}\
{{#if report}}<span class="copies small" data-copy="{{row.href}}/report"></span>{{else}}\
<span>{{row.where}}</span>{{/if}}</div>
<h1>${sentenceTemplate('headline')}</h1>
{{#if report}}{{#with report}}${LEAD}${facts(', {{@root.row.lasted}}; report after {{answer.reportedAfter}}')}{{/with}}\
{{else}}<p class="lead">{{lead}}</p>
<p class="facts">Alarm {{row.alarmName}} at ${timeTemplate('row.opened')}, {{row.lasted}}.</p>{{/if}}
${HISTORY_LINKS}
{{#if steps.length}}<ol class="steps" aria-label="Progress">{{#each steps}}\
<li{{#if done}} class="done"{{/if}}{{#if current}} aria-current="step"{{/if}}>{{label}}</li>{{/each}}</ol>{{/if}}\
${PROGRESS}
</header>${SECOND}${TIED}
{{#with row.retry}}<section class="note" aria-labelledby="retry"><h2 id="retry">This step {{times}}</h2>\
<p>{{reason}} <span class="soft">The next attempt is at \
${clockTemplate('next')}.</span></p></section>{{/with}}
{{#with report}}${ANSWER}{{/with}}${SEEN_BEFORE}{{#with report}}${EARLIER}{{/with}}
{{#if missing}}{{#with report}}${MISSING}{{/with}}{{/if}}${TRIAGE}
{{#with report}}${CULPRIT_CODE}{{/with}}
${GRAPHS}
{{#with report}}${FINDINGS}${FURTHER_CODE}${PROGRAMS}${OBTAINED}${MEMBERS}{{/with}}
<div class="pair">
{{#with report}}${ALARM}{{/with}}
<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<ol class="timeline">{{#each events}}<li{{#if last}} class="last"{{/if}}>\
${clockTemplate('at')}<strong>{{state}}</strong> ${sentenceTemplate('detail')}</li>{{/each}}\
{{#if closed}}<li class="last">${clockTemplate('closed')}\
<strong>OK</strong> the alarm is over</li>{{/if}}</ol></section>
</div>${TRAIL}
{{#if deliveries.length}}<section aria-labelledby="told"><h2 id="told">Who was told</h2>\
<ul class="told">{{#each deliveries}}<li><span class="pill {{tone}}">{{outcome}}</span> {{recipient}}\
{{#if reason}}<br><span class="soft">{{reason}}</span>{{/if}}</li>{{/each}}</ul></section>{{/if}}
{{#if notifications.length}}<section aria-labelledby="notifications">\
<h2 id="notifications">Notifications for this incident</h2>${OWN_NOTIFICATIONS_TABLE}</section>{{/if}}
${DOWNLOADS}
${LEGEND}`),
);

/** `/incidents/:id`: everything that is known, also while the incident is under way and there is no report yet. */
export function renderIncidentPage(input: IncidentPageInput): string {
  const { view, files } = input;
  const row = incidentRowModel(view);
  const closedAtMs = okAtMs(view);
  const report = view.report === null ? null : reportModel(view.report, PAGE_LIMITS, view.source);
  return render({
    title: `${row.where}: ${row.headline}`,
    assets: input.assets,
    nav: navOf(null),
    live: isOver(view) ? null : liveKey(view),
    drill: view.isDrill ? DRILL_BANNER : null,
    second: report?.second ?? null,
    under: underModel(view.ties?.under, PAGE_LIMITS),
    ...tiedModels(view.ties?.others, PAGE_LIMITS),
    later: secondModel(view),
    firstHref: view.secondOf === undefined ? null : incidentHref(view.secondOf),
    row,
    steps: isFinal(view.state) ? [] : stepModels(view.state),
    progress: progressModel(view),
    headline: report?.title ?? loose(row.headline),
    lead: leadWithoutReport(view),
    closed: closedAtMs === null ? null : displayTime(closedAtMs),
    report,
    seen: seenSection(view),
    history: historyLinks(view),
    missing: report !== null && isIncomplete(report),
    graphs: graphModels(view.id, view.report, files),
    events: eventModels(view),
    deliveries: view.deliveries.map(deliveryModel),
    notifications: view.notifications.map(notificationModel),
    downloads: downloadModels(view.id, view.report, files),
    triage: triageModel(view, input.worker ?? null),
  });
}

/** When the alarm went back to OK; there is none in a drill. */
function okAtMs({ isDrill, secondOf, closedAtMs }: IncidentView): number | null {
  return isDrill || secondOf !== undefined ? null : closedAtMs;
}

/** A reported incident still waits for the end of its alarm; one that is not captured waits for nothing. */
function isOver(view: IncidentView): boolean {
  return isFinal(view.state) && (view.closedAtMs !== null || isPassedOver(view.state));
}

function liveKey(view: IncidentView): string {
  const parts = [
    view.state,
    view.events.length,
    view.closedAtMs,
    view.retry?.attempts ?? 0,
    ...(view.second === undefined ? [] : [view.second.row?.state ?? 'none']),
    ...(view.ties === undefined ? [] : [view.ties.others.filter(({ headline }) => headline !== null).length]),
    view.triage.changes.length,
    ...progressKey(view),
  ];
  return clean(parts.join(' '), 200);
}

function leadWithoutReport(view: IncidentView): string {
  const last = view.events.at(-1);
  const detail = ended(clean(last?.detail ?? '', 500));
  if (view.state === 'throttled') return `Not profiled. ${detail}`;
  if (view.state === 'lapsed') return `Not profiled: ${detail}`;
  if (view.progress?.queue) return 'Waits for its turn; this page refreshes itself.';
  if (view.state === 'accepted') return 'The instances are being chosen; this page refreshes itself.';
  return 'The profiles are being taken; this page refreshes itself.';
}

function eventModels(view: IncidentView): IncidentModel['events'] {
  const instances = [view.hotInstance ?? '', ...(view.report?.peerInstances ?? [])];
  return view.events.map((event, at) => ({
    at: displayTime(event.atMs),
    state: event.state,
    detail: keepNames(clean(event.detail, 500), instances),
    last: at === view.events.length - 1 && okAtMs(view) === null,
  }));
}
