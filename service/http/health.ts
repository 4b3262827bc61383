import { Router } from 'express';
import { STATES } from '../incidents/incident.ts';
import { NOTIFICATION_OUTCOMES } from '../incidents/notification.ts';
import type { IncidentStore, StoreCounts } from '../incidents/store-port.ts';
import type { Log } from '../shared/log.ts';
import { byLabel, type Family, PROMETHEUS_TYPE, prometheusText } from './metrics/prometheus-text.ts';

export interface HealthDeps {
  /** Throws when the service cannot do its work (the database does not answer). */
  readonly checkReady: () => Promise<void>;
  readonly counts: IncidentStore['counts'];
  readonly log: Log;
  /** Further metrics: of the engine and the process. */
  readonly families?: (counts: StoreCounts) => readonly Family[];
}

/** `/healthz`: the process lives. `/readyz`: it can work. `/metrics`: Prometheus text. */
export function healthRouter(deps: HealthDeps): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    try {
      await deps.checkReady();
      res.json({ status: 'ready' });
    } catch (error) {
      deps.log.warn({ err: error }, 'not ready');
      res.status(503).json({ status: 'not ready' });
    }
  });
  router.get('/metrics', async (_req, res) => {
    const counts = await deps.counts();
    res.type(PROMETHEUS_TYPE).send(prometheusText([...logFamilies(counts), ...(deps.families?.(counts) ?? [])]));
  });
  return router;
}

function logFamilies({ incidents, notifications }: StoreCounts): Family[] {
  return [
    byLabel({ name: 'smokejumper_incidents', help: 'Incidents by state.', type: 'gauge' }, 'state', incidents, STATES),
    byLabel(
      { name: 'smokejumper_notifications', help: 'Notifications in the log by outcome.', type: 'gauge' },
      'outcome',
      notifications,
      NOTIFICATION_OUTCOMES,
    ),
  ];
}
