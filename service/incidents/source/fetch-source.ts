/**
 * Asks both hosts for the code around the findings: a part of the step `analyzed → reported`, not a state of its own.
 * It changes nothing that a later step relies on, and it may be given up at any moment, so there is no fact that a
 * state would name. What is known is in `source.json`; who has not answered when the time is over is left out.
 */
import { parseSourceOutput, type SourceAnswer, type SourceExcerpt, sourceCall } from '../../capture/source-script.ts';
import type { ReportPlace, SourceHost } from '../../report/source/source-data.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentId, InstanceId } from '../../shared/ids.ts';
import { fillSourceUrl } from '../../shared/source-url.ts';
import { POLL_MS } from '../capture-transfer.ts';
import { toFailure } from '../failure.ts';
import { type FurtherCommand, type FurtherCommandDeps, FurtherCommands } from '../further-command.ts';
import type { CommandResult } from '../ports.ts';
import type { IncidentStore } from '../store-port.ts';
import { storedSource, storeSource } from './stored-source.ts';

export interface FetchSourceDeps extends FurtherCommandDeps {
  readonly store: IncidentStore;
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
  const commands = new FurtherCommands(deps);
  return async (id, signal) => {
    const source = await storedSource(deps.store, id);
    if (source === null || !source.hosts.some(isPending)) return null;
    const analyzedAtMs = await analyzedAt(deps, id);
    const hosts = await Promise.all(
      source.hosts.map((host) => (isPending(host) ? look(deps, commands, id, host, analyzedAtMs, signal) : host)),
    );
    if (hosts.some((host, at) => host !== source.hosts[at])) await storeSource(deps.store, id, { version: 1, hosts });
    return hosts.some(isPending) ? POLL_MS : null;
  };
}

function isPending(host: SourceHost): boolean {
  return host.state === 'pending';
}

/** The wait is counted from this durable moment: neither a restart nor a full disk begins it anew. */
async function analyzedAt({ store }: FetchSourceDeps, id: IncidentId): Promise<number> {
  return (await store.events(id)).findLast((event) => event.state === 'analyzed')?.atMs ?? 0;
}

/** The host as it is after one look. */
async function look(
  deps: FetchSourceDeps,
  commands: FurtherCommands,
  id: IncidentId,
  host: SourceHost,
  analyzedAtMs: number,
  signal: AbortSignal | undefined,
): Promise<SourceHost> {
  try {
    const seen = await commands.look(commandFor(host, analyzedAtMs), signal);
    if (seen.state === 'waiting') return host;
    if (seen.state === 'late') return tooLate(host);
    const answers = readResult(deps, host, seen.result);
    return {
      ...host,
      state: 'answered',
      places: host.places.map((place, at) => answered(deps, place, answers[at] ?? { reason: 'LEFT_OUT' })),
    };
  } catch (error) {
    if (signal?.aborted) throw error;
    deps.log.warn({ incidentId: id, captureId: host.captureId, err: error }, 'no source text; the report does without');
    return { ...host, state: 'failed', failure: toFailure(error, id) };
  }
}

/** Sent once: whatever goes wrong on the instance, the report is worth more than a second try. */
function commandFor({ instanceId, captureId, places }: SourceHost, analyzedAtMs: number): FurtherCommand {
  return {
    instanceId: instanceId as InstanceId,
    label: `${captureId}:source`,
    call: sourceCall({ captureId, places }),
    timeoutSeconds: SCRIPT_SECONDS,
    sinceMs: analyzedAtMs,
    untilMs: analyzedAtMs + SOURCE_WAIT_MS,
  };
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

function tooLate(host: SourceHost): SourceHost {
  const message = `${host.instanceId} did not answer within ${SOURCE_WAIT_MS / 1000} s.`;
  return { ...host, state: 'failed', failure: { code: 'SOURCE_TIMED_OUT', message, hint: null } };
}
