import { isFinal } from '../../incidents/incident.ts';
import type { IncidentView } from '../../incidents/incident-view.ts';
import type { Note } from '../../incidents/triage/triage.ts';
import { clean } from '../../report/clean-text.ts';
import { type DisplayTime, displayTime } from '../../shared/text/time.ts';
import { incidentHref } from '../links.ts';
import { type ChangeModel, changeModel } from './change-words.ts';
import { noteHtml } from './markdown.ts';
import { type MarkModel, markModels } from './marks.ts';
import { type MuteModel, muteModel } from './mutes-section.ts';

/** Who looks at the page and may change something. */
export interface Worker {
  /** Null until he has typed it. */
  readonly name: string | null;
}

interface NoteModel {
  readonly id: number;
  readonly by: string;
  readonly at: DisplayTime;
  readonly html: string;
  readonly closed: { readonly by: string; readonly at: DisplayTime } | null;
}

export interface TriageModel {
  /** Where forms are sent: `/incidents/ID`. */
  readonly base: string;
  /** Not where nobody has said anything, and nobody may. */
  readonly isShown: boolean;
  readonly marks: readonly MarkModel[];
  readonly notes: readonly NoteModel[];
  readonly closedNotes: readonly NoteModel[];
  readonly changes: readonly ChangeModel[];
  /** Null where nobody may change anything. */
  readonly worker: Worker | null;
  readonly acknowledged: boolean;
  readonly isMine: boolean;
  readonly assignee: string;
  readonly known: { readonly text: string } | null;
  readonly fixed: string;
  readonly labels: readonly string[];
  readonly pinned: boolean;
  readonly group: string | null;
  readonly mute: MuteModel | null;
  /** Not while it is under way, and not while it is pinned. */
  readonly mayDelete: boolean;
}

export function triageModel(view: IncidentView, worker: Worker | null): TriageModel {
  const { triage } = view;
  const notes = triage.notes.map(noteModel);
  const marks = markModels(triage);
  return {
    base: incidentHref(view.id),
    isShown: worker !== null || marks.length + notes.length > 0,
    marks,
    notes: notes.filter(({ closed }) => closed === null),
    closedNotes: notes.filter(({ closed }) => closed !== null),
    changes: triage.changes.map(changeModel),
    worker: worker && { name: worker.name === null ? null : clean(worker.name, 60) },
    acknowledged: triage.acknowledged !== null,
    isMine: worker?.name != null && triage.assignee === worker.name,
    assignee: triage.assignee ?? '',
    known: triage.known && { text: triage.known.text },
    fixed: triage.fixed?.text ?? '',
    labels: triage.labels,
    pinned: triage.pinned,
    group: view.group === null ? null : clean(view.group, 100),
    mute: triage.mute && muteModel(triage.mute),
    mayDelete: isFinal(view.state) && !triage.pinned,
  };
}

function noteModel({ id, by, atMs, text, closed }: Note): NoteModel {
  return {
    id,
    by: clean(by, 60),
    at: displayTime(atMs),
    html: noteHtml(text),
    closed: closed && { by: clean(closed.by, 60), at: displayTime(closed.atMs) },
  };
}
