/** Reading an answer of the capture script, and fetching what did not fit into it. */
import {
  assembleCapture,
  cleanCall,
  fetchCall,
  parseRunOutput,
  parseUploadOutput,
  type RunReport,
  uploadCall,
} from '../capture/capture-script.ts';
import type { ScriptCall } from '../capture/script-call.ts';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import type { CaptureId, InstanceId } from '../shared/ids.ts';
import type { Log } from '../shared/log.ts';
import type { CommandResult, CommandsPort, UploadsPort } from './ports.ts';

export interface TransferDeps {
  readonly commands: CommandsPort;
  readonly clock: Clock;
  readonly log: Log;
  /** Null: everything comes back through the commands. */
  readonly uploads: UploadsPort | null;
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
/** The script gives its upload 100 s. */
const UPLOAD_TIMEOUT_SECONDS = 150;
/** S3 looks at the clock when a request begins: SSM may take a minute to deliver the command, and clocks differ. */
const UPLOAD_VALID_SECONDS = 300;

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
 * What did not fit into the first answer: through the bucket where there is one and more is missing than a few commands
 * bring at once; else, or when that fails, in pieces. The instance keeps it until `cleanUp`.
 */
export async function fetchCapture(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  report: RunReport,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { uploads } = deps;
  const large = report.missing.length > FETCHES_AT_ONCE;
  const whole = uploads !== null && large ? await throughBucket(deps, uploads, capture, report, signal) : null;
  return whole ?? (await inPieces(deps, capture, report, signal));
}

/** Null when this way is closed: the log says why. */
async function throughBucket(
  deps: TransferDeps,
  uploads: UploadsPort,
  capture: CaptureOnInstance,
  report: RunReport,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const key = `captures/${capture.id}.capture.gz`;
  try {
    const address = await uploads.address(key, report, UPLOAD_VALID_SECONDS);
    const call = uploadCall({ captureId: capture.id, ...address });
    try {
      const label = `${capture.id}:upload`;
      const result = await runOn(deps, capture, label, call, UPLOAD_TIMEOUT_SECONDS, signal);
      if (result.stdout.trim() === '') throw fetchFailed(capture, result);
      parseUploadOutput(result.stdout);
      const bytes = await uploads.get(key, report.bytes);
      return assembleCapture([{ offset: 0, bytes }], report, deps.sha256);
    } finally {
      await removeUpload(deps, uploads, capture, key);
    }
  } catch (error) {
    if (!(error instanceof AppError) || signal.aborted) throw error;
    const { code, message, hint } = error;
    const said = { captureId: capture.id, code, hint };
    deps.log.warn(said, `the result could not be sent through the bucket, so it comes in pieces: ${message}`);
    return null;
  }
}

/** A rule of the bucket removes what is left behind. */
async function removeUpload(
  deps: TransferDeps,
  uploads: UploadsPort,
  capture: CaptureOnInstance,
  key: string,
): Promise<void> {
  try {
    await uploads.remove(key);
  } catch (error) {
    deps.log.warn({ captureId: capture.id, err: error }, 'the result could not be removed from the bucket');
  }
}

async function inPieces(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  report: RunReport,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const offsets = [...report.missing];
  const chunks = [report.chunk];
  const worker = async () => {
    for (let offset = offsets.shift(); offset !== undefined; offset = offsets.shift()) {
      const call = fetchCall({ captureId: capture.id, offset });
      const result = await runOn(deps, capture, `${capture.id}:${offset}`, call, FETCH_TIMEOUT_SECONDS, signal);
      if (result.status !== 'success') throw fetchFailed(capture, result);
      chunks.push(parseRunOutput(result.stdout).chunk);
    }
  };
  // The first failure ends them all: the step is repeated whole.
  await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, worker)).finally(() => offsets.splice(0));
  return assembleCapture(chunks, report, deps.sha256);
}

function fetchFailed({ instanceId }: CaptureOnInstance, { detail }: CommandResult): AppError {
  const message = `Fetching the result from ${instanceId} ended with status ${detail}.`;
  return new AppError('FETCH_FAILED', message, { retry: 'later' });
}

/** How the command ended. */
async function runOn(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  label: string,
  call: ScriptCall,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { instanceId } = capture;
  const commandId = await deps.commands.send({ instanceId, label, call, timeoutSeconds });
  const deadline = deps.clock.now() + 2 * timeoutSeconds * 1000;
  while (!signal.aborted && deps.clock.now() < deadline) {
    const result = await deps.commands.result(instanceId, commandId);
    if (result.status !== 'pending' && result.status !== 'running') return result;
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
      call: cleanCall({ captureId: capture.id }),
      timeoutSeconds: FETCH_TIMEOUT_SECONDS,
    });
  } catch (error) {
    deps.log.warn(
      { captureId: capture.id, err: error },
      'the result could not be removed from the instance; it will expire there',
    );
  }
}
