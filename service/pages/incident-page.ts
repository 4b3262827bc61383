import { isFinal } from '../incidents/incident.ts';
import type { IncidentView } from '../incidents/incident-view.ts';
import { clean, ended } from '../report/clean-text.ts';
import { PAGE_LIMITS } from '../report/finding-model.ts';
import type { ReportFile } from '../report/report-data.ts';
import { type ReportModel, reportModel } from '../report/report-model.ts';
import { ALARM, CULPRIT, FINDINGS, LEGEND, MEMBERS, MISSING, OBTAINED, PROGRAMS } from '../report/report-sections.ts';
import { sentenceTemplate } from '../report/sentence-template.ts';
import { FURTHER_CODE } from '../report/source/code-section.ts';
import { compile } from '../report/templates.ts';
import { formatDuration } from '../shared/text/duration.ts';
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
  NOTIFICATIONS_TABLE,
  type NotificationModel,
  notificationModel,
  type StepModel,
  stepModels,
} from './incident-words.ts';
import { type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';

export interface IncidentPageInput {
  readonly view: IncidentView;
  /** All files that are kept for the incident; `view.report.files` knows only those older than the report. */
  readonly files: readonly ReportFile[];
  readonly assets: PageAssets;
}

interface IncidentModel extends PageShellModel {
  readonly row: IncidentRowModel;
  readonly steps: readonly StepModel[];
  readonly headline: Sentence;
  readonly lead: Sentence;
  readonly closed: DisplayTime | null;
  readonly reportedAfter: string | null;
  readonly report: ReportModel | null;
  readonly seen: SeenSectionModel | null;
  readonly history: readonly HistoryLinkModel[];
  readonly missing: boolean;
  readonly graphs: readonly GraphModel[];
  readonly events: readonly { at: DisplayTime; state: string; detail: Sentence; last: boolean }[];
  readonly deliveries: readonly DeliveryModel[];
  readonly notifications: readonly NotificationModel[];
  readonly downloads: readonly DownloadModel[];
}

const render = compile<IncidentModel>(
  pageShell(`
<nav class="crumbs" aria-label="Breadcrumb"><a href="/">All incidents</a></nav>
<header>
<p class="where"><span class="pill {{row.tone}}">{{row.stateWords}}</span> <span>{{row.where}}</span></p>
<h1>${sentenceTemplate('headline')}</h1>
<p class="lead">${sentenceTemplate('lead')}</p>
<p class="facts">Alarm {{row.alarmName}} at <time datetime="{{row.opened.iso}}">{{row.opened.text}}</time>, \
{{row.lasted}}{{#if reportedAfter}}; report after {{reportedAfter}}{{/if}}.</p>
${HISTORY_LINKS}
{{#if steps.length}}<ol class="steps" aria-label="Progress">{{#each steps}}\
<li{{#if done}} class="done"{{/if}}{{#if current}} aria-current="step"{{/if}}>{{label}}</li>{{/each}}</ol>{{/if}}
</header>
{{#with row.retry}}<section class="note" aria-labelledby="retry"><h2 id="retry">This step {{times}}</h2>\
<p>{{reason}} <span class="soft">The next attempt is at \
<time datetime="{{next.iso}}">{{next.clock}}</time>.</span></p></section>{{/with}}
{{#if missing}}{{#with report}}${MISSING}{{/with}}{{/if}}
${SEEN_BEFORE}{{#with report}}${CULPRIT}{{/with}}
${GRAPHS}
{{#with report}}${FINDINGS}${FURTHER_CODE}${PROGRAMS}${OBTAINED}${MEMBERS}{{/with}}
<div class="pair">
{{#with report}}${ALARM}{{/with}}
<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<ol class="timeline">{{#each events}}<li{{#if last}} class="last"{{/if}}>\
<time datetime="{{at.iso}}">{{at.clock}}</time><strong>{{state}}</strong> ${sentenceTemplate('detail')}</li>{{/each}}\
{{#if closed}}<li class="last"><time datetime="{{closed.iso}}">{{closed.clock}}</time>\
<strong>OK</strong> the alarm is over</li>{{/if}}</ol></section>
</div>
{{#if deliveries.length}}<section aria-labelledby="told"><h2 id="told">Who was told</h2>\
<ul class="told">{{#each deliveries}}<li><span class="pill {{tone}}">{{outcome}}</span> {{recipient}}\
{{#if reason}}<br><span class="soft">{{reason}}</span>{{/if}}</li>{{/each}}</ul></section>{{/if}}
{{#if notifications.length}}<section aria-labelledby="notifications">\
<h2 id="notifications">Notifications for this incident</h2>${NOTIFICATIONS_TABLE}</section>{{/if}}
${DOWNLOADS}
${LEGEND}`),
);

/** `/incidents/:id`: everything that is known, also while the incident is under way and there is no report yet. */
export function renderIncidentPage(input: IncidentPageInput): string {
  const { view, files } = input;
  const row = incidentRowModel(view);
  const report = view.report === null ? null : reportModel(view.report, PAGE_LIMITS, view.source);
  return render({
    title: `${row.where}: ${row.headline}`,
    assets: input.assets,
    nav: { incidents: false, notifications: false },
    live: isOver(view) ? null : liveKey(view),
    row,
    steps: isFinal(view.state) ? [] : stepModels(view.state),
    headline: report?.headlinePieces ?? loose(row.headline),
    lead: report?.sentencePieces ?? loose(leadWithoutReport(view)),
    closed: view.closedAtMs === null ? null : displayTime(view.closedAtMs),
    reportedAfter: view.report === null ? null : formatDuration(view.report.generatedAtMs - view.openedAtMs),
    report,
    seen: seenSection(view),
    history: historyLinks(view),
    missing: report !== null && report.failures.length + report.shortcomings.length + report.issues.length > 0,
    graphs: graphModels(view.id, view.report, files),
    events: eventModels(view),
    deliveries: view.deliveries.map(deliveryModel),
    notifications: view.notifications.map(notificationModel),
    downloads: downloadModels(view.id, view.report, files),
  });
}

/** A reported incident still waits for the end of its alarm; one that is not captured waits for nothing. */
function isOver(view: IncidentView): boolean {
  return isFinal(view.state) && (view.closedAtMs !== null || isPassedOver(view.state));
}

function liveKey(view: IncidentView): string {
  return clean([view.state, view.events.length, view.closedAtMs, view.retry?.attempts ?? 0].join(' '), 200);
}

function leadWithoutReport(view: IncidentView): string {
  const last = view.events.at(-1);
  const detail = ended(clean(last?.detail ?? '', 500));
  if (view.state === 'throttled') return `Not profiled. ${detail}`;
  if (view.state === 'lapsed') return `Not profiled: ${detail}`;
  if (view.state === 'accepted') return `Waits for its turn: ${detail}`;
  return 'The profiles are being taken; this page refreshes itself.';
}

function eventModels(view: IncidentView): IncidentModel['events'] {
  const instances = [view.hotInstance ?? '', ...(view.report?.peerInstances ?? [])];
  return view.events.map((event, at) => ({
    at: displayTime(event.atMs),
    state: event.state,
    detail: keepNames(clean(event.detail, 500), instances),
    last: at === view.events.length - 1 && view.closedAtMs === null,
  }));
}
