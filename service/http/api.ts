import { type Request, type Response, Router } from 'express';
import type { IncidentView } from '../incidents/incident-view.ts';
import type { IncidentQueries } from '../incidents/queries.ts';
import type { Page, PageQuery } from '../incidents/store-port.ts';
import { EXPORTS, exportHref, fileHref, incidentHref, listHref } from '../pages/links.ts';
import { recordings } from '../report/recordings.ts';
import type { ReportFile } from '../report/report-data.ts';
import { cursorFault, filterOf, pageOf, searchOf } from './list-query.ts';
import { triageApi } from './triage/api-routes.ts';
import type { TriageDeps } from './triage/perform.ts';

export interface ApiDeps extends TriageDeps {
  readonly queries: IncidentQueries;
}

/** Page size when none is requested, and the largest that is served. */
const LIMIT = 50;
const MAX_LIMIT = 500;

/** What a list says besides its rows. `total` is null where counting would mean to look at all of them. */
interface ListBody<Row> {
  readonly rows: readonly Row[];
  readonly total: number | null;
  readonly limit: number;
  /** Addresses of the older and the newer page. */
  readonly next: string | null;
  readonly previous: string | null;
  /** Very short and very long words are looked for in so many at a time: `next` goes on behind them. */
  readonly searched?: number;
}

/**
 * `/api/v1`: incidents, one incident with its report, files and recordings, the notification log. JSON; times in
 * epoch milliseconds.
 */
export function apiRouter(deps: ApiDeps): Router {
  const router = Router();
  router.get('/incidents', async (req, res) => {
    const search = searchOf(req.query);
    const list = (page: PageQuery) => deps.queries.list({ ...page, ...filterOf(search) });
    await sendList(req, res, list, ({ rows, ...page }) => ({ incidents: rows, ...page }));
  });
  router.get('/incidents/:id', async (req, res) => {
    const view = await deps.queries.view(req.params.id);
    if (view) res.json({ ...view, ...takeaways(view, await deps.queries.files(view.id)) });
    else await sendNone(res, req.params.id);
  });
  async function sendNone(res: Response, id: string): Promise<void> {
    const pruned = await deps.queries.pruned(id);
    const why = pruned?.deletedBy == null ? ': it was too old' : ` by ${pruned.deletedBy}`;
    if (pruned) res.status(410).json({ error: `The incident ${id} was deleted${why}.`, pruned });
    else res.status(404).json({ error: `There is no incident ${id}.` });
  }
  router.get('/labels/:label', async (req, res) => {
    const list = (page: PageQuery) => deps.queries.labelled({ ...page, label: req.params.label });
    await sendList(req, res, list, ({ rows, ...page }) => ({ incidents: rows, ...page }));
  });
  router.get('/notifications', async (req, res) => {
    await sendList(req, res, deps.queries.notifications, ({ rows, ...page }) => ({ notifications: rows, ...page }));
  });
  router.use(triageApi(deps));
  router.use((_req, res) => {
    res.status(404).json({ error: 'There is no such resource.' });
  });
  return router;
}

/** Where the files of an incident are, and its recordings in the formats of other tools. */
function takeaways(view: IncidentView, files: readonly ReportFile[]) {
  return {
    href: incidentHref(view.id),
    files: files.map((file) => ({ ...file, href: fileHref(view.id, file.name) })),
    recordings: (view.report ? recordings(view.report) : []).map(({ name, instanceId, captureId }) => ({
      name,
      instanceId,
      captureId,
      exports: Object.fromEntries(EXPORTS.map(({ format, ending }) => [format, exportHref(view.id, name, ending)])),
    })),
  };
}

/** A page with the addresses of those beside it; a page that does not exist is a 400 that says so. */
async function sendList<Row>(
  req: Request,
  res: Response,
  list: (page: PageQuery) => Promise<Page<Row>>,
  body: (page: ListBody<Row>) => object,
): Promise<void> {
  try {
    const limit = limitOf(req.query.limit);
    const { rows, total, older, newer, searched } = await list(pageOf(req.query, limit));
    const { q, group } = searchOf(req.query);
    const address = (cursor: 'before' | 'after', value: string | null) =>
      value === null ? null : listHref(req.baseUrl + req.path, { q, group, limit: `${limit}`, [cursor]: value });
    const links = { next: address('before', older), previous: address('after', newer) };
    res.json(body({ rows, total, limit, ...links, ...(searched !== null && { searched }) }));
  } catch (error) {
    const fault = cursorFault(error);
    if (fault === undefined) throw error;
    res.status(400).json({ error: fault });
  }
}

function limitOf(value: unknown): number {
  const limit = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : LIMIT;
  return Math.min(Math.max(limit, 1), MAX_LIMIT);
}
