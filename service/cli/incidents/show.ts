import type { IncidentView } from '../../incidents/incident-view.ts';
import { plainMail } from '../../report/mail/plain-mail.ts';
import { renderMail } from '../../report/mail/render-mail.ts';
import { recordings } from '../../report/recordings.ts';
import type { ReportData, ReportFile } from '../../report/report-data.ts';
import { columns } from '../../shared/text/terminal-width.ts';
import { formatUtc } from '../../shared/text/time.ts';
import { stdoutTerminal, type Terminal } from '../output/terminal.ts';
import { wrap } from '../output/wrap.ts';
import { parseCommand, usageError } from '../usage.ts';
import { withFiles } from './files.ts';
import { incidentCalled, withStore } from './look.ts';

/** `smokejumper incidents show ID`: the report in the words of the mail's text part, and how it came about. */
export async function runIncidentsShow(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('incidents show', args);
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw usageError('incidents show takes the ID of one incident.');
  return withStore(async (store, config) => {
    const row = await incidentCalled(store, id);
    return withFiles(config, store, async (queries) => {
      const view = await queries.view(row.id);
      // Deleted this moment.
      if (view === undefined) throw new TypeError(`the incident ${row.id} is gone`);
      const lines = () => incidentLines(view, config.PUBLIC_URL ?? null, stdoutTerminal(values.color));
      process.stdout.write(values.json ? viewJson(view, await queries.files(row.id)) : `${lines().join('\n')}\n`);
      return 0;
    });
  });
}

/** As the API has it, without the addresses. */
export function viewJson(view: IncidentView, files: readonly ReportFile[]): string {
  const recorded = (view.report === null ? [] : recordings(view.report)).map(({ name, instanceId, captureId }) => ({
    name,
    instanceId,
    captureId,
  }));
  return `${JSON.stringify({ ...view, files, recordings: recorded }, null, 2)}\n`;
}

export function incidentLines(view: IncidentView, publicUrl: string | null, { width, style }: Terminal): string[] {
  const { id, report, events, deliveries, retry } = view;
  const pageUrl = publicUrl === null ? '' : `${publicUrl}/incidents/${id}`;
  const said = report === null ? notYet(view) : reportText(report, pageUrl, view.source);
  const [headline = '', ...text] = said.trimEnd().split('\n');
  const told = deliveries.map(({ kind, state, channel, recipient, note }) => {
    const what = kind === 'report' ? '' : 'all-clear, ';
    return `${state.padEnd(8)} ${what}${channel} to ${recipient}${note === null ? '' : `: ${note}`}`;
  });
  return [
    ...wrap(headline, '', width).map(style.bold),
    ...text.flatMap((line) => wrapped(line, width)),
    '',
    style.bold(`Incident ${id}`),
    ...events.flatMap(({ atMs, state, detail }) =>
      wrap(detail, ' '.repeat(23 + 12), width, `${formatUtc(atMs)} ${state.padEnd(11)}`),
    ),
    ...(retry === null ? [] : wrap(`Trying again at ${formatUtc(retry.nextAtMs)}: ${retry.reason}`, '  ', width, '')),
    ...told.flatMap((line) => wrap(line, ' '.repeat(9), width, '')),
  ];
}

/** Of a report that is too long for a mail, what the plain one says. */
function reportText(report: ReportData, pageUrl: string, source: IncidentView['source']): string {
  try {
    return renderMail(report, { pageUrl, pictures: [], source }).text;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return plainMail(report, pageUrl, []).text;
  }
}

function notYet({ alarmName, state, openedAtMs }: IncidentView): string {
  return `${alarmName}\n\nOpened ${formatUtc(openedAtMs)}; there is no report yet (${state}).`;
}

/** Further lines of an indented one are indented as it is. */
function wrapped(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  // Columns that were laid out would fall apart.
  return columns(line) <= width
    ? wrap(line, '', Number.MAX_SAFE_INTEGER)
    : wrap(line.trimStart(), `${indent}  `, width, indent);
}
