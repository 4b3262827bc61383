import { clean } from '../clean-text.ts';
import { withoutDrill } from '../drill/drill-words.ts';
import { earlierLinks } from '../earlier/earlier-section.ts';
import { type SeenBefore, seenModel } from '../earlier/seen-before.ts';
import type { Limits } from '../finding-model.ts';
import { type GraphName, graphWords } from '../graph-words.ts';
import { reportText, type TextModel } from '../plain/report-text.ts';
import { webAddress } from '../plain/web-address.ts';
import type { ReportData } from '../report-data.ts';
import { headlineOf, isIncomplete, reportModel, where } from '../report-model.ts';
import { mailCodeModel } from '../source/code-mail-model.ts';
import type { ReportSource } from '../source/source-data.ts';
import { compile } from '../templates.ts';
import { tiedLinks } from '../tied/tied-section.ts';
import { MAIL_HTML } from './mail-template.ts';

/** A picture that travels with the mail and is shown by `cid:`. */
export interface MailPicture {
  readonly cid: string;
  readonly name: GraphName;
  readonly alt: string;
}

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Gmail hides what comes after about 102 kB of HTML; the margin is for what transports add. */
const MAX_HTML_BYTES = 90_000;
/** Phones show about 40 characters of a subject, lists about 120. */
export const MAX_SUBJECT = 120;

/** Tried in turn until the HTML fits; ordinary reports fit the first, only hostile names need another. */
const LIMITS: readonly Limits[] = [
  { findings: 5, members: 6, captures: 3, lines: 6, name: 90, text: 320, code: 15 },
  { findings: 5, members: 4, captures: 2, lines: 4, name: 60, text: 160, code: 9 },
  { findings: 3, members: 2, captures: 2, lines: 2, name: 40, text: 80, code: 3 },
];

interface MailModel extends TextModel {
  readonly subject: string;
  /** The one that says most stands above the findings, the others below. */
  readonly firstPicture: readonly PictureModel[];
  readonly furtherPictures: readonly PictureModel[];
}

interface PictureModel {
  readonly cid: string;
  readonly alt: string;
  readonly title: string;
  readonly caption: string;
}

const html = compile<MailModel>(MAIL_HTML);

export interface MailOptions {
  readonly pageUrl: string;
  readonly pictures: readonly MailPicture[];
  /** In square brackets before the subject: `again`. */
  readonly marks?: readonly string[];
  /** The code around the findings, where it may be seen at all. */
  readonly source?: ReportSource | null;
  /** Whether the mail may have excerpts of it. */
  readonly excerpts?: boolean;
  /** Earlier incidents with the same cause. */
  readonly seen?: SeenBefore | null;
}

/**
 * The mail of a report: subject on one line, HTML of less than 90 kB, and a text part that says the same. `pageUrl` is
 * linked when it is http(s). Pictures appear in the order given.
 */
export function renderMail(data: ReportData, options: MailOptions): RenderedMail {
  const marks = [...(options.marks ?? []), ...(options.seen ? ['again'] : [])];
  const subject = subjectOf(data, marks);
  const rendered = LIMITS.map((limits) => () => {
    const model = mailModel(data, limits, subject, options);
    return { subject, html: html(model), text: reportText(model) };
  });
  let mail: RenderedMail | undefined;
  for (const render of rendered) {
    mail = render();
    if (byteLength(mail.html) < MAX_HTML_BYTES) return mail;
  }
  throw new RangeError(`The mail of incident ${data.incidentId} does not fit into ${MAX_HTML_BYTES} bytes`);
}

/**
 * `web-prod i-0abc: parseHTML (htmlparser2) 0.02 → 1.41 cores`, one line of at most 120 characters. What a mail is
 * besides the first report of a fire stands before that: `[drill] web-prod …`, `[critical] [again] web-prod …`.
 */
export function subjectOf(data: ReportData, marks: readonly string[] = []): string {
  const severity = data.severity === undefined ? [] : [data.severity];
  const all = data.isDrill ? ['drill', ...marks] : [...severity, ...marks];
  const before = all.map((mark) => `[${mark}] `).join('');
  const headline = data.isDrill ? withoutDrill(data.verdict.headline) : data.verdict.headline;
  return clean(`${before}${where(data, 60)}: ${headlineOf(headline, MAX_SUBJECT)}`, MAX_SUBJECT);
}

function mailModel(data: ReportData, limits: Limits, subject: string, options: MailOptions): MailModel {
  const model = reportModel(data, limits, options.source ?? null);
  const code = options.excerpts ? (model.culprit?.code ?? null) : null;
  const pictures = options.pictures.map((picture) => {
    return { cid: picture.cid, alt: clean(picture.alt, limits.text), ...graphWords(picture.name, data) };
  });
  return {
    ...model,
    subject,
    ...tiedLinks(model, options.pageUrl),
    ...earlierLinks(model.earlier, options.pageUrl),
    seen: seenModel(options.seen, data.openedAtMs),
    pageUrl: webAddress(options.pageUrl),
    code: code && mailCodeModel(code),
    missing: isIncomplete(model),
    firstPicture: pictures.slice(0, 1),
    furtherPictures: pictures.slice(1),
  };
}

function byteLength(body: string): number {
  return new TextEncoder().encode(body).length;
}
