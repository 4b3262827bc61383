import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { toFailure } from '../failure.ts';
import { type Capture, captureFile } from '../incident.ts';
import type { IncidentStore, StoredFile } from '../store-port.ts';
import type { RawCapture } from './analysis-port.ts';
import { keptFile } from './kept-file.ts';

/** What came back of each capture. A recording that is gone is a failed side, said in its own words. */
export async function rawCaptures(store: IncidentStore, id: IncidentId): Promise<readonly RawCapture[]> {
  const captures = await store.captures(id);
  return Promise.all(captures.map((capture) => rawCapture(store, capture)));
}

async function rawCapture(store: IncidentStore, capture: Capture): Promise<RawCapture> {
  if (capture.outcome !== 'collected') return { capture, bytes: null, failure: capture.failure };
  const bytes = (await storedRecording(store, capture))?.content;
  return { capture, bytes: bytes ?? null, failure: bytes ? null : toFailure(gone(capture), capture.incidentId) };
}

function storedRecording(store: IncidentStore, capture: Capture): Promise<StoredFile | undefined> {
  return keptFile(store, capture.incidentId, captureFile(capture));
}

/** Throws `RECORDING_GONE`. */
export async function recordingFile(store: IncidentStore, capture: Capture): Promise<StoredFile> {
  const file = await storedRecording(store, capture);
  if (file === undefined) throw gone(capture, 'it cannot be had in any form');
  return file;
}

/** `what`: that which cannot be done for it. */
export function gone({ instanceId }: Capture, what?: string): AppError {
  const so = what === undefined ? '' : `, so ${what}`;
  return new AppError('RECORDING_GONE', `The recording of ${instanceId} is not in the data folder any more${so}.`, {
    hint: 'Restore the artifact folder together with the database.',
  });
}
