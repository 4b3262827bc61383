import { setTimeout as pause } from 'node:timers/promises';
import type { DemoConsole } from './demo-console.ts';
import { Heartbeat } from './heartbeat.ts';
import { type DemoIncident, getJson, incidentIds } from './incident-api.ts';
import { IncidentTeller } from './incident-teller.ts';

/** How often the API is asked. */
const POLL_MS = 250;
const ENDED = new Set(['notified', 'throttled', 'lapsed']);

export interface WatchOptions {
  readonly base: string;
  readonly demoConsole: DemoConsole;
  readonly captureSeconds: number;
  readonly deadlineMs: number;
  /** What is waited for while there is no incident. */
  readonly waiting: () => Promise<string>;
  /** Incidents that were there before. */
  readonly known?: ReadonlySet<string>;
}

/** Waits until the first new incident has ended and tells each stage on the way. Throws after `deadlineMs`. */
export async function watchIncident(options: WatchOptions): Promise<DemoIncident> {
  const { base, demoConsole, captureSeconds, deadlineMs, waiting, known = new Set() } = options;
  const teller = new IncidentTeller(base, demoConsole, captureSeconds);
  const heartbeat = new Heartbeat(demoConsole, waiting);
  let state = '';
  while (Date.now() < deadlineMs) {
    const id = (await incidentIds(base)).findLast((each) => !known.has(each));
    if (id === undefined) await heartbeat.beat();
    else {
      const incident = await getJson<DemoIncident>(`${base}/api/v1/incidents/${id}`);
      teller.tell(incident);
      state = incident.state;
      if (ENDED.has(state)) return incident;
    }
    await pause(POLL_MS);
  }
  throw new Error(
    state === ''
      ? `the alarm did not fire in time: ${await waiting()}`
      : `the incident was not reported in time; it got as far as "${state}"`,
  );
}

/** Tells of all further incidents, until the signal aborts. */
export async function followIncidents(
  options: Omit<WatchOptions, 'deadlineMs' | 'waiting'>,
  signal: AbortSignal,
): Promise<void> {
  const { base, demoConsole, captureSeconds } = options;
  const known = new Set(options.known);
  const tellers = new Map<string, IncidentTeller>();
  while (!signal.aborted) {
    for (const id of (await incidentIds(base).catch(() => [])).filter((each) => !known.has(each))) {
      const incident = await getJson<DemoIncident>(`${base}/api/v1/incidents/${id}`).catch(() => null);
      if (incident === null) continue;
      const teller = tellers.get(id) ?? new IncidentTeller(base, demoConsole, captureSeconds);
      tellers.set(id, teller);
      teller.tell(incident);
      if (!ENDED.has(incident.state)) continue;
      known.add(id);
      tellers.delete(id);
      if (incident.report) demoConsole.say(`VERDICT     ${incident.report.verdict.headline}`);
    }
    await pause(POLL_MS);
  }
}
