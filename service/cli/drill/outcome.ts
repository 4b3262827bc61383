import { failureWords } from '../../incidents/failure.ts';
import type { IncidentStore } from '../../incidents/store-port.ts';
import type { IncidentId } from '../../shared/ids.ts';

/** What came of a drill. */
export interface Outcome {
  readonly incidentId: IncidentId;
  readonly url: string;
  readonly headline: string;
  readonly hot: string | null;
  readonly peers: readonly string[];
  readonly mailedTo: readonly string[];
  /** What does not work, in words. */
  readonly faults: readonly string[];
}

export async function outcomeOf(store: IncidentStore, id: IncidentId, url: string): Promise<Outcome> {
  const incident = await store.incident(id);
  const report = await store.report(id);
  const captures = await store.captures(id);
  const deliveries = await store.deliveries(id);
  const last = (await store.events(id)).at(-1);
  const untold = deliveries.filter(({ state }) => state !== 'sent');
  const failed = captures.filter(({ failure }) => failure !== null);
  return {
    incidentId: id,
    url,
    headline: report?.verdict.headline ?? last?.detail ?? 'The drill was deleted while it ran.',
    hot: incident?.hotInstance ?? null,
    peers: captures.filter(({ role }) => role === 'peer').map(({ instanceId }) => instanceId),
    mailedTo: deliveries.filter(({ state }) => state === 'sent').map(({ recipient }) => recipient),
    faults: [
      ...(incident?.failure ? [failureWords(incident.failure)] : []),
      ...failed.map(({ instanceId, failure }) => `${instanceId}: ${failure ? failureWords(failure) : ''}`),
      ...untold.map(({ recipient, note }) => `No mail to ${recipient}: ${note ?? 'the server has not answered yet.'}`),
      ...(report === undefined && !incident?.failure ? ['No report was written.'] : []),
    ],
  };
}
