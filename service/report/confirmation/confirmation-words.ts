/** What a report says of a confirmation: in the note of the finding, in the headline, and in how it was obtained. */

import type { Helper } from '../../compare/confirmation/helpers.ts';
import type { NamedFunction } from '../../compare/confirmation/work-below.ts';
import type { Finding, Verdict } from '../../compare/differential.ts';
import { formatSeconds } from '../../shared/text/duration.ts';
import { formatCount, formatPercent } from '../../shared/text/number.ts';
import { pathEnd } from '../../shared/text/path-end.ts';
import { joined, keep, loose, plain, sentence } from '../../shared/text/sentence.ts';
import type { ObtainedModel } from '../capture-model.ts';
import { clean, ended } from '../clean-text.ts';
import type { ReportData } from '../report-data.ts';
import type { Confirmation, ConfirmationAnswer } from './confirmation-data.ts';

/** Who has this part of the work is the one to look at. */
const MOST = 0.5;
/** Less is not worth a word. */
const LEAST = 0.05;
const MOST_NAMES = 3;
const NAME = 80;
/** docs/performance.md, "Confirming with inlining off". */
const COSTS = 'it served fewer requests meanwhile';

/** The report with what the confirmation found: where it is an answer, the first finding and the headline say it. */
export function withConfirmation(report: ReportData, confirmation: Confirmation): ReportData {
  const [first, ...rest] = report.findings;
  const { answer } = confirmation;
  if (first === undefined || answer === null) return { ...report, confirmation };
  return {
    ...report,
    confirmation,
    verdict: headlined(report.verdict, answer),
    findings: [confirmed(first, confirmation.suspect, answer), ...rest],
  };
}

function confirmed(finding: Finding, suspect: NamedFunction, answer: ConfirmationAnswer): Finding {
  const { mayHide, ...settled } = finding;
  const words = confirmationNote(suspect, answer);
  const others = finding.notes.filter((note) => note !== mayHide);
  return { ...settled, notes: [words, ...others] };
}

/** `Confirmed with inlining off: weigh (:4) has 91 % of what handle had (412 samples).` */
export function confirmationNote(suspect: NamedFunction, { own, helpers, samples }: ConfirmationAnswer): string {
  const counted = `${formatCount(samples)} samples`;
  const name = clean(suspect.function, NAME);
  const shown = helpers.filter(({ share }) => share >= LEAST).slice(0, MOST_NAMES);
  const [top] = shown;
  const also = shown.map((helper) => `${placeOf(helper, suspect)} ${formatPercent(helper.share)}`);
  if (own >= MOST) {
    const more = also.length > 0 ? `; ${also.join(', ')}` : '';
    return `Confirmed with inlining off: ${formatPercent(own)} of the work is its own (${counted})${more}.`;
  }
  if (top === undefined || top.share < MOST) {
    const parts = [...also, `${name} itself ${formatPercent(own)}`];
    return `With inlining off, what ${name} had is spread over several (${counted}): ${parts.join(', ')}.`;
  }
  const more = also.length > 1 ? `; ${also.slice(1).join(', ')}` : '';
  const part = formatPercent(top.share);
  return `Confirmed with inlining off: ${placeOf(top, suspect)} has ${part} of what ${name} had (${counted})${more}.`;
}

/** `weigh (:4)` in the same file, `score (lib/score.js:9)` in another. */
function placeOf({ function: name, file, line }: NamedFunction, suspect: NamedFunction): string {
  const short = clean(name, NAME);
  if (file === null || line === null) return short;
  return file === suspect.file ? `${short} (:${line})` : `${short} (${pathEnd(file)}:${line})`;
}

/** `handle 0.02 → 1.41 cores, 91 % in weigh`. Other classes speak of more than the first finding. */
function headlined(verdict: Verdict, { helpers }: ConfirmationAnswer): Verdict {
  const top: Helper | undefined = helpers[0];
  if (verdict.class !== 'hot path' || top === undefined || top.share < MOST) return verdict;
  const { pieces } = verdict;
  const part = sentence`, ${keep(formatPercent(top.share))} in ${clean(top.function, NAME)}`;
  const headline = joined([pieces?.headline ?? loose(verdict.headline), part]);
  return {
    ...verdict,
    headline: plain(headline),
    ...(pieces === undefined ? {} : { pieces: { ...pieces, headline } }),
  };
}

/** How it was obtained, with a row about the confirmation where one was wanted. */
export function obtainedWith(
  obtained: ObtainedModel,
  confirmation: Confirmation | undefined,
  longest: number,
): ObtainedModel {
  if (confirmation === undefined) return obtained;
  const label = 'Inlining off';
  const text = clean(confirmationWords(confirmation), longest);
  const wordsFor = (hot: boolean) => (hot ? text : '–');
  return {
    ...obtained,
    rows: [...obtained.rows, { label, values: obtained.columns.map(({ hot }) => wordsFor(hot)) }],
    captures: obtained.captures.map((capture, at) => ({
      ...capture,
      facts: [...capture.facts, { label, value: wordsFor(obtained.columns[at]?.hot ?? false) }],
    })),
  };
}

function confirmationWords({ pid, state, failure, answer, suspect }: Confirmation): string {
  const who = pid === null ? '' : `${pid}: `;
  if (answer === null) {
    const why =
      state === 'pending' || failure === null ? 'the report was written before there was an answer' : failure.message;
    return `${who}not done: ${ended(why)}`;
  }
  const { startPauseMs, seconds, coveredSeconds, samples, node, leftOpen } = answer;
  const pause = startPauseMs === null ? 'not known' : `${Math.round(startPauseMs)} ms`;
  const counted = `${formatCount(samples)} samples of ${clean(suspect.function, NAME)} in ${formatSeconds(seconds)}`;
  const how = `inlined nothing for ${formatSeconds(coveredSeconds)} at most${node === null ? '' : ` (Node ${node})`}`;
  const open = leftOpen ? '; its inspector’s port was still open at the end' : '';
  return `${who}${how}: ${counted}; paused ${pause} at the start, and once more at the end; ${COSTS}${open}`;
}
