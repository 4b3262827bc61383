import { type SeenBefore, seenModel } from '../earlier/seen-before.ts';
import type { Limits } from '../finding-model.ts';
import type { ReportData } from '../report-data.ts';
import { isIncomplete, reportModel } from '../report-model.ts';
import type { ReportSource } from '../source/source-data.ts';
import { tiedLinks } from '../tied/tied-section.ts';
import { reportMarkdown } from './report-markdown.ts';
import { reportText } from './report-text.ts';
import { webAddress } from './web-address.ts';

/** What a person pastes somewhere: as much as a mail, and never more than chats take. */
const LIMITS: Limits = { findings: 5, members: 6, captures: 3, lines: 6, name: 160, text: 320, code: 15 };

export interface PlainOptions {
  readonly source: ReportSource | null;
  readonly pageUrl: string;
  readonly seen?: SeenBefore | null;
}

/** A report to take along: `md` for tickets and chats, `txt` for everything else. */
export function renderPlain(
  data: ReportData,
  form: 'md' | 'txt',
  { source, pageUrl, seen = null }: PlainOptions,
): string {
  const model = reportModel(data, LIMITS, source);
  const report = { ...model, ...tiedLinks(model, pageUrl) };
  const url = webAddress(pageUrl);
  const before = seenModel(seen, data.openedAtMs);
  if (form === 'md') return reportMarkdown(report, url, before);
  const extra = { pageUrl: url, missing: isIncomplete(report), seen: before, code: null };
  return reportText({ ...report, ...extra });
}
