import { OutageError } from '../../../service/shared/errors.ts';

/** What every port does when nobody waits for its answer any more. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new OutageError('INTERRUPTED', 'The call was interrupted.');
}
