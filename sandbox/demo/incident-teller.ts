import type { DemoConsole } from './demo-console.ts';
import type { DemoIncident } from './incident-api.ts';

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

type Told = Pick<DemoConsole, 'say' | 'detail' | 'bar'>;

/** Tells each event of an incident once, as it comes. */
export class IncidentTeller {
  private readonly base: string;
  private readonly demoConsole: Told;
  private readonly captureSeconds: number;
  private told = 0;

  constructor(base: string, demoConsole: Told, captureSeconds: number) {
    this.base = base;
    this.demoConsole = demoConsole;
    this.captureSeconds = captureSeconds;
  }

  tell(incident: DemoIncident): void {
    for (const event of incident.events.slice(this.told)) tell(this.demoConsole, event.state, event.detail);
    if (this.told === 0) this.demoConsole.detail(`${this.base}/incidents/${incident.id}`);
    this.told = incident.events.length;
    progress(this.demoConsole, incident, this.captureSeconds);
  }
}

function tell(demoConsole: Told, state: string, detail: string): void {
  demoConsole.say(state === 'accepted' ? (STAGES.accepted ?? state) : `${STAGES[state] ?? state} ${detail}`);
}

function progress(demoConsole: Told, incident: DemoIncident, captureSeconds: number): void {
  const startAtMs = incident.progress?.recording?.startAtMs ?? null;
  if (incident.state !== 'dispatched' || startAtMs === null) return;
  const since = (Date.now() - startAtMs) / 1000;
  if (since < 0) demoConsole.bar(`both instances start recording in ${Math.ceil(-since)} s `, 0);
  else if (since < captureSeconds) demoConsole.bar('perf is recording on both instances', since / captureSeconds);
  else demoConsole.bar('symbols, reduction, transfer  ', 1);
}
