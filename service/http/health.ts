import { Router } from 'express';

export interface HealthDeps {
  /** Throws when the service cannot do its work (the database does not answer). */
  readonly checkReady: () => void;
  readonly counts: () => {
    readonly incidents: Readonly<Record<string, number>>;
    readonly notifications: Readonly<Record<string, number>>;
  };
}

/** `/healthz`: the process lives. `/readyz`: it can work. `/metrics`: Prometheus text format 0.0.4. */
export function healthRouter(deps: HealthDeps): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', (_req, res) => {
    try {
      deps.checkReady();
      res.json({ status: 'ready' });
    } catch {
      res.status(503).json({ status: 'not ready' });
    }
  });
  router.get('/metrics', (_req, res) => {
    const { incidents, notifications } = deps.counts();
    res
      .type('text/plain; version=0.0.4; charset=utf-8')
      .send(
        gauge('smokejumper_incidents', 'Incidents by state.', 'state', incidents) +
          gauge('smokejumper_notifications', 'Notifications in the ledger by outcome.', 'outcome', notifications),
      );
  });
  return router;
}

function gauge(name: string, help: string, label: string, values: Readonly<Record<string, number>>): string {
  const lines = Object.entries(values).map(([key, value]) => `${name}{${label}="${key}"} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}
