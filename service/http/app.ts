import express, { type ErrorRequestHandler, type Express, type Router } from 'express';
import type { Log } from '../shared/log.ts';
import { type ApiDeps, apiRouter } from './api.ts';
import { type HealthDeps, healthRouter } from './health.ts';
import { type SnsDeps, snsRouter } from './sns.ts';

export interface AppDeps extends ApiDeps, HealthDeps, SnsDeps {
  readonly log: Log;
  readonly pages: Router;
}

/** The whole HTTP face. Routes translate; the engine decides. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(snsRouter(deps));
  app.use(healthRouter(deps));
  app.use('/api/v1', apiRouter(deps));
  app.use(deps.pages);
  app.use(failure(deps.log));
  return app;
}

/** The last word: what nobody foresaw. Says nothing of the inside. */
function failure(log: Log): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status = Number((error as { status?: number }).status ?? 500);
    if (status >= 500) log.error({ err: error, path: req.path }, 'request failed');
    res
      .status(status)
      .type('text')
      .send(status >= 500 ? 'Internal error. The log has the details.\n' : 'Bad request.\n');
  };
}
