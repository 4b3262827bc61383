import type { TriageMarks } from '../../incidents/triage/triage.ts';
import { clean } from '../../report/clean-text.ts';
import { formatUtc } from '../../shared/text/time.ts';
import { filterHref } from '../links.ts';
import { PILL } from '../pill-template.ts';

export interface MarkModel {
  readonly words: string;
  /** `over` · `quiet` · empty: how the pill looks. */
  readonly tone: string;
  /** The list of those that have the same. */
  readonly href?: string;
}

const NAME = 60;
const TEXT = 200;

/** What people do about an incident, as pills. */
export function markModels(marks: TriageMarks | undefined): MarkModel[] {
  if (marks === undefined) return [];
  const { acknowledged, assignee, known, fixed, labels, pinned, mute } = marks;
  const list: (MarkModel | null)[] = [
    acknowledged && { words: `acknowledged by ${clean(acknowledged.by, NAME)}`, tone: 'over' },
    assignee === null ? null : { words: `assigned to ${clean(assignee, NAME)}`, tone: 'over' },
    known && { words: withText('known', known.text), tone: '' },
    fixed && { words: `fixed in ${clean(fixed.text, TEXT)}`, tone: 'over' },
    ...labels.map((label) => ({ words: `# ${clean(label, NAME)}`, tone: '', href: filterHref('label', label) })),
    pinned ? { words: 'pinned', tone: '' } : null,
    mute && { words: `group muted until ${formatUtc(mute.untilMs)}`, tone: 'quiet' },
  ];
  return list.filter((mark) => mark !== null);
}

function withText(words: string, text: string): string {
  return text === '' ? words : `${words}: ${clean(text, TEXT)}`;
}

/** For `marks` in the context. */
export const MARKS = `{{#if marks.length}}<p class="marks">{{#each marks}}${PILL} {{/each}}</p>{{/if}}`;
