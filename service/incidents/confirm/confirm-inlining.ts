/**
 * Has the hottest process of the first finding recorded once more while V8 inlines nothing in it: a part of the step
 * `analyzed → reported`, as asking for source text is. Only the hot instance of the incident is asked, once, and not
 * waited for when the time is over.
 */
import { cleanCall } from '../../capture/capture-script.ts';
import {
  CONFIRM_SECONDS,
  COVERED_SECONDS,
  confirmationId,
  confirmCall,
  parseConfirmOutput,
} from '../../capture/confirm-script.ts';
import type { Confirmation, ConfirmationAnswer } from '../../report/confirmation/confirmation-data.ts';
import { withConfirmation } from '../../report/confirmation/confirmation-words.ts';
import type { ReportData } from '../../report/report-data.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { POLL_MS } from '../capture-transfer.ts';
import { toFailure } from '../failure.ts';
import type { AnalysisPort, ReadConfirmationInput } from '../files/analysis-port.ts';
import { type FurtherCommand, type FurtherCommandDeps, FurtherCommands } from '../further-command.ts';
import type { Incident } from '../incident.ts';
import type { CommandResult } from '../ports.ts';
import type { IncidentStore } from '../store-port.ts';

export interface ConfirmDeps extends FurtherCommandDeps {
  readonly store: IncidentStore;
  readonly analysis: AnalysisPort;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** From the end of the analysis; the incident's report waits no longer, whatever happens. */
const CONFIRM_WAIT_MS = 60_000;
/** Beyond the recording: perf's start, the visit, reading a few hundred samples. */
const SCRIPT_OVERHEAD_SECONDS = 40;
const CLEAN_SECONDS = 30;

/** One look. Milliseconds until the next one; null when nothing is to be waited for. */
export type ConfirmInlining = (incident: Incident, signal?: AbortSignal) => Promise<number | null>;

export function confirmInlining(deps: ConfirmDeps): ConfirmInlining {
  const commands = new FurtherCommands(deps);
  return async (incident, signal) => {
    const report = await deps.store.report(incident.id);
    const asked = report?.confirmation;
    if (report === undefined || asked?.state !== 'pending') return null;
    const settled = await settle(deps, commands, incident, asked, signal);
    if (settled === undefined) return POLL_MS;
    await keep(deps, incident.id, report, settled);
    return null;
  };
}

async function keep({ store }: ConfirmDeps, id: IncidentId, report: ReportData, settled: Confirmation): Promise<void> {
  await store.saveReport(id, withConfirmation(report, settled));
}

/** Undefined where it is to be waited for. */
async function settle(
  deps: ConfirmDeps,
  commands: FurtherCommands,
  incident: Incident,
  asked: Confirmation,
  signal: AbortSignal | undefined,
): Promise<Confirmation | undefined> {
  try {
    const analyzedAtMs =
      (await deps.store.events(incident.id)).findLast(({ state }) => state === 'analyzed')?.atMs ?? 0;
    const command = commandFor(incident, asked, analyzedAtMs);
    const look = await commands.look(command, signal);
    if (look.state === 'waiting') return undefined;
    const bytes = look.state === 'late' ? tooLate(asked) : readResult(deps, asked, look.result);
    tidy(deps, command, asked);
    const input = { bytes, asked, coveredSeconds: COVERED_SECONDS };
    return { ...asked, state: 'answered', answer: await read(deps, input, command.untilMs, signal) };
  } catch (error) {
    if (signal?.aborted) throw error;
    const { captureId } = asked;
    deps.log.warn({ incidentId: incident.id, captureId, err: error }, 'not confirmed; the report does without');
    return { ...asked, state: 'failed', failure: toFailure(error, incident.id) };
  }
}

/** Reading a few hundred samples takes a tenth of a second, unless the threads are busy with something else. */
async function read(
  { analysis, clock }: ConfirmDeps,
  input: ReadConfirmationInput,
  untilMs: number,
  signal: AbortSignal | undefined,
): Promise<ConfirmationAnswer> {
  const over = new AbortController();
  const ending = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const reading = analysis.readConfirmation(input, { signal: ending, ahead: true });
  const late = clock.sleep(Math.max(0, untilMs - clock.now()), ending).then(() => tooLate(input.asked));
  try {
    return await Promise.race([reading, late]);
  } finally {
    over.abort();
    reading.catch(() => undefined);
    late.catch(() => undefined);
  }
}

/** A stored report is not asked whom to visit: it is the hot instance of the incident, or nobody. */
function commandFor(incident: Incident, asked: Confirmation, analyzedAtMs: number): FurtherCommand {
  const { captureId, pid, seenAtMs, hz } = asked;
  if (pid === null || incident.hotInstance === null || asked.instanceId !== incident.hotInstance)
    throw new AppError('NOT_THE_HOT_INSTANCE', `${asked.instanceId} is not the hot instance of this incident.`);
  return {
    instanceId: incident.hotInstance,
    label: `${captureId}:confirm`,
    call: confirmCall({ captureId, pid, seenAtMs, hz }),
    timeoutSeconds: CONFIRM_SECONDS + SCRIPT_OVERHEAD_SECONDS,
    sinceMs: analyzedAtMs,
    untilMs: analyzedAtMs + CONFIRM_WAIT_MS,
  };
}

/** The instance keeps the result in case that it is asked twice; nobody waits until it is removed. */
function tidy({ commands, log }: ConfirmDeps, { instanceId, label }: FurtherCommand, asked: Confirmation): void {
  const clean = {
    ...{ instanceId, label: `${label}:clean`, timeoutSeconds: CLEAN_SECONDS },
    call: cleanCall({ captureId: confirmationId(asked.captureId) }),
  };
  commands.send(clean).catch((error: unknown) => {
    log.warn({ label, err: error }, 'could not remove the result from the instance; a later run will');
  });
}

function tooLate({ instanceId }: Confirmation): never {
  throw new AppError('CONFIRM_TIMED_OUT', `${instanceId} did not answer within ${CONFIRM_WAIT_MS / 1000} s.`);
}

function readResult({ sha256 }: ConfirmDeps, asked: Confirmation, result: CommandResult): Uint8Array {
  if (result.status === 'success' || result.stdout.trim() !== '') return parseConfirmOutput(result.stdout, sha256);
  const status = result.detail || result.status;
  throw new AppError('CONFIRM_FAILED', `The command on ${asked.instanceId} ended with status ${status}.`);
}
