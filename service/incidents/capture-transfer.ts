/** Reading an answer of the capture script, and fetching what did not fit into it. */
import {
  assembleCapture,
  type CaptureChunk,
  cleanCall,
  fetchCall,
  parsePart,
  parseRunOutput,
  parseUploadOutput,
  type RunReport,
  uploadCall,
} from '../capture/capture-script.ts';
import { badOutput } from '../capture/script-answer.ts';
import type { ScriptCall } from '../capture/script-call.ts';
import type { Clock } from '../shared/clock.ts';
import { AppError, OutageError } from '../shared/errors.ts';
import type { CaptureId, InstanceId } from '../shared/ids.ts';
import type { Log } from '../shared/log.ts';
import { FIRST_LOOK_MS } from './further-command.ts';
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
/** Pauses double up to this while AWS does not answer or throttles. */
const MAX_PAUSE_MS = 10_000;
/** After that a look begins no further part: a transfer of 256 commands takes minutes, and a step should not. */
const LOOK_MS = 30_000;
/**
 * Commands that one capture is worth, those that are repeated included: 4.4 MB in pieces, as 200 s on 64 busy CPUs
 * make. Larger results come through the bucket with one.
 */
const MAX_COMMANDS = 256;
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
      const report = parseRunOutput(result.stdout);
      if (report.chunk.offset === 0) return report;
      throw badOutput(`The script began with byte ${report.chunk.offset} of its result.`);
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

/** What has come so far, and what it took: kept between the looks of one process. */
export interface Transfer {
  /** By offset. */
  readonly parts: Map<number, CaptureChunk>;
  /** Commands sent for this capture, beside the one that recorded. */
  commands: number;
  /** The way through the bucket was tried, and is closed. */
  noBucket: boolean;
}

export function newTransfer(): Transfer {
  return { parts: new Map(), commands: 0, noBucket: false };
}

/** All of a result, however many looks that takes. */
export async function fetchCapture(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  report: RunReport,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const transfer = newTransfer();
  for (;;) {
    const whole = await fetchSome(deps, capture, report, transfer, signal);
    if (whole !== null) return whole;
  }
}

/**
 * What did not fit into the first answer: through the bucket where there is one and more is missing than a few commands
 * bring at once; else, or when that fails, in pieces. The instance keeps it until `cleanUp`. Null when there is more to
 * come: a look is short, as others are waiting. How much may be claimed and sent is fixed, whatever the instance says.
 */
export async function fetchSome(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  report: RunReport,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const { uploads } = deps;
  if (uploads !== null && !transfer.noBucket && report.missing.length > FETCHES_AT_ONCE) {
    const whole = await throughBucket(deps, uploads, capture, report, transfer, signal);
    if (whole !== null) return whole;
    transfer.noBucket = true;
  }
  checkCommands(deps, capture, report, transfer);
  await inPieces(deps, capture, report, transfer, signal);
  if (report.missing.some((offset) => !transfer.parts.has(offset))) return null;
  try {
    return assembleCapture([report.chunk, ...transfer.parts.values()], report, deps.sha256);
  } catch (error) {
    transfer.parts.clear();
    throw error;
  }
}

/** Null when this way is closed: the log says why. */
async function throughBucket(
  deps: TransferDeps,
  uploads: UploadsPort,
  capture: CaptureOnInstance,
  report: RunReport,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const key = `captures/${capture.id}.capture.gz`;
  try {
    const address = await uploads.address(key, report, UPLOAD_VALID_SECONDS, signal);
    const call = uploadCall({ captureId: capture.id, ...address });
    try {
      const label = `${capture.id}:upload`;
      const result = await runOn(deps, capture, transfer, { label, call, seconds: UPLOAD_TIMEOUT_SECONDS }, signal);
      if (result.stdout.trim() === '') throw fetchFailed(capture, result);
      parseUploadOutput(result.stdout);
      const bytes = await uploads.get(key, report.bytes, signal);
      return assembleCapture([{ offset: 0, bytes }], report, deps.sha256);
    } finally {
      await removeUpload(deps, uploads, capture, key, signal);
    }
  } catch (error) {
    if (!(error instanceof AppError) || signal.aborted) throw error;
    // What S3 does not give now, it may later; in pieces it would be too much.
    if (error instanceof OutageError && transfer.commands + report.missing.length > MAX_COMMANDS) throw error;
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
  signal: AbortSignal,
): Promise<void> {
  try {
    await uploads.remove(key, signal);
  } catch (error) {
    deps.log.warn({ captureId: capture.id, err: error }, 'the result could not be removed from the bucket');
  }
}

/** Refuses at once what would take more commands than a capture is worth. */
function checkCommands(
  { uploads }: TransferDeps,
  { instanceId }: CaptureOnInstance,
  { bytes, missing }: RunReport,
  { parts, commands }: Transfer,
): void {
  const needed = commands + missing.length - parts.size;
  if (needed <= MAX_COMMANDS) return;
  throw new AppError(
    'TRANSFER_TOO_LONG',
    `The result of ${instanceId}, ${Math.ceil(bytes / 1000)} kB, would take ${needed} commands; ` +
      `at most ${MAX_COMMANDS} are sent for a capture.`,
    {
      hint:
        uploads === null
          ? 'Set CAPTURE_BUCKET: large results then come through S3, with one command.'
          : 'The log says why it could not come through the bucket.',
    },
  );
}

/** The first failure ends all of it: the other commands are not waited for, and no further one is sent. */
async function inPieces(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  report: RunReport,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<void> {
  const offsets = report.missing.filter((offset) => !transfer.parts.has(offset));
  const failed = new AbortController();
  const ending = AbortSignal.any([signal, failed.signal]);
  const until = deps.clock.now() + LOOK_MS;
  const worker = async () => {
    while (!ending.aborted && deps.clock.now() < until) {
      const offset = offsets.shift();
      if (offset === undefined) return;
      const label = `${capture.id}:${offset}`;
      const call = fetchCall({ captureId: capture.id, offset });
      const result = await runOn(deps, capture, transfer, { label, call, seconds: FETCH_TIMEOUT_SECONDS }, ending);
      if (result.status !== 'success') throw fetchFailed(capture, result);
      transfer.parts.set(offset, parsePart(result.stdout, report, offset));
    }
  };
  const stopping = () =>
    worker().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
  const workers = Array.from({ length: FETCHES_AT_ONCE }, stopping);
  await Promise.allSettled(workers);
  if (failed.signal.aborted) throw failed.signal.reason;
  if (signal.aborted) throw interrupted(capture);
}

function fetchFailed({ instanceId }: CaptureOnInstance, { detail }: CommandResult): AppError {
  const message = `Fetching the result from ${instanceId} ended with status ${detail}.`;
  return new AppError('FETCH_FAILED', message, { retry: 'later' });
}

function interrupted({ instanceId }: CaptureOnInstance): AppError {
  return new OutageError('FETCH_INTERRUPTED', `Fetching the result from ${instanceId} was interrupted.`);
}

interface Command {
  readonly label: string;
  readonly call: ScriptCall;
  /** The agent kills it after that. */
  readonly seconds: number;
}

/**
 * How the command ended. While AWS does not answer, or throttles, it is asked again, ever more seldom, for as long as
 * the command has; then the outage is what happened.
 */
async function runOn(
  deps: TransferDeps,
  capture: CaptureOnInstance,
  transfer: Transfer,
  { label, call, seconds }: Command,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { instanceId } = capture;
  const deadline = deps.clock.now() + 2 * seconds * 1000;
  let commandId: string | undefined;
  let outage: OutageError | undefined;
  let pauseMs = POLL_MS;
  while (!signal.aborted && deps.clock.now() < deadline) {
    try {
      if (commandId === undefined) {
        // What is throttled was not sent; of all else nobody knows.
        commandId = await deps.commands.send({ instanceId, label, call, timeoutSeconds: seconds }, signal);
        transfer.commands++;
        await deps.clock.sleep(FIRST_LOOK_MS, signal);
      }
      const result = await deps.commands.result(instanceId, commandId, signal);
      if (result.status !== 'pending' && result.status !== 'running') return result;
      outage = undefined;
      pauseMs = POLL_MS;
    } catch (error) {
      if (!(error instanceof OutageError)) throw error;
      outage = error;
      pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
    }
    await deps.clock.sleep(pauseMs, signal);
  }
  if (signal.aborted) throw interrupted(capture);
  if (outage !== undefined) throw outage;
  throw new AppError(
    'FETCH_TIMED_OUT',
    `The recording on ${instanceId} succeeded, but its result could not be fetched.`,
    { retry: 'later' },
  );
}

/**
 * Removes the result from the instance: once it is durable here and no sooner, or a crash in between would lose it. It
 * expires there by itself, so a failure is worth a line, no more.
 */
export async function cleanUp(deps: TransferDeps, capture: CaptureOnInstance, signal?: AbortSignal): Promise<void> {
  try {
    const call = cleanCall({ captureId: capture.id });
    const { instanceId } = capture;
    const label = `${capture.id}:clean`;
    await deps.commands.send({ instanceId, label, call, timeoutSeconds: FETCH_TIMEOUT_SECONDS }, signal);
  } catch (error) {
    deps.log.warn(
      { captureId: capture.id, err: error },
      'the result could not be removed from the instance; it will expire there',
    );
  }
}
