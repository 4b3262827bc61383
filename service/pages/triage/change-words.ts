import type { TriageChange } from '../../incidents/triage/triage.ts';
import { clean } from '../../report/clean-text.ts';
import { type DisplayTime, displayTime } from '../../shared/text/time.ts';

/** A row of the audit trail. */
export interface ChangeModel {
  readonly at: DisplayTime;
  readonly who: string;
  readonly words: string;
}

export function changeModel(change: TriageChange): ChangeModel {
  return { at: displayTime(change.atMs), who: clean(change.who, 60), words: wordsOf(change) };
}

function wordsOf({ what, from, to }: TriageChange): string {
  const [before, after] = [from === null ? null : clean(from, 200), to === null ? null : clean(to, 200)];
  const was = before === null || before === '' ? '' : ` (before: ${before})`;
  switch (what) {
    case 'acknowledge':
      return 'acknowledged it';
    case 'unacknowledge':
      return `took back that ${before} acknowledged it`;
    case 'assign':
      return after === null ? `assigned it to nobody${was}` : `assigned it to ${after}${was}`;
    case 'note':
      return `noted: ${after}`;
    case 'close-note':
      return `settled the note: ${before}`;
    case 'label':
      return `added the label ${after}`;
    case 'unlabel':
      return `removed the label ${before}`;
    case 'known':
      if (after === null) return `said that it is not known${was}`;
      return `marked it as known${after === '' ? '' : `: ${after}`}${was}`;
    case 'fixed':
      return after === null ? `said that it is not fixed${was}` : `marked it as fixed in ${after}${was}`;
    case 'pin':
      return 'pinned it: it is kept whatever its age';
    case 'unpin':
      return 'unpinned it';
  }
}
