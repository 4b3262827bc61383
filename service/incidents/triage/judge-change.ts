import { AppError } from '../../shared/errors.ts';
import { formatUtc } from '../../shared/text/time.ts';
import { quoted } from '../../shared/text/untrusted.ts';
import { beginning, type Change } from './change.ts';
import { type Remark, TRIAGE_COUNTS, type Triage } from './triage.ts';

/** What the trail says of a change; null where all is as wanted already. */
export type Verdict = { readonly from: string | null; readonly to: string | null } | null;

/** Throws `CHANGE_CONFLICT` where the incident does not allow the change now, `NO_NOTE`. */
export function judgeChange(triage: Triage, change: Change, by: string): Verdict {
  const verdict = judge(triage, change, by);
  if (verdict !== null && triage.changes.length >= TRIAGE_COUNTS.changes) {
    throw conflict(`This incident was changed ${TRIAGE_COUNTS.changes} times; more is not recorded, and so not done.`);
  }
  return verdict;
}

function judge(triage: Triage, change: Change, by: string): Verdict {
  switch (change.what) {
    case 'acknowledge':
      return acknowledge(triage, by);
    case 'unacknowledge':
      return triage.acknowledged === null ? null : { from: triage.acknowledged.by, to: null };
    case 'assign':
      return set(triage.assignee, change, 'assigned to');
    case 'known':
      return set(textOf(triage.known), change, 'known as', triage.known);
    case 'fixed':
      return set(textOf(triage.fixed), change, 'fixed in', triage.fixed);
    case 'note':
      if (triage.notes.length >= TRIAGE_COUNTS.notes) throw full(triage.notes.length, 'notes');
      return { from: null, to: beginning(change.text) };
    case 'close-note':
      return closeNote(triage, change.note);
    case 'label':
      if (triage.labels.includes(change.label)) return null;
      if (triage.labels.length >= TRIAGE_COUNTS.labels) throw full(triage.labels.length, 'labels');
      return { from: null, to: change.label };
    case 'unlabel':
      return triage.labels.includes(change.label) ? { from: change.label, to: null } : null;
    case 'pin':
    case 'unpin':
      return triage.pinned === (change.what === 'pin') ? null : { from: null, to: null };
  }
}

export function conflict(message: string, hint?: string): AppError {
  return new AppError('CHANGE_CONFLICT', message, hint === undefined ? {} : { hint });
}

function full(count: number, what: string): AppError {
  return conflict(`This incident has ${count} ${what} already, and can have no more.`);
}

function acknowledge({ acknowledged }: Triage, by: string): Verdict {
  if (acknowledged === null) return { from: null, to: by };
  if (acknowledged.by === by) return null;
  throw conflict(`${quoted(acknowledged.by)} acknowledged it at ${formatUtc(acknowledged.atMs)}.`);
}

function textOf(remark: Remark | null): string | null {
  return remark?.text ?? null;
}

/** Two people who look at the same page must not overwrite each other without knowing. */
function set(
  now: string | null,
  { to, was }: { readonly to: string | null; readonly was?: string | null },
  words: string,
  remark: Remark | null = null,
): Verdict {
  if (to === now) return null;
  if (was !== undefined && was !== now) {
    const who = remark === null ? '' : `; ${quoted(remark.by)} said so at ${formatUtc(remark.atMs)}`;
    const state = now === null ? `not ${words} anything any more` : `${words} ${quoted(now)}`;
    throw conflict(`Meanwhile it is ${state}${who}.`, 'Look at the page again before you change it.');
  }
  return { from: now, to };
}

function closeNote({ notes }: Triage, id: number): Verdict {
  const note = notes.find((known) => known.id === id);
  if (note === undefined) throw new AppError('NO_NOTE', `This incident has no note ${id}.`);
  return note.closed === null ? { from: beginning(note.text), to: null } : null;
}
