import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import type { Log } from '../shared/log.ts';
import { allowedHosts } from './allowed-hosts.ts';
import { type ApiDeps, apiRouter } from './api.ts';
import { type HealthDeps, metricsRouter, probesRouter } from './health.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { securityHeaders } from './pages/answer.ts';
import { type SnsDeps, snsRouter } from './sns.ts';

export interface AppDeps extends ApiDeps, HealthDeps, SnsDeps {
  readonly log: Log;
  /** Names under which pages, API and metrics are served; `*.` stands for all names below one. */
  readonly hosts: readonly string[];
  /** Express's `trust proxy`: whose `X-Forwarded-For` says who asks. */
  readonly trustProxy: number | readonly string[];
  readonly pages: Router;
}

/** The whole HTTP face. Routes translate; the engine decides. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  const requests = new RequestMetrics();
  app.disable('x-powered-by');
  app.set('trust proxy', deps.trustProxy);
  app.use(requests.count);
  // First, as it must be cheap; its answers have nothing that headers could protect.
  app.use(snsRouter(deps));
  app.use(defaultHeaders);
  app.use(probesRouter(deps));
  app.use(allowedHosts(deps.hosts));
  const families: AppDeps['families'] = async (counts) => [...(await deps.families(counts)), ...requests.families()];
  app.use(metricsRouter({ ...deps, families }));
  app.use('/api/v1', apiRouter(deps));
  app.use(deps.pages);
  app.use(failure(deps.log));
  return app;
}

/** What holds for every answer; pages and files, which show something, say more and other than this. */
const defaultHeaders: RequestHandler = (_req, res, next) => {
  securityHeaders(res, "default-src 'none'; frame-ancestors 'none'").set('Cache-Control', 'no-store');
  next();
};

/** The last word: what nobody foresaw. Says nothing of the inside. */
function failure(log: Log): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status = Number((error as { status?: number }).status ?? 500);
    if (status >= 500) log.error({ err: error, path: req.path }, 'request failed');
    const words = status >= 500 ? 'Internal error. The log has the details.' : 'Bad request.';
    res.status(status);
    if (req.path.startsWith('/api/')) res.json({ error: words });
    else res.type('text').send(`${words}\n`);
  };
}
