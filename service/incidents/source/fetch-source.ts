/**
 * Asks both hosts for the code around the findings: a part of the step `analyzed → reported`, not a state of its own.
 * It changes nothing that a later step relies on, and it may be given up at any moment, so there is no fact that a
 * state would name. What is known is in `source.json`; who has not answered when the time is over is left out.
 */
import { parseSourceOutput, type SourceAnswer, type SourceExcerpt, sourceCall } from '../../capture/source-script.ts';
import type { ReportPlace, SourceHost } from '../../report/source/source-data.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, OutageError } from '../../shared/errors.ts';
import type { IncidentId, InstanceId } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import { fillSourceUrl } from '../../shared/source-url.ts';
import { POLL_MS } from '../capture-transfer.ts';
import { toFailure } from '../failure.ts';
import type { CommandResult, CommandsPort } from '../ports.ts';
import type { IncidentStore } from '../store-port.ts';
import { storedSource, storeSource } from './stored-source.ts';

export interface FetchSourceDeps {
  readonly store: IncidentStore;
  readonly commands: CommandsPort;
  readonly clock: Clock;
  readonly log: Log;
  /** Must bound what it unpacks. */
  readonly gunzip: (bytes: Uint8Array) => Uint8Array;
  /** `SOURCE_URL`. */
  readonly url: string | null;
}

/** From the end of the analysis; the incident's report waits no longer, whatever happens. */
const SOURCE_WAIT_MS = 60_000;
/** Ten files of ten seconds each at the very most; a normal answer takes one. */
const SCRIPT_SECONDS = 60;

/**
 * Looks at the hosts that have not answered. Milliseconds until the next look; null when nothing is to be waited for.
 */
export type FetchSource = (id: IncidentId, signal?: AbortSignal) => Promise<number | null>;

export function fetchSource(deps: FetchSourceDeps): FetchSource {
  /** Commands of this process; after a restart they are found by their label. */
  const commandIds = new Map<string, string>();
  return async (id, signal) => {
    const source = await storedSource(deps.store, id);
    if (source === null || !source.hosts.some(isPending)) return null;
    const analyzedAtMs = await analyzedAt(deps, id);
    const hosts = await Promise.all(
      source.hosts.map((host) => (isPending(host) ? inTime(deps, id, host, analyzedAtMs, commandIds, signal) : host)),
    );
    if (hosts.some((host, at) => host !== source.hosts[at])) await storeSource(deps.store, id, { version: 1, hosts });
    if (hosts.some(isPending)) return POLL_MS;
    for (const { captureId } of hosts) commandIds.delete(captureId);
    return null;
  };
}

function isPending(host: SourceHost): boolean {
  return host.state === 'pending';
}

/** The wait is counted from this durable moment: neither a restart nor a full disk begins it anew. */
async function analyzedAt({ store }: FetchSourceDeps, id: IncidentId): Promise<number> {
  return (await store.events(id)).findLast((event) => event.state === 'analyzed')?.atMs ?? 0;
}

/** The host as it is after one look, which takes no longer than the time that is left, also when AWS hangs. */
async function inTime(
  deps: FetchSourceDeps,
  id: IncidentId,
  host: SourceHost,
  analyzedAtMs: number,
  commandIds: Map<string, string>,
  signal: AbortSignal | undefined,
): Promise<SourceHost> {
  const leftMs = analyzedAtMs + SOURCE_WAIT_MS - deps.clock.now();
  const over = new AbortController();
  const ending = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const looked = leftMs > 0 ? look(deps, host, analyzedAtMs, commandIds, ending) : Promise.resolve('late' as const);
  const late = deps.clock.sleep(Math.max(0, leftMs), ending).then(() => 'late' as const);
  try {
    const answer = await Promise.race([looked, late]);
    if (signal?.aborted) throw interrupted(host);
    return answer === 'late' ? giveUp(deps, host, commandIds.get(host.captureId), signal) : answer;
  } catch (error) {
    if (signal?.aborted) throw interrupted(host);
    // Throttled, say: there may be time for another look.
    if (error instanceof OutageError) return host;
    deps.log.warn({ incidentId: id, captureId: host.captureId, err: error }, 'no source text; the report does without');
    return { ...host, state: 'failed', failure: toFailure(error, id) };
  } finally {
    over.abort();
    looked.catch(() => undefined);
  }
}

function interrupted({ instanceId }: SourceHost): AppError {
  return new OutageError('SOURCE_INTERRUPTED', `Asking ${instanceId} for the source text was interrupted.`);
}

/** Sent once: whatever goes wrong on the instance, the report is worth more than a second try. */
async function look(
  deps: FetchSourceDeps,
  host: SourceHost,
  analyzedAtMs: number,
  commandIds: Map<string, string>,
  signal: AbortSignal,
): Promise<SourceHost> {
  const instanceId = host.instanceId as InstanceId;
  const commandId = commandIds.get(host.captureId) ?? (await ask(deps, host, analyzedAtMs, signal));
  commandIds.set(host.captureId, commandId);
  const result = await deps.commands.result(instanceId, commandId, signal);
  if (result.status === 'pending' || result.status === 'running') return host;
  const answers = readResult(deps, host, result);
  return {
    ...host,
    state: 'answered',
    places: host.places.map((place, at) => answered(deps, place, answers[at] ?? { reason: 'LEFT_OUT' })),
  };
}

/** Looks for the command of a process that died before it sends one. */
async function ask(
  { commands }: FetchSourceDeps,
  host: SourceHost,
  analyzedAtMs: number,
  signal: AbortSignal,
): Promise<string> {
  const label = `${host.captureId}:source`;
  const instanceId = host.instanceId as InstanceId;
  const { captureId, places } = host;
  const known = await commands.find(instanceId, label, analyzedAtMs, signal);
  if (known !== undefined) return known;
  const call = sourceCall({ captureId, places });
  return await commands.send({ instanceId, label, call, timeoutSeconds: SCRIPT_SECONDS }, signal);
}

function readResult({ gunzip }: FetchSourceDeps, host: SourceHost, result: CommandResult): SourceAnswer[] {
  if (result.status === 'success' || result.stdout.trim() !== '')
    return parseSourceOutput(result.stdout, host.places.length, gunzip);
  throw new AppError(
    'SOURCE_FAILED',
    `The command for the source text on ${host.instanceId} ended with status ${result.detail || result.status}.`,
  );
}

function answered({ url }: FetchSourceDeps, place: ReportPlace, answer: SourceAnswer): ReportPlace {
  return { ...place, answer, url: url === null || 'reason' in answer ? null : linkTo(url, answer) };
}

/** To what the author wrote; where that is not checked in, there is no link to what was generated from it. */
function linkTo(template: string, { deploy, path, line, original }: SourceExcerpt): string | null {
  const { commit, revision } = deploy;
  return fillSourceUrl(template, { commit, revision, ...(original ?? { path, line }) });
}

/** The command ends by itself; nobody waits until it is cancelled. */
function giveUp(
  deps: FetchSourceDeps,
  host: SourceHost,
  commandId: string | undefined,
  signal: AbortSignal | undefined,
): SourceHost {
  if (commandId !== undefined) {
    deps.commands.cancel(host.instanceId as InstanceId, commandId, signal).catch((error: unknown) => {
      deps.log.warn({ captureId: host.captureId, err: error }, 'could not cancel the command; its timeout will end it');
    });
  }
  const failure = {
    code: 'SOURCE_TIMED_OUT',
    message: `${host.instanceId} did not answer within ${SOURCE_WAIT_MS / 1000} s.`,
    hint: null,
  };
  return { ...host, state: 'failed', failure };
}
