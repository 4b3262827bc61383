import { Router } from 'express';
import type { IncidentQueries } from '../incidents/queries.ts';

export interface ApiDeps {
  readonly queries: IncidentQueries;
}

/** Page size when none is asked for, and the most that is given. */
const LIMIT = 50;
const MAX_LIMIT = 500;

/** `/api/v1`: incidents, one incident with its report, its files, the ledger. JSON; times in epoch milliseconds. */
export function apiRouter(deps: ApiDeps): Router {
  const router = Router();
  router.get('/incidents', (req, res) => {
    const page = pageOf(req.query);
    const { rows, total } = deps.queries.list({
      ...page,
      ...text('text', req.query.q),
      ...text('group', req.query.group),
    });
    res.json({ incidents: rows, total, ...page });
  });
  router.get('/incidents/:id', (req, res) => {
    const view = deps.queries.view(req.params.id);
    if (view) res.json({ ...view, files: deps.queries.files(req.params.id) });
    else res.status(404).json({ error: `There is no incident ${req.params.id}.` });
  });
  router.get('/notifications', (req, res) => {
    const page = pageOf(req.query);
    const { rows, total } = deps.queries.notifications(page);
    res.json({ notifications: rows, total, ...page });
  });
  router.use((_req, res) => {
    res.status(404).json({ error: 'There is no such resource.' });
  });
  return router;
}

function pageOf(query: Readonly<Record<string, unknown>>): { limit: number; offset: number } {
  return { limit: Math.min(whole(query.limit) ?? LIMIT, MAX_LIMIT), offset: whole(query.offset) ?? 0 };
}

function whole(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function text(key: string, value: unknown): Record<string, string> {
  return typeof value === 'string' && value !== '' ? { [key]: value } : {};
}
