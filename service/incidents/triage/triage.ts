/** What people have said and decided about an incident. */
import type { Mute } from '../../rules/mute.ts';

export interface Remark {
  readonly text: string;
  readonly by: string;
  readonly atMs: number;
}

export interface Note extends Remark {
  readonly id: number;
  /** Who said that it is settled; null while it is open. */
  readonly closed: { readonly by: string; readonly atMs: number } | null;
}

/** A row of the audit trail: who changed what, from what to what. */
export interface TriageChange {
  readonly atMs: number;
  readonly who: string;
  readonly what: TriageAction;
  readonly from: string | null;
  readonly to: string | null;
}

export const TRIAGE_ACTIONS = [
  'acknowledge',
  'unacknowledge',
  'assign',
  'note',
  'close-note',
  'label',
  'unlabel',
  'known',
  'fixed',
  'pin',
  'unpin',
] as const;

export type TriageAction = (typeof TRIAGE_ACTIONS)[number];

/** What a list shows of it. */
export interface TriageMarks {
  readonly acknowledged: { readonly by: string; readonly atMs: number } | null;
  readonly assignee: string | null;
  /** The text may be empty: known, and nobody said what. */
  readonly known: Remark | null;
  /** A release, a commit, or words. */
  readonly fixed: Remark | null;
  readonly labels: readonly string[];
  /** Kept whatever its age. */
  readonly pinned: boolean;
  /** Of its group, now. */
  readonly mute: Mute | null;
}

export interface Triage extends TriageMarks {
  readonly notes: readonly Note[];
  /** In the order in which it happened. */
  readonly changes: readonly TriageChange[];
}

export const NO_TRIAGE: Triage = {
  acknowledged: null,
  assignee: null,
  known: null,
  fixed: null,
  labels: [],
  pinned: false,
  mute: null,
  notes: [],
  changes: [],
};

/** Longest texts, in UTF-16 units; the schema says the same. */
export const TRIAGE_LENGTHS = { name: 60, label: 40, line: 200, note: 4000 } as const;

/** Of one incident. Beyond the last one it is no record of work but a flood. */
export const TRIAGE_COUNTS = { labels: 20, notes: 100, changes: 1000 } as const;
