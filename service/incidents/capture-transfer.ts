/** Reading an answer of the capture script, and fetching what did not fit into it. */
import type { RemoteScripts } from '../capture/assemble-script.ts';
import {
  assembleCapture,
  buildCleanScript,
  buildFetchScript,
  parseRunOutput,
  type RunReport,
} from '../capture/capture-script.ts';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import type { CaptureId, InstanceId } from '../shared/ids.ts';
import type { Log } from '../shared/log.ts';
import type { CommandResult, CommandsPort } from './ports.ts';

export interface TransferDeps {
  readonly commands: CommandsPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly scripts: RemoteScripts;
  readonly sha256: (bytes: Uint8Array) => string;
}

export interface CaptureOnInstance {
  readonly id: CaptureId;
  readonly instanceId: InstanceId;
}

/** SSM's request rates are not published; one question a second and instance stays far below what throttles. */
export const POLL_MS = 1_000;
/** A chunk is read and printed at once; what takes longer is a sick instance. */
const FETCH_TIMEOUT_SECONDS = 60;
/** Chunk commands under way per instance: the agent runs 5 commands at once and one may be a person's. */
const FETCHES_AT_ONCE = 3;

/**
 * The script's own words where it spoke, else SSM's. Throws the fault of the capture: the command has ended, so it is
 * final.
 */
export function readAnswer(instanceId: InstanceId, result: CommandResult): RunReport {
  if (result.status === 'success' || result.stdout.trim() !== '') {
    try {
      return parseRunOutput(result.stdout);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, error.message, { cause: error, ...(error.hint ? { hint: error.hint } : {}) });
    }
  }
  const said = result.stderr.trim().split('\n').at(-1)?.slice(0, 300);
  if (result.status === 'undeliverable') {
    throw new AppError(
      'CAPTURE_UNDELIVERABLE',
      `SSM could not deliver the command to ${instanceId} (${result.detail}).`,
      {
        hint: 'Check that the instance still runs and that its SSM agent is online.',
      },
    );
  }
  throw new AppError(
    'CAPTURE_FAILED',
    `The capture on ${instanceId} ended with status ${result.detail || result.status}${said ? `: ${said}` : ''}.`,
    {
      hint: 'Run `smokejumper doctor` for the instance.',
    },
  );
}

/**
 * What did not fit into the first answer comes in further commands, a few at once. The instance keeps it until
 * `cleanUp`.
 */
export async function fetchCapture(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  report: RunReport,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const offsets = [...report.missing];
  const chunks = [report.chunk];
  const worker = async () => {
    for (let offset = offsets.shift(); offset !== undefined; offset = offsets.shift()) {
      const script = buildFetchScript(deps.scripts.fetch, { captureId: capture.id, offset });
      chunks.push(parseRunOutput(await runOn(deps, capture, `${capture.id}:${offset}`, script, signal)).chunk);
    }
  };
  // The first failure ends them all: the step is repeated whole.
  await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, worker)).finally(() => offsets.splice(0));
  return assembleCapture(chunks, report, deps.sha256);
}

async function runOn(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  label: string,
  script: string,
  signal: AbortSignal,
): Promise<string> {
  const { instanceId } = capture;
  const commandId = await deps.commands.send({ instanceId, label, script, timeoutSeconds: FETCH_TIMEOUT_SECONDS });
  const deadline = deps.clock.now() + 2 * FETCH_TIMEOUT_SECONDS * 1000;
  while (!signal.aborted && deps.clock.now() < deadline) {
    const result = await deps.commands.result(instanceId, commandId);
    if (result.status === 'success') return result.stdout;
    if (result.status !== 'pending' && result.status !== 'running') {
      throw new AppError('FETCH_FAILED', `Fetching the result from ${instanceId} ended with status ${result.detail}.`, {
        retry: 'later',
      });
    }
    await deps.clock.sleep(POLL_MS, signal);
  }
  throw new AppError(
    'FETCH_TIMED_OUT',
    `The recording on ${instanceId} succeeded, but its result could not be fetched.`,
    {
      retry: 'later',
    },
  );
}

/**
 * Removes the result from the instance: once it is durable here and no sooner, or a crash in between would lose it. It
 * expires there by itself, so a failure is worth a line, no more.
 */
export async function cleanUp(deps: TransferDeps, capture: CaptureOnInstance): Promise<void> {
  try {
    await deps.commands.send({
      instanceId: capture.instanceId,
      label: `${capture.id}:clean`,
      script: buildCleanScript(deps.scripts.clean, { captureId: capture.id }),
      timeoutSeconds: FETCH_TIMEOUT_SECONDS,
    });
  } catch (error) {
    deps.log.warn(
      { captureId: capture.id, err: error },
      'the result could not be removed from the instance; it will expire there',
    );
  }
}
