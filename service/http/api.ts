import { type Response, Router } from 'express';
import type { IncidentView } from '../incidents/incident-view.ts';
import type { IncidentQueries } from '../incidents/queries.ts';
import { EXPORTS, exportHref, fileHref, incidentHref } from '../pages/links.ts';
import { recordings } from '../report/recordings.ts';
import type { ReportFile } from '../report/report-data.ts';
import { sendIncidents, sendNotifications } from './lists/incident-list.ts';
import { triageApi } from './triage/api-routes.ts';
import type { TriageDeps } from './triage/perform.ts';

export interface ApiDeps extends TriageDeps {
  readonly queries: IncidentQueries;
}

/**
 * `/api/v1`: incidents, one incident with its report, files and recordings, the notification log. JSON; times in
 * epoch milliseconds.
 */
export function apiRouter(deps: ApiDeps): Router {
  const router = Router();
  router.get('/incidents', (req, res) => sendIncidents(deps.queries, req, res));
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
  router.get('/notifications', (req, res) => sendNotifications(deps.queries, req, res));
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
