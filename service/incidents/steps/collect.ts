import { installSeconds } from '../../capture/capture-script.ts';
import { AppError, OutageError } from '../../shared/errors.ts';
import type { CaptureId, IncidentId } from '../../shared/ids.ts';
import {
  cleanUp,
  fetchSome,
  newTransfer,
  POLL_MS,
  readAnswer,
  type Transfer,
  type TransferDeps,
} from '../capture-transfer.ts';
import { isDiskFault, toFailure } from '../failure.ts';
import { type Capture, captureFile } from '../incident.ts';
import type { RecordingStep, StepOutcome } from '../step.ts';
import type { IncidentStore } from '../store-port.ts';
import type { CommandTraffic } from './command-traffic.ts';
import { CAPTURE_OVERHEAD_SECONDS, MAX_SIDE_ATTEMPTS } from './dispatch.ts';

export interface CollectDeps extends TransferDeps {
  readonly store: Pick<IncidentStore, 'captures' | 'putFile' | 'finishCapture'>;
  readonly traffic: CommandTraffic;
  /** Whether the commands were allowed to install perf. Default: no. */
  readonly installPerf?: boolean;
}

/** While others have commands to send, and SSM throttles. */
const YIELD_MS = 2_000;
/** While SSM throttles: an instance takes seconds for what it has recorded, and the question is one of many. */
const BUSY_POLL_MS = 4_000;
/** A start that is further away was not meant so: somebody has set the clock. */
const MAX_LEAD_MS = 10 * 60_000;
/** After the script must have ended: SSM's own expiry and our polling. */
const GRACE_MS = 60_000;

/** `keep_minutes` of run.sh, from the end of the recording: for so long a result can still be fetched. */
const KEPT_MS = 60 * 60_000;
/** Pauses while AWS does not answer, or throttles: an eighth of what has gone by since the recording, within these. */
const MIN_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 60_000;
/** Of captures that come in pieces right now; more are not under way, and a part that is lost is fetched again. */
const MAX_TRANSFERS = 32;

type Transfers = Map<CaptureId, Transfer>;

/** dispatched → collected: waits until each capture has come back or is given up. */
export function collectStep(general: CollectDeps): RecordingStep {
  const transfers: Transfers = new Map();
  return async (incident, signal) => {
    const deps = { ...general, installPerf: incident.plan?.settings.installPerf ?? general.installPerf ?? false };
    const open = (await deps.store.captures(incident.id)).filter((capture) => capture.outcome === 'pending');
    const pauseMs = pauseBefore(deps, open);
    if (pauseMs > 0) return { kind: 'wait', ms: pauseMs };
    const mayRetry = incident.attempts < MAX_SIDE_ATTEMPTS;
    const results = await Promise.all(open.map((capture) => collect(deps, capture, transfers, mayRetry, signal)));
    const error = results.find((result) => result instanceof Error && !(result instanceof OutageError));
    if (error instanceof Error) throw error;
    const outage = results.find((result) => result instanceof OutageError);
    if (outage !== undefined) return waitOut(deps, incident.id, open, outage, signal);
    if (results.includes('pending')) return { kind: 'wait', ms: deps.traffic.isBusy() ? BUSY_POLL_MS : POLL_MS };
    const captures = await deps.store.captures(incident.id);
    const good = captures.filter((capture) => capture.outcome === 'collected');
    return { kind: 'advance', to: 'collected', detail: `${good.length} of ${captures.length} captures came back` };
  };
}

/** Before the end of a recording there is nothing to be had, and each question is one that SSM may throttle. */
function pauseBefore({ clock, traffic }: CollectDeps, open: readonly Capture[]): number {
  if (open.length === 0) return 0;
  const leftMs = Math.min(...open.map(recordedAtMs)) - clock.now();
  if (leftMs > 0 && leftMs < MAX_LEAD_MS) return leftMs;
  return traffic.mayLook() ? 0 : YIELD_MS;
}

/** Not a try that counts: however often AWS is throttled, the results are there. */
function waitOut(
  deps: CollectDeps,
  incidentId: IncidentId,
  open: readonly Capture[],
  outage: OutageError,
  signal: AbortSignal,
): StepOutcome {
  if (signal.aborted) throw outage;
  deps.traffic.outage();
  const sinceMs = deps.clock.now() - Math.max(...open.map(recordedAtMs));
  const ms = Math.round(Math.min(Math.max(sinceMs / 8, MIN_PAUSE_MS), MAX_PAUSE_MS));
  deps.log.warn({ incidentId, err: outage }, `a result could not be fetched yet; asking again in ${ms} ms`);
  return { kind: 'wait', ms };
}

function recordedAtMs({ startAtMs, seconds }: Capture): number {
  return (startAtMs ?? 0) + seconds * 1000;
}

function transferOf(transfers: Transfers, id: CaptureId): Transfer {
  const transfer = transfers.get(id) ?? newTransfer();
  transfers.delete(id);
  transfers.set(id, transfer);
  for (const oldest of transfers.keys()) {
    if (transfers.size <= MAX_TRANSFERS) break;
    transfers.delete(oldest);
  }
  return transfer;
}

/** One look at one capture; an `Error` when the look itself failed for the moment. */
async function collect(
  deps: CollectDeps,
  capture: Capture,
  transfers: Transfers,
  mayRetry: boolean,
  signal: AbortSignal,
): Promise<'pending' | 'done' | Error> {
  let ended = false;
  try {
    if (capture.commandId === null) throw new AppError('NOT_SENT', `No command was sent to ${capture.instanceId}.`);
    const result = await deps.commands.result(capture.instanceId, capture.commandId, signal);
    if (result.status === 'pending' || result.status === 'running')
      return await stillRunning(deps, capture, capture.commandId, signal);
    ended = result.status === 'success';
    const report = readAnswer(capture.instanceId, result);
    const bytes = await fetchSome(deps, capture, report, transferOf(transfers, capture.id), signal);
    if (bytes === null) return 'pending';
    await deps.store.putFile(capture.incidentId, captureFile(capture), 'application/gzip', bytes);
    await deps.store.finishCapture(capture.id, 'collected', null);
    transfers.delete(capture.id);
    await cleanUp(deps, capture, signal);
    return 'done';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (isDiskFault(error) || signal.aborted || isWorthAnotherLook(deps, capture, error, mayRetry)) return error;
    await deps.store.finishCapture(capture.id, 'failed', toFailure(error, capture.incidentId));
    transfers.delete(capture.id);
    // Nobody will ask for it again.
    if (ended && !(error instanceof OutageError)) await cleanUp(deps, capture, signal);
    return 'done';
  }
}

function isWorthAnotherLook({ clock }: CollectDeps, capture: Capture, error: AppError, mayRetry: boolean): boolean {
  if (error instanceof OutageError) return clock.now() < recordedAtMs(capture) + KEPT_MS;
  return mayRetry && error.retry !== 'never';
}

async function stillRunning(
  deps: CollectDeps,
  capture: Capture,
  commandId: string,
  signal: AbortSignal,
): Promise<'pending'> {
  const longest = capture.seconds + CAPTURE_OVERHEAD_SECONDS + installSeconds(deps.installPerf);
  const deadline = (capture.startAtMs ?? 0) + longest * 1000 + GRACE_MS;
  if (deps.clock.now() < deadline) return 'pending';
  // Whether it could be cancelled or not, the time-out is what happened.
  await deps.commands.cancel(capture.instanceId, commandId, signal).catch((error: unknown) => {
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
