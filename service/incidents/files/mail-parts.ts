/** The finished parts of an incident's mail. */
import type { GraphName } from '../../report/graph-words.ts';
import { plainMail } from '../../report/mail/plain-mail.ts';
import type { ReportData } from '../../report/report-data.ts';
import type { Excerpts } from '../../report/source/source-data.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import { failureWords, toFailure } from '../failure.ts';
import type { MailAttachment } from '../ports.ts';
import { storedSource } from '../source/stored-source.ts';
import type { IncidentStore } from '../store-port.ts';
import { withTies } from '../tied/ties-of.ts';
import type { AnalysisPort, StoredMail } from './analysis-port.ts';
import type { IncidentFiles } from './incident-files.ts';
import { keptJson } from './kept-file.ts';
import { MAIL_FILE } from './made-names.ts';

/** Words and files, ready to be sent. */
export interface MailParts extends StoredMail {
  readonly attachments: readonly MailAttachment[];
}

export interface MailDeps {
  readonly store: IncidentStore;
  readonly analysis: AnalysisPort;
  readonly files: IncidentFiles;
  readonly log: Log;
  /** Base of links, without a slash at the end. */
  readonly publicUrl: () => string;
  readonly excerpts: Excerpts;
}

/** The pictures of a mail, in the order in which they are shown: first what is to blame. */
export function picturesOf(report: ReportData): readonly GraphName[] {
  const usual = ['differential', 'hot', 'healthy'] as const;
  return report.verdict.program === undefined ? usual : ['programs', ...usual];
}

const FLAME_GRAPHS = ['hot.svg', 'healthy.svg', 'differential.svg'];
const CID = '@smokejumper';

/**
 * `mail.json` with its pictures and graphs. What is lost (the words, a recording that the pictures are made from) is
 * written anew or left out, and the mail says so: it comes in any case. The same facts give the same mail.
 */
export async function mailParts(deps: MailDeps, id: IncidentId, signal?: AbortSignal): Promise<MailParts> {
  const { attachments, missing } = await attachmentsOf(deps, id, signal);
  const stored = await keptJson<StoredMail>(deps.store, id, MAIL_FILE);
  const attached = new Set(attachments.map(({ cid }) => cid));
  const isWhole = stored !== null && cidsOf(stored).every((cid) => attached.has(cid));
  if (isWhole) return { ...stored, attachments };
  const pictures = attachments.flatMap(({ cid }) =>
    cid === undefined ? [] : [cid.slice(0, -CID.length) as GraphName],
  );
  const mail = await writeMail(deps, id, { pictures, missing, signal, isLastResort: true });
  return { ...mail, attachments };
}

interface WriteMailOptions {
  readonly pictures: readonly GraphName[];
  /** Why pictures are missing, in words. */
  readonly missing?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Whether a mail without templates is better than none: there is no other step that could say more. */
  readonly isLastResort: boolean;
}

/** Renders the mail of the stored report into `mail.json`. */
export async function writeMail(deps: MailDeps, id: IncidentId, options: WriteMailOptions): Promise<StoredMail> {
  const { store, analysis, excerpts } = deps;
  const stored = await store.report(id);
  if (!stored) throw new Error(`incident ${id} has no report to write`);
  // Of the others under the same alarm more may be known than when it was analyzed.
  const report = await withTies(store, id, stored);
  const { pictures, missing = [], signal, isLastResort } = options;
  const pageUrl = `${deps.publicUrl()}/incidents/${id}`;
  const said = { ...report, shortcomings: [...report.shortcomings, ...missing] };
  const source = excerpts === 'off' ? null : await storedSource(store, id);
  const write = async () =>
    analysis.writeMail(
      { report: said, source, pictures, pageUrl, excerpts: excerpts === 'mail', seen: await store.seenBefore(id) },
      { ahead: true, signal },
    );
  const mail = await twice(write).catch((error: unknown) => {
    if (!isLastResort || !isOfTheFiles(error)) throw error;
    deps.log.error({ incidentId: id, err: error }, 'the mail could not be written; a plain one goes out');
    return plainMail(report, pageUrl, [...missing, failureWords(toFailure(error, id))]);
  });
  await store.putFile(id, MAIL_FILE, 'application/json; charset=utf-8', new TextEncoder().encode(JSON.stringify(mail)));
  return mail;
}

function cidsOf({ html }: StoredMail): string[] {
  return [...html.matchAll(/\bcid:([a-z]+@smokejumper)\b/g)].flatMap(([, cid]) => cid ?? []);
}

/** What is there of the pictures and graphs that the incident has, and why others are not: each reason once. */
async function attachmentsOf(deps: MailDeps, id: IncidentId, signal: AbortSignal | undefined) {
  const report = await deps.store.report(id);
  const inline = report === undefined ? [] : picturesOf(report).map((name) => `${name}.png`);
  const names = new Set((await deps.files.files(id)).map(({ name }) => name));
  const attachments: MailAttachment[] = [];
  const missing = new Set<string>();
  for (const filename of [...inline, ...FLAME_GRAPHS].filter((name) => names.has(name))) {
    try {
      const options = { ahead: true, signal };
      const file = await twice(async () => deps.files.file(id, filename, options));
      if (file === undefined) continue;
      const cid = filename.endsWith('.png') ? { cid: filename.replace(/\.png$/, CID) } : {};
      const contentType = file.contentType.replace(/;.*/, '');
      attachments.push({ filename, contentType, content: file.content, ...cid });
    } catch (error) {
      if (!isOfTheFiles(error)) throw error;
      deps.log.warn({ incidentId: id, file: filename, err: error }, 'the mail goes without a graph');
      missing.add(`This mail lacks graphs. ${failureWords(toFailure(error, id))}`);
      // What ended this job would end the next one, which is the same.
      if (!(error instanceof AppError && error.code === 'RECORDING_GONE')) break;
    }
  }
  return { attachments, missing: [...missing] };
}

/** A thread that is gone may have been killed by chance. */
async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'ANALYSIS_CRASHED') return work();
    throw error;
  }
}

/** What another try would not mend; a database that is locked or a service that ends is another matter. */
function isOfTheFiles(error: unknown): boolean {
  return error instanceof AppError && /^(?:ANALYSIS_|RECORDING_GONE$|ARTIFACT_MISSING$)/.test(error.code);
}
