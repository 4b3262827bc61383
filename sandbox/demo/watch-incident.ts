import type { DemoConsole } from './demo-console.ts';

/** The part of `GET /api/v1/incidents/:id` that the demo reads. */
export interface DemoIncident {
  readonly id: string;
  readonly state: string;
  readonly events: readonly { readonly atMs: number; readonly state: string; readonly detail: string }[];
  readonly report: DemoReport | null;
}

export interface DemoReport {
  readonly hotInstance: string | null;
  readonly peerInstances: readonly string[];
  readonly shortcomings: readonly string[];
  readonly captures: readonly {
    readonly role: string;
    readonly instanceId: string;
    readonly samples: number;
    readonly cores: number | null;
  }[];
  readonly verdict: { readonly class: string; readonly headline: string };
  readonly findings: readonly {
    readonly function: string;
    readonly package: string | null;
    readonly hotCores: number;
    readonly healthyCores: number;
  }[];
}

const STAGES: Readonly<Record<string, string>> = {
  accepted: 'accepted    the alarm passed the checks of signature, topic and limits',
  targeted: 'targeted   ',
  dispatched: 'dispatched ',
  collected: 'collected  ',
  analyzed: 'analyzed   ',
  failed: 'FAILED     ',
  reported: 'reported   ',
  notified: 'notified   ',
};

/** How often the API is asked. */
const POLL_MS = 250;

export async function getJson<T>(url: string): Promise<T> {
  // On a machine that burns, a kept connection may be closed at its other end by the time it is used again.
  const answer = await fetch(url).catch(() => fetch(url));
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as T;
}

/** Waits until the first incident has ended and tells each stage on the way. Throws after `deadlineMs`. */
export async function watchIncident(
  base: string,
  demoConsole: DemoConsole,
  captureSeconds: number,
  deadlineMs: number,
): Promise<DemoIncident> {
  let told = 0;
  let state = '';
  while (Date.now() < deadlineMs) {
    const { incidents } = await getJson<{ incidents: { id: string }[] }>(`${base}/api/v1/incidents`);
    const id = incidents.at(-1)?.id;
    if (id !== undefined) {
      const incident = await getJson<DemoIncident>(`${base}/api/v1/incidents/${id}`);
      for (const event of incident.events.slice(told)) tell(demoConsole, event.state, event.detail);
      if (told === 0) demoConsole.detail(`${base}/incidents/${id}`);
      told = incident.events.length;
      state = incident.state;
      if (state === 'notified') return incident;
      progress(demoConsole, incident, captureSeconds);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(
    told === 0
      ? 'the alarm did not fire in time. Is this machine busy with something else, such as another demo? The fire ' +
          'needs half a core.'
      : `the incident was not reported in time; it got as far as "${state}"`,
  );
}

function tell(demoConsole: DemoConsole, state: string, detail: string): void {
  demoConsole.say(state === 'accepted' ? (STAGES.accepted ?? state) : `${STAGES[state] ?? state} ${detail}`);
}

function progress(demoConsole: DemoConsole, incident: DemoIncident, captureSeconds: number): void {
  const last = incident.events.at(-1);
  const start = /recording starts at (\S+)/.exec(last?.detail ?? '')?.[1];
  if (last?.state !== 'dispatched' || !start) return;
  const since = (Date.now() - Date.parse(start)) / 1000;
  if (since < 0) demoConsole.bar(`both instances start recording in ${Math.ceil(-since)} s `, 0);
  else if (since < captureSeconds) demoConsole.bar('perf is recording on both instances', since / captureSeconds);
  else demoConsole.bar('symbols, reduction, transfer  ', 1);
}
