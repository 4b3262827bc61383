import { formatDuration } from '../../shared/text/duration.ts';
import { escapeMarkup } from '../../shared/text/markup.ts';
import { quoted } from '../../shared/text/untrusted.ts';
import { clean } from '../clean-text.ts';
import { webAddress } from '../plain/web-address.ts';
import type { ReportData } from '../report-data.ts';
import { headlineOf } from '../report-model.ts';
import { MAX_SUBJECT, type RenderedMail } from './render-mail.ts';

const NAME = 60;
const HEADLINE = 240;

export interface AllClearFacts {
  readonly burntMs: number;
  /** The composite alarm that the incident was opened under, where that is the one which is OK. */
  readonly byAlarm?: string | null;
}

/** `Over after 14 min: parseHTML on i-0abc (web-prod)`: short, as nobody has to do anything. */
export function allClearMail(
  data: ReportData,
  { burntMs, byAlarm = null }: AllClearFacts,
  pageUrl: string,
): RenderedMail {
  const lasted = formatDuration(burntMs);
  const subject = clean(`Over after ${lasted}: ${whatBurned(data)}${place(data)}`, MAX_SUBJECT);
  const alarm = clean(data.alarm.name, NAME);
  const parent = byAlarm === null ? null : quoted(clean(byAlarm, NAME));
  const url = webAddress(pageUrl);
  const verdict = headlineOf(data.verdict.headline, HEADLINE);
  const over =
    parent === null
      ? `The alarm ${alarm} is OK again, ${lasted} after it went to ALARM.`
      : `The composite alarm ${parent} is OK again, ${lasted} after ${alarm} went to ALARM under it.`;
  const lines = [over, `What it was: ${verdict}`];
  const text = `${[...lines, ...(url === null ? [] : [`The report: ${url}`])].join('\n\n')}\n`;
  const link = url === null ? '' : `<p><a href="${escapeMarkup(url)}">The report</a></p>\n`;
  return { subject, text, html: `${lines.map((line) => `<p>${escapeMarkup(line)}</p>\n`).join('')}${link}` };
}

/** The function, where one is to blame; else what the report says in its headline. */
function whatBurned({ verdict, findings }: ReportData): string {
  const [top] = findings;
  const isNamed = verdict.class === 'hot path' && top !== undefined && verdict.headline.includes(top.function);
  return isNamed ? clean(top.function, NAME) : headlineOf(verdict.headline, NAME);
}

function place({ hotInstance, group }: ReportData): string {
  const on = hotInstance === null ? '' : ` on ${clean(hotInstance, NAME)}`;
  return group === null ? on : `${on} (${clean(group, NAME)})`;
}
