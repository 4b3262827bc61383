/** What the archive of an incident says, in the form in which a store takes it. */
import type { Alarm } from '../../../alarms/alarm.ts';
import { MAIL_FILE } from '../../../incidents/files/made-names.ts';
import type { ImportedIncident } from '../../../incidents/history/imported-incident.ts';
import { type Capture, captureFile } from '../../../incidents/incident.ts';
import { SOURCE_FILE } from '../../../incidents/source/stored-source.ts';
import { readChange, readName } from '../../../incidents/triage/change.ts';
import { plainMail } from '../../../report/mail/plain-mail.ts';
import { hotRelease } from '../../../report/source/deploy-words.ts';
import type { CaptureId, GroupName, IncidentId } from '../../../shared/ids.ts';
import { formatUtc } from '../../../shared/text/time.ts';
import type { Archive, ArchivedCapture } from './read-archive.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

interface Wish {
  /** As it was exported: it may have been dated anew since, and may have got another id. */
  readonly original: Archive;
  readonly labels: readonly string[];
  /** Who imports it, and when. */
  readonly by: string;
  readonly nowMs: number;
  readonly pageUrl: string;
}

/** Throws `BAD_CHANGE` for remarks of people that nobody could have made. */
export function toIncident(archive: Archive, captures: readonly ArchivedCapture[], wish: Wish): ImportedIncident {
  const { index, report, source } = archive;
  const id = index.id as IncidentId;
  const encode = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  const mail = { name: MAIL_FILE, contentType: JSON_TYPE, content: encode(plainMail(report, wish.pageUrl, [])) };
  return {
    id,
    alarm: alarmOf(archive),
    group: report.group as GroupName | null,
    hotInstance: report.hotInstance,
    members: report.members,
    openedAtMs: index.openedAtMs,
    closedAtMs: index.closedAtMs ?? Math.max(index.openedAtMs, ...index.events.map(({ atMs }) => atMs)),
    events: eventsOf(archive, wish.original),
    captures: capturesOf(archive, id),
    report,
    release: source && hotRelease(source),
    files: [
      mail,
      ...(source === null ? [] : [{ name: SOURCE_FILE, contentType: JSON_TYPE, content: encode(source) }]),
      ...captures.map(({ position, content }) => {
        const name = captureFile({ id: report.captures[position]?.captureId ?? '' });
        return { name, contentType: 'application/gzip', content };
      }),
    ],
    changes: changesOf(archive, wish),
  };
}

/** Reports hold what people read of an alarm; the rest is not known any more. */
function alarmOf({ report }: Archive): Alarm {
  const { name, description, reason, metric, threshold, observed, changedAtMs, region, accountId } = report.alarm;
  const [namespace = '', metricName] = (metric ?? '').split(' ');
  return {
    key: `${region ?? ''}/${accountId ?? ''}/${name}`,
    ...{ name, description, reason, threshold, observed, region },
    changedAtMs: Math.round(changedAtMs),
    arn: null,
    accountId: accountId ?? null,
    otherAccounts: [],
    state: 'ALARM',
    previousState: null,
    afterMuteWindow: false,
    metric: metricName === undefined ? null : { namespace, name: metricName },
    comparison: null,
    periodSeconds: null,
    targets: {
      instanceIds: report.group === null && report.hotInstance !== null ? [report.hotInstance] : [],
      groups: report.group === null ? [] : [report.group as GroupName],
      hosts: [],
    },
    contributor: null,
    composite: null,
    isCpu: true,
    cpuWhenAlarm: 'high',
    ...(report.isDrill && { drill: { seconds: report.captures[0]?.seconds ?? 1, mailTo: [] } }),
  };
}

/** The last one says where the incident is from. */
function eventsOf(
  { index: { id, events, openedAtMs } }: Archive,
  { index: before }: Archive,
): ImportedIncident['events'] {
  const copied = before.id === id ? '' : `, a copy of ${before.id}`;
  const dated = before.openedAtMs === openedAtMs ? '' : `, dated anew: it opened ${formatUtc(before.openedAtMs)}`;
  const [last = { atMs: openedAtMs, state: 'notified' as const, detail: '' }] = events.slice(-1);
  const detail = [last.detail, `imported${copied}${dated}`].filter((part) => part !== '').join('; ');
  return [...events.slice(0, -1), { ...last, detail }];
}

function capturesOf({ report }: Archive, incidentId: IncidentId): readonly Capture[] {
  const baseline = { launchedBy: report.baseline?.launchedBy ?? null, cpuPercent: null };
  return report.captures.map(({ captureId, instanceId, role, seconds, hz, startedAtMs, failure, isBaseline }) => ({
    id: captureId as CaptureId,
    ...{ incidentId, instanceId, role, failure },
    // The table has whole ones above zero; what was really recorded is in the report.
    seconds: Math.max(1, Math.round(seconds ?? 1)),
    hz: Math.max(1, Math.round(hz ?? 1)),
    startAtMs: startedAtMs === null ? null : Math.round(startedAtMs),
    commandId: null,
    outcome: failure === null ? 'collected' : 'failed',
    ...(isBaseline && { baseline }),
  }));
}

function changesOf({ index: { triage } }: Archive, { labels, by, nowMs }: Wish): ImportedIncident['changes'] {
  const named = new Set([...(triage?.labels ?? []), ...labels]);
  const remarks = (['known', 'fixed'] as const).flatMap((what) => {
    const remark = triage?.[what] ?? null;
    return remark === null
      ? []
      : [{ change: readChange(what, { to: remark.text }), by: readName(remark.by), atMs: remark.atMs }];
  });
  const notes = (triage?.notes ?? [])
    .filter(({ closed }) => closed === null)
    .map((note) => ({ change: readChange('note', { text: note.text }), by: readName(note.by), atMs: note.atMs }));
  const labelled = [...named].map((label) => ({ change: readChange('label', { label }), by, atMs: nowMs }));
  return [...[...remarks, ...notes].sort((one, other) => one.atMs - other.atMs), ...labelled];
}
