/** What a report says of earlier incidents with the same cause: words for page and mail. */
import { formatDuration } from '../../shared/text/duration.ts';
import { type DisplayTime, dayOf, displayTime } from '../../shared/text/time.ts';
import { clean } from '../clean-text.ts';
import { type FixedBefore, fixedWords } from './fixed-before.ts';

export interface PastIncident {
  readonly id: string;
  readonly openedAtMs: number;
  readonly hotInstance: string | null;
  /** What the hot host ran; null where that is not known. */
  readonly release: string | null;
}

export interface SeenBefore {
  /** What incidents with this cause are found by. */
  readonly cause: string;
  readonly times: number;
  /** More than were counted. */
  readonly isMore: boolean;
  readonly first: PastIncident;
  /** The newest first. */
  readonly latest: readonly PastIncident[];
  readonly fixed: FixedBefore | null;
  readonly release: string | null;
}

export interface SeenModel {
  /** `Seen 4 times since 2026-05-03, last 2 d 3 h earlier on i-0abc.` */
  readonly words: string;
  /**
   * `Fixed in release 41, back in 43.`; where nobody said that it was fixed, `The hot instance ran release 41 then, and
   * runs release 43 now.`; null where that is not known, or did not change.
   */
  readonly releases: string | null;
  readonly latest: readonly { readonly id: string; readonly at: DisplayTime; readonly instance: string | null }[];
}

const NAME = 60;

/** Null where the cause was not seen before. `openedAtMs`: of the incident that the report is about. */
export function seenModel(seen: SeenBefore | null | undefined, openedAtMs: number): SeenModel | null {
  const last = seen?.latest[0];
  if (seen == null || last === undefined) return null;
  const where = last.hotInstance === null ? '' : ` on ${clean(last.hotInstance, NAME)}`;
  const when = `${formatDuration(openedAtMs - last.openedAtMs)} earlier`;
  const times = `${seen.isMore ? 'at least ' : ''}${seen.times === 1 ? 'once' : `${seen.times} times`}`;
  const since = seen.times === 1 ? '' : ` since ${dayOf(seen.first.openedAtMs)}`;
  return {
    words: seen.times === 1 ? `Seen once before: ${when}${where}.` : `Seen ${times}${since}, last ${when}${where}.`,
    releases: fixedWords(seen.fixed, { release: seen.release, openedAtMs }) ?? releaseWords(last.release, seen.release),
    latest: seen.latest.map(({ id, openedAtMs: at, hotInstance }) => ({
      id,
      at: displayTime(at),
      instance: hotInstance === null ? null : clean(hotInstance, NAME),
    })),
  };
}

function releaseWords(then: string | null, now: string | null): string | null {
  if (then === null || now === null || then === now) return null;
  return `The hot instance ran ${clean(then, NAME)} then, and runs ${clean(now, NAME)} now.`;
}

/** For `seen` in the context of a mail's text. */
export const SEEN_TEXT = `
{{#if seen}}

{{seen.words}}{{#if seen.releases}} {{seen.releases}}{{/if}}
{{/if}}
`;

/** For `seen` in the context of a mail; `style` of a paragraph. */
export function seenMail(style: string): string {
  return `{{#if seen}}<p class="ink" style="${style}"><b>{{seen.words}}</b>\
{{#if seen.releases}} {{seen.releases}}{{/if}}</p>{{/if}}`;
}
