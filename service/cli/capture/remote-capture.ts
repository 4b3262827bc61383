import { type CapturePlan, installSeconds, runCall } from '../../capture/capture-script.ts';
import { decodeCapture } from '../../convert/load-capture.ts';
import { cleanUp, fetchCapture, POLL_MS, readAnswer, type TransferDeps } from '../../incidents/capture-transfer.ts';
import type { CommandResult } from '../../incidents/ports.ts';
import { CAPTURE_OVERHEAD_SECONDS } from '../../incidents/steps/dispatch.ts';
import type { Profile } from '../../profile/profile.ts';
import { AppError } from '../../shared/errors.ts';
import { asInstanceId, type CaptureId, type InstanceId } from '../../shared/ids.ts';
import { randomId } from '../../shared/random-id.ts';
import { usageError } from '../usage.ts';

export interface RemoteCapture {
  readonly instanceId: InstanceId;
  /** The gzipped capture form. */
  readonly bytes: Uint8Array;
  readonly profile: Profile;
}

/** SSM may take this long to hand the command over. */
const DELIVERY_SECONDS = 60;

/** An instance id from the command line, or a usage error. */
export function instanceArgument(text: string): InstanceId {
  const id = asInstanceId(text);
  if (id === undefined)
    throw usageError(`${JSON.stringify(text)} is not an instance id (such as i-0123456789abcdef0).`);
  return id;
}

/**
 * Sends the capture script to an instance through SSM, waits for it and reads the profile. An aborted signal cancels
 * the command on the instance. Throws what the script, SSM or the reader say.
 */
export async function captureRemotely(
  deps: TransferDeps,
  instanceId: InstanceId,
  plan: Omit<CapturePlan, 'captureId'>,
  signal: AbortSignal,
): Promise<RemoteCapture> {
  const id = randomId('cli') as CaptureId;
  const timeoutSeconds = plan.seconds + CAPTURE_OVERHEAD_SECONDS + installSeconds(plan.installPerf);
  const commandId = await deps.commands.send({
    instanceId,
    label: id,
    call: runCall({ ...plan, captureId: id }),
    timeoutSeconds,
  });
  const deadline = deps.clock.now() + (DELIVERY_SECONDS + timeoutSeconds) * 1000;
  const result = await ended(deps, instanceId, commandId, deadline, signal);
  const bytes = await fetchCapture(deps, { id, instanceId }, readAnswer(instanceId, result), signal);
  const profile = await decodeCapture(bytes);
  await cleanUp(deps, { id, instanceId });
  return { instanceId, bytes, profile };
}

async function ended(
  deps: TransferDeps,
  instanceId: InstanceId,
  commandId: string,
  deadline: number,
  signal: AbortSignal,
): Promise<CommandResult> {
  for (;;) {
    const result = await deps.commands.result(instanceId, commandId);
    if (result.status !== 'pending' && result.status !== 'running') return result;
    if (signal.aborted || deps.clock.now() > deadline) {
      await deps.commands.cancel(instanceId, commandId);
      if (signal.aborted) throw new AppError('INTERRUPTED', `The capture on ${instanceId} was cancelled.`);
      throw new AppError('CAPTURE_TIMED_OUT', `${instanceId} did not answer in time.`, {
        hint: 'Check the SSM agent of the instance; it may be too busy to run anything.',
      });
    }
    await deps.clock.sleep(POLL_MS, signal);
  }
}
