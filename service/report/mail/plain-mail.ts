import { escapeMarkup } from '../../shared/text/markup.ts';
import { clean } from '../clean-text.ts';
import { DRILL_BANNER } from '../drill/drill-words.ts';
import type { ReportData } from '../report-data.ts';
import { tiedModels, underModel } from '../tied/tied-section.ts';
import { type RenderedMail, subjectOf } from './render-mail.ts';

const MAX_LINE = 500;
/** Of a report that could not be written as it should be. */
const MAX_LINES = 12;

/**
 * The mail when the usual one cannot be written: the headline, what is missing, and where the rest is. No template, no
 * picture, hardly anything that could fail.
 */
export function plainMail(report: ReportData, pageUrl: string, missing: readonly string[]): RenderedMail {
  const subject = subjectOf(report);
  const drill = report.isDrill ? [DRILL_BANNER] : [];
  const lines = [...drill, report.verdict.headline, ...missing, ...report.shortcomings].slice(0, MAX_LINES);
  lines.push(...tiedLines(report));
  const text = `${[...lines.map((line) => clean(line, MAX_LINE)), pageUrl].join('\n\n')}\n`;
  return { subject, text, html: `<pre style="white-space:pre-wrap">${escapeMarkup(text)}</pre>\n` };
}

/** Other groups burn, or burn as well: whoever has nothing else must know that. */
function tiedLines({ under, tied }: ReportData): string[] {
  const size = { name: 100, text: MAX_LINE, lines: MAX_LINES };
  const parent = underModel(under, size);
  const others = tiedModels(tied, size).tied.map(({ words, link, why, id }) => `${words}: ${why ?? `${link} (${id})`}`);
  return [
    ...(parent === null ? [] : [`${parent.words} ${parent.link} (${parent.id}).`]),
    ...(others.length === 0 ? [] : ['Also burning under this alarm:', ...others]),
  ];
}
