import { Router } from 'express';
import type { IncidentView } from '../incidents/incident-view.ts';
import type { IncidentQueries } from '../incidents/queries.ts';
import { EXPORTS, exportHref, fileHref, incidentHref } from '../pages/links.ts';
import { recordings } from '../report/recordings.ts';
import type { ReportFile } from '../report/report-data.ts';

export interface ApiDeps {
  readonly queries: IncidentQueries;
}

/** Page size when none is requested, and the largest that is served. */
const LIMIT = 50;
const MAX_LIMIT = 500;

/**
 * `/api/v1`: incidents, one incident with its report, files and recordings, the notification log. JSON; times in
 * epoch milliseconds.
 */
export function apiRouter(deps: ApiDeps): Router {
  const router = Router();
  router.get('/incidents', async (req, res) => {
    const page = pageOf(req.query);
    const { rows, total } = await deps.queries.list({
      ...page,
      ...text('text', req.query.q),
      ...text('group', req.query.group),
    });
    res.json({ incidents: rows, total, ...page });
  });
  router.get('/incidents/:id', async (req, res) => {
    const view = await deps.queries.view(req.params.id);
    if (view) res.json({ ...view, ...takeaways(view, await deps.queries.files(view.id)) });
    else res.status(404).json({ error: `There is no incident ${req.params.id}.` });
  });
  router.get('/notifications', async (req, res) => {
    const page = pageOf(req.query);
    const { rows, total } = await deps.queries.notifications(page);
    res.json({ notifications: rows, total, ...page });
  });
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

function pageOf(query: Readonly<Record<string, unknown>>): { limit: number; offset: number } {
  return { limit: Math.min(parseInteger(query.limit) ?? LIMIT, MAX_LIMIT), offset: parseInteger(query.offset) ?? 0 };
}

function parseInteger(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function text(key: string, value: unknown): Record<string, string> {
  return typeof value === 'string' && value !== '' ? { [key]: value } : {};
}
