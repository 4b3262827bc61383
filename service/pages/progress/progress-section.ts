/** What an incident that is under way waits for: words, and a bar where it is known how far that is. */
import { isFinal } from '../../incidents/incident.ts';
import type { IncidentView } from '../../incidents/incident-view.ts';
import type { IncidentProgress, PlannedRecording } from '../../incidents/progress/progress.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import { type RecordingTimes, recordingNow } from './recording-words.ts';

export interface ProgressModel {
  readonly words: string;
  readonly bar: { readonly label: string; readonly value: number; readonly max: number } | null;
  /** For the script, which counts on from here. */
  readonly recording: RecordingTimes | null;
}

/** Without script the words say how far it was when the page was made. */
export const PROGRESS = `{{#with progress}}
<div class="progress"{{#with recording}} data-starts-in="{{startsInMs}}" data-seconds="{{seconds}}" \
data-instances="{{instances}}" data-ended="{{ended}}"{{/with}}><p>{{words}}</p>{{#with bar}}\
<progress aria-label="{{label}}" value="{{value}}" max="{{max}}"></progress>{{/with}}</div>{{/with}}`;

/** Null for an incident that takes no further step. */
export function progressModel(view: IncidentView): ProgressModel | null {
  if (isFinal(view.state)) return null;
  const { progress } = view;
  if (progress?.queue) return plain(queueWords(progress.queue));
  if (progress?.recording) return recordingModel(progress.recording, progress.atMs, view.state === 'dispatched');
  if (view.state === 'reported') return tellingModel(view);
  return plain(stepWords(view));
}

/** What of it a page that is shown must be renewed for: the passing of time it counts by itself. */
export function progressKey(view: IncidentView): readonly (number | null)[] {
  const { state, progress } = view;
  const deliveries = reported(view);
  if (isFinal(state)) return [];
  const { queue, recording } = progress ?? {};
  const settled = deliveries.filter((delivery) => delivery.state !== 'pending').length;
  return [
    queue ? queue.ahead + queue.capturing : null,
    recording?.startAtMs ?? null,
    recording?.ended ?? null,
    settled,
    deliveries.length,
  ];
}

function plain(words: string): ProgressModel {
  return { words, bar: null, recording: null };
}

function queueWords({ ahead, capturing, turnInMs }: NonNullable<IncidentProgress['queue']>): string {
  const running = capturing === 1 ? '1 capture is running' : `${capturing} captures are running`;
  const place = `It is number ${ahead + 1} of those that wait; ${running}.`;
  if (turnInMs === null) return place;
  return turnInMs === 0
    ? `${place} It should be its turn any moment.`
    : `${place} Its turn should come in about ${formatDuration(turnInMs)}.`;
}

function recordingModel(
  { startAtMs, seconds, instances, ended }: PlannedRecording,
  atMs: number,
  isSent: boolean,
): ProgressModel {
  if (!isSent || startAtMs === null) {
    return plain(`Sending the command to ${instances === 1 ? 'the instance' : `${instances} instances`}.`);
  }
  const recording = { startsInMs: startAtMs - atMs, seconds, instances, ended };
  const { words, recorded } = recordingNow(recording);
  return { words, bar: { label: 'Seconds recorded', value: recorded, max: seconds }, recording };
}

/** Who is told of the report. */
function reported({ deliveries }: IncidentView) {
  return deliveries.filter(({ kind }) => kind === 'report');
}

function tellingModel(view: IncidentView): ProgressModel {
  const deliveries = reported(view);
  if (deliveries.length === 0) return plain('Composing the mail.');
  const done = deliveries.filter(({ state }) => state === 'sent').length;
  const failed = deliveries.filter(({ state }) => state === 'failed').length;
  const verb = deliveries.some(({ channel }) => channel === 'mail') ? 'Mailing to' : 'Announcing to';
  const recipients = deliveries.length === 1 ? '1 recipient' : `${deliveries.length} recipients`;
  const lost = failed === 0 ? '' : `, ${failed} given up`;
  return {
    words: `${verb} ${recipients} (${done} done${lost}).`,
    bar: { label: 'Recipients told', value: done + failed, max: deliveries.length },
    recording: null,
  };
}

function stepWords({ state, source }: IncidentView): string {
  switch (state) {
    case 'accepted':
      return 'Asking AWS which instance is hot, and which are its peers.';
    case 'targeted':
      return 'Sending the commands.';
    case 'dispatched':
      return 'Reading and sending the results.';
    case 'collected':
      return 'Analysing the recordings.';
    case 'failed':
      return 'Writing down what went wrong.';
    default:
      return source?.hosts.some((host) => host.state === 'pending')
        ? 'Fetching the code around the findings; the report comes after it.'
        : 'Writing the report.';
  }
}
