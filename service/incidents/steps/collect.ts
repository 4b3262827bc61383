import {
  assembleCapture,
  buildCleanScript,
  buildFetchScript,
  parseRunOutput,
  type RunReport,
} from '../../capture/capture-script.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { type Capture, captureFile } from '../incident.ts';
import type { CommandResult, CommandsPort } from '../ports.ts';
import { type Step, toFailure } from '../runner.ts';
import type { IncidentStore } from '../store-port.ts';
import { CAPTURE_OVERHEAD_SECONDS, PATIENCE } from './dispatch.ts';

export interface CollectDeps {
  readonly store: IncidentStore;
  readonly commands: CommandsPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly script: string;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** SSM's request rates are not published; one question a second and instance stays far below what throttles. */
const POLL_MS = 1_000;
/** A chunk is read and printed at once; what takes longer is a sick instance. */
const FETCH_TIMEOUT_SECONDS = 60;
/** Chunk commands under way per instance: the agent runs 5 commands at once and one may be a person's. */
const FETCHES_AT_ONCE = 3;
/** After the script must have ended: SSM's own expiry and our polling. */
const GRACE_MS = 60_000;

/** dispatched → collected: waits until each capture has come back or is given up. */
export function collectStep(deps: CollectDeps): Step {
  return async (incident, signal) => {
    const open = deps.store.captures(incident.id).filter((capture) => capture.outcome === 'pending');
    const patient = incident.attempts < PATIENCE;
    const results = await Promise.all(open.map((capture) => collect(deps, capture, patient, signal)));
    const error = results.find((result) => result instanceof Error);
    if (error) throw error;
    if (results.includes('pending')) return { kind: 'wait', ms: POLL_MS };
    const captures = deps.store.captures(incident.id);
    const good = captures.filter((capture) => capture.outcome === 'collected');
    return { kind: 'advance', to: 'collected', detail: `${good.length} of ${captures.length} captures came back` };
  };
}

/** One look at one capture; an `Error` when the look itself failed for the moment. */
async function collect(
  deps: CollectDeps,
  capture: Capture,
  patient: boolean,
  signal: AbortSignal,
): Promise<'pending' | 'done' | Error> {
  try {
    if (capture.commandId === null) throw new AppError('NOT_SENT', `No command was sent to ${capture.instanceId}.`);
    const result = await deps.commands.result(capture.instanceId, capture.commandId);
    if (result.status === 'pending' || result.status === 'running')
      return await stillRunning(deps, capture, capture.commandId);
    const bytes = await fetchAll(deps, capture, reportOf(capture, result), signal);
    deps.store.putFile(capture.incidentId, captureFile(capture), 'application/gzip', bytes);
    deps.store.finishCapture(capture.id, 'collected', null);
    return 'done';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (patient && error.retry !== 'never') return error;
    deps.store.finishCapture(capture.id, 'failed', toFailure(error));
    return 'done';
  }
}

async function stillRunning(deps: CollectDeps, capture: Capture, commandId: string): Promise<'pending'> {
  const deadline = (capture.startAtMs ?? 0) + (capture.seconds + CAPTURE_OVERHEAD_SECONDS) * 1000 + GRACE_MS;
  if (deps.clock.now() < deadline) return 'pending';
  await deps.commands.cancel(capture.instanceId, commandId);
  throw new AppError(
    'CAPTURE_TIMED_OUT',
    `${capture.instanceId} did not answer within ${Math.round((deadline - (capture.startAtMs ?? 0)) / 1000)} s.`,
    {
      hint: 'Check the SSM agent of the instance; it may be too busy to run anything.',
    },
  );
}

/** The script's own words where it spoke, else SSM's. Throws the fault of the capture: the command has ended, so it is final. */
function reportOf(capture: Capture, result: CommandResult): RunReport {
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
      `SSM could not hand the command to ${capture.instanceId} (${result.detail}).`,
      {
        hint: 'The instance was terminated, or its SSM agent does not answer.',
      },
    );
  }
  throw new AppError(
    'CAPTURE_FAILED',
    `The capture on ${capture.instanceId} ended as ${result.detail || result.status}${said ? `: ${said}` : ''}.`,
    {
      hint: 'Run `smokejumper doctor` for the instance.',
    },
  );
}

/** What did not fit into the first answer comes in further commands, a few at once; then the instance is cleaned. */
async function fetchAll(
  deps: CollectDeps,
  capture: Capture,
  report: RunReport,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const offsets = [...report.missing];
  const chunks = [report.chunk];
  const worker = async () => {
    for (let offset = offsets.shift(); offset !== undefined; offset = offsets.shift()) {
      const script = buildFetchScript(deps.script, { captureId: capture.id, offset });
      chunks.push(parseRunOutput(await runOn(deps, capture, `${capture.id}:${offset}`, script, signal)).chunk);
    }
  };
  await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, worker));
  const bytes = assembleCapture(chunks, report, deps.sha256);
  if (report.missing.length > 0) await clean(deps, capture);
  return bytes;
}

async function runOn(
  deps: CollectDeps,
  capture: Capture,
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
      throw new AppError('FETCH_FAILED', `Fetching the result from ${instanceId} ended as ${result.detail}.`, {
        retry: 'later',
      });
    }
    await deps.clock.sleep(POLL_MS, signal);
  }
  throw new AppError('FETCH_TIMED_OUT', `${instanceId} recorded, but its result could not be fetched.`, {
    retry: 'later',
  });
}

/** The result expires by itself on the instance; a failure here is worth a line, no more. */
async function clean(deps: CollectDeps, capture: Capture): Promise<void> {
  try {
    await deps.commands.send({
      instanceId: capture.instanceId,
      label: `${capture.id}:clean`,
      script: buildCleanScript(deps.script, { captureId: capture.id }),
      timeoutSeconds: FETCH_TIMEOUT_SECONDS,
    });
  } catch (error) {
    deps.log.warn(
      { captureId: capture.id, err: error },
      'the result could not be removed from the instance; it expires there',
    );
  }
}
