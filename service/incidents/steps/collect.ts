import { installSeconds } from '../../capture/capture-script.ts';
import { AppError } from '../../shared/errors.ts';
import { cleanUp, fetchCapture, POLL_MS, readAnswer, type TransferDeps } from '../capture-transfer.ts';
import { isDiskFault, toFailure } from '../failure.ts';
import { type Capture, captureFile } from '../incident.ts';
import type { Step } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';
import { CAPTURE_OVERHEAD_SECONDS, MAX_SIDE_ATTEMPTS } from './dispatch.ts';

export interface CollectDeps extends TransferDeps {
  readonly store: IncidentStore;
  /** Whether the commands were allowed to install perf. Default: no. */
  readonly installPerf?: boolean;
}

/** After the script must have ended: SSM's own expiry and our polling. */
const GRACE_MS = 60_000;

/** dispatched → collected: waits until each capture has come back or is given up. */
export function collectStep(deps: CollectDeps): Step {
  return async (incident, signal) => {
    const open = (await deps.store.captures(incident.id)).filter((capture) => capture.outcome === 'pending');
    const mayRetry = incident.attempts < MAX_SIDE_ATTEMPTS;
    const results = await Promise.all(open.map((capture) => collect(deps, capture, mayRetry, signal)));
    const error = results.find((result) => result instanceof Error);
    if (error) throw error;
    if (results.includes('pending')) return { kind: 'wait', ms: POLL_MS };
    const captures = await deps.store.captures(incident.id);
    const good = captures.filter((capture) => capture.outcome === 'collected');
    return { kind: 'advance', to: 'collected', detail: `${good.length} of ${captures.length} captures came back` };
  };
}

/** One look at one capture; an `Error` when the look itself failed for the moment. */
async function collect(
  deps: CollectDeps,
  capture: Capture,
  mayRetry: boolean,
  signal: AbortSignal,
): Promise<'pending' | 'done' | Error> {
  try {
    if (capture.commandId === null) throw new AppError('NOT_SENT', `No command was sent to ${capture.instanceId}.`);
    const result = await deps.commands.result(capture.instanceId, capture.commandId);
    if (result.status === 'pending' || result.status === 'running')
      return await stillRunning(deps, capture, capture.commandId);
    const bytes = await fetchCapture(deps, capture, readAnswer(capture.instanceId, result), signal);
    await deps.store.putFile(capture.incidentId, captureFile(capture), 'application/gzip', bytes);
    await deps.store.finishCapture(capture.id, 'collected', null);
    await cleanUp(deps, capture);
    return 'done';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (isDiskFault(error) || (mayRetry && error.retry !== 'never')) return error;
    await deps.store.finishCapture(capture.id, 'failed', toFailure(error, capture.incidentId));
    return 'done';
  }
}

async function stillRunning(deps: CollectDeps, capture: Capture, commandId: string): Promise<'pending'> {
  const longest = capture.seconds + CAPTURE_OVERHEAD_SECONDS + installSeconds(deps.installPerf);
  const deadline = (capture.startAtMs ?? 0) + longest * 1000 + GRACE_MS;
  if (deps.clock.now() < deadline) return 'pending';
  // Whether it could be cancelled or not, the time-out is what happened.
  await deps.commands.cancel(capture.instanceId, commandId).catch((error: unknown) => {
    deps.log.warn({ captureId: capture.id, err: error }, 'could not cancel the command; its timeout will end it');
  });
  throw new AppError(
    'CAPTURE_TIMED_OUT',
    `${capture.instanceId} did not answer within ${Math.round((deadline - (capture.startAtMs ?? 0)) / 1000)} s.`,
    {
      hint: 'Check that it still runs and that its SSM agent is online; it may be too busy to run anything.',
    },
  );
}
