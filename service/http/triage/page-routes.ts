import { type Request, type Response, Router } from 'express';
import type { IncidentQueries } from '../../incidents/queries.ts';
import { readName, textOf } from '../../incidents/triage/change.ts';
import { incidentHref } from '../../pages/links.ts';
import type { PageAssets } from '../../pages/page-shell.ts';
import { renderDeletePage } from '../../pages/triage/delete-page.ts';
import { renderOperationsPage } from '../../pages/triage/operations-page.ts';
import { renderRefusedPage } from '../../pages/triage/refused-page.ts';
import { nameOf, setName } from './name-cookie.ts';
import { performer, type TriageDeps } from './perform.ts';
import { asRefusal } from './refusal.ts';

export interface TriagePagesDeps extends TriageDeps {
  readonly queries: IncidentQueries;
}

/**
 * `POST /incidents/:id/ACTION`, from forms: done, and back to the page. `/incidents/:id/delete` asks first;
 * `/operations` is the log of what was deleted and muted.
 */
export function triagePages(
  deps: TriagePagesDeps,
  assets: PageAssets,
  send: (res: Response, status: number, html: string) => unknown,
): Router {
  const { queries } = deps;
  const router = Router();
  const perform = performer(deps, nameOf);
  router.post('/incidents/:id/:action', async (req, res) => {
    const back = incidentHref(req.params.id);
    try {
      const { action, fields } = await perform(req, 'form');
      if (action === 'name') setName(req, res, readName(textOf(fields, 'who')));
      res.redirect(303, action === 'delete' ? back : `${back}#triage`);
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal === undefined) throw error;
      const { status, message } = refusal;
      if (status === 429) res.set('Retry-After', '60');
      // What was not read is not waited for.
      if (status === 413) res.set('Connection', 'close');
      send(res, status, renderRefusedPage({ status, message, back, assets }));
    }
  });
  router.get('/incidents/:id/delete', async (req: Request<{ id: string }>, res, next) => {
    const view = await queries.view(req.params.id);
    if (view === undefined || deps.triage === undefined) return next();
    res.vary('Cookie');
    return send(res, 200, renderDeletePage({ view, name: nameOf(req), assets }));
  });
  router.get('/operations', async (_req, res) => {
    send(
      res,
      200,
      renderOperationsPage({ operations: await queries.operations(), mutes: await queries.mutes(), assets }),
    );
  });
  return router;
}
