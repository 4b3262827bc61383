import { Router } from 'express';
import { STATES } from '../incidents/incident.ts';
import { NOTIFICATION_OUTCOMES } from '../incidents/notification.ts';
import type { IncidentStore, StoreCounts } from '../incidents/store-port.ts';
import type { Log } from '../shared/log.ts';
import { byLabel, type Family, PROMETHEUS_TYPE, prometheusText } from './metrics/prometheus-text.ts';

export interface HealthDeps extends ProbesDeps, MetricsDeps {}

interface ProbesDeps {
  /** Why the service cannot do its work; empty when it can. Never hangs, never rejects. */
  readonly whyNotReady: () => Promise<readonly string[]>;
  readonly log: Log;
}

interface MetricsDeps {
  readonly counts: IncidentStore['counts'];
  /** Further metrics: of the engine and the process. */
  readonly families: (counts: StoreCounts) => Promise<readonly Family[]>;
}

/** `/healthz`: the process lives, which needs nothing but an answer. `/readyz`: it can work, or why it cannot. */
export function probesRouter(deps: ProbesDeps): Router {
  const router = Router();
  let asking: Promise<readonly string[]> | undefined;
  let said = '';
  // Whoever asks at the same time gets the same answer: a hung database must not be asked again and again.
  const ask = () => {
    asking ??= deps.whyNotReady().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const reasons = await ask();
    const ready = reasons.length === 0;
    // Once for each kind of trouble, not for each number in it: probes come every few seconds.
    const kinds = reasons.join(' ').replaceAll(/[\d.]+/g, 'N');
    if (kinds !== said) deps.log[ready ? 'info' : 'warn']({ reasons }, ready ? 'ready again' : 'not ready');
    said = kinds;
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', reasons });
  });
  return router;
}

/** `/metrics`: Prometheus text. */
export function metricsRouter(deps: MetricsDeps): Router {
  const router = Router();
  router.get('/metrics', async (_req, res) => {
    const counts = await deps.counts();
    res.type(PROMETHEUS_TYPE).send(prometheusText([...logFamilies(counts), ...(await deps.families(counts))]));
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
