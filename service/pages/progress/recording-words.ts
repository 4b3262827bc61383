/** What a recording that is under way is doing: said by the server once, and by the script of the page every second. */
import { formatDuration } from '../../shared/text/duration.ts';

export interface RecordingTimes {
  /** Less than 0: it started so long ago. */
  readonly startsInMs: number;
  readonly seconds: number;
  readonly instances: number;
  /** Instances whose result is here, or is not waited for any more. */
  readonly ended: number;
}

export interface RecordingNow {
  readonly words: string;
  /** Seconds that are recorded: how far the bar is. */
  readonly recorded: number;
}

export function recordingNow({ startsInMs, seconds, instances, ended }: RecordingTimes): RecordingNow {
  if (startsInMs > 0) {
    const start = formatDuration(Math.ceil(startsInMs / 1000) * 1000);
    return { words: `${who(instances)} recording in ${start}.`, recorded: 0 };
  }
  const recorded = Math.min(seconds, Math.floor(-startsInMs / 1000));
  if (recorded < seconds) return { words: `Recording, ${recorded} of ${seconds} s.`, recorded };
  const results = instances === 1 ? '' : ` ${ended} of ${instances} are here.`;
  return { words: `Reading and sending the results.${results}`, recorded };
}

function who(instances: number): string {
  if (instances === 1) return 'The instance starts';
  return instances === 2 ? 'Both instances start' : `All ${instances} instances start`;
}
