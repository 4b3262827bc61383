import { GRAPH_WORDS, type GraphName } from '../../report/graph-words.ts';
import { renderMail } from '../../report/mail/render-mail.ts';
import type { ReportData } from '../../report/report-data.ts';
import { renderReportFile } from '../../report/report-file.ts';
import type { Excerpts } from '../../report/source/source-data.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { FetchSource } from '../source/fetch-source.ts';
import { storedSource } from '../source/stored-source.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';

/** The pictures of a mail, in the order in which they are shown: first what is to blame. */
export function picturesOf(report: ReportData): readonly GraphName[] {
  const usual = ['differential', 'hot', 'healthy'] as const;
  return report.verdict.program === undefined ? usual : ['programs', ...usual];
}

/** What `notify` sends: stored, so that a second try sends the same words. */
export interface StoredMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface WriteReportDeps {
  readonly store: IncidentStore;
  /** Base of links, without a slash at the end. */
  readonly publicUrl: () => string;
  readonly excerpts: Excerpts;
}

/** analyzed → reported: the code around the findings for as long as it may take, then the mail and the report file. */
export function writeReportStep(deps: WriteReportDeps & { readonly fetchSource: FetchSource }): Step {
  return async (incident, signal) => {
    const waitMs = deps.excerpts === 'off' ? null : await deps.fetchSource(incident.id, signal);
    if (waitMs !== null) return { kind: 'wait', ms: waitMs };
    await writeReport(deps, incident.id);
    return { kind: 'advance', to: 'reported', detail: 'the report is written' };
  };
}

/** Renders the stored report of an incident into `mail.json` and `report.html`. */
export async function writeReport(deps: WriteReportDeps, id: IncidentId): Promise<void> {
  const { store } = deps;
  const report = await store.report(id);
  if (!report) throw new Error(`incident ${id} has no report to write`);
  const kept = new Set((await store.files(id)).map(({ name }) => name));
  const pictures = picturesOf(report)
    .filter((name) => kept.has(`${name}.png`))
    .map((name) => ({
      name,
      cid: `${name}@smokejumper`,
      alt: ALTERNATIVE_TEXT[name],
    }));
  const source = deps.excerpts === 'off' ? null : await storedSource(store, id);
  const pageUrl = `${deps.publicUrl()}/incidents/${id}`;
  const mail: StoredMail = renderMail(report, { pageUrl, pictures, source, excerpts: deps.excerpts === 'mail' });
  await putText(store, id, 'mail.json', 'application/json', JSON.stringify(mail));
  const graphs = GRAPH_WORDS.map(async ([name]) => {
    const file = await store.file(id, `${name}.svg`);
    return file ? [[name, new TextDecoder().decode(file.content)] as const] : [];
  });
  const svgs = Object.fromEntries((await Promise.all(graphs)).flat());
  await putText(store, id, 'report.html', 'text/html', renderReportFile(report, { svgs, source }));
}

const ALTERNATIVE_TEXT = {
  hot: 'Flame graph of the hot instance',
  healthy: 'Flame graph of the healthy instance',
  programs: 'Flame graph of the other programs of the hot instance',
  differential: 'Differential flame graph: what uses more CPU on the hot instance than on the healthy one',
} as const;

export function putText(store: IncidentStore, id: IncidentId, name: string, type: string, text: string): Promise<void> {
  return store.putFile(id, name, `${type}; charset=utf-8`, new TextEncoder().encode(text));
}
