import { Router } from 'express';
import type { IncidentQueries } from '../../incidents/queries.ts';
import { textOf } from '../../incidents/triage/change.ts';
import { performer, type TriageDeps } from './perform.ts';
import { asRefusal } from './refusal.ts';

/**
 * `POST /api/v1/incidents/:id/ACTION` with `who` and the fields of the action as JSON: answered with what the incident
 * is now. Also the labels, the mutes, and the log of operations.
 */
export function triageApi(deps: TriageDeps & { readonly queries: IncidentQueries }): Router {
  const { queries } = deps;
  const router = Router();
  const perform = performer(deps, (_req, fields) => textOf(fields, 'who'));
  router.post('/incidents/:id/:action', async (req, res) => {
    try {
      const { id } = await perform(req, 'json');
      const view = await queries.view(id);
      res.json(view === undefined ? { deleted: id } : { id, triage: view.triage });
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal === undefined) throw error;
      if (refusal.status === 429) res.set('Retry-After', '60');
      if (refusal.status === 413) res.set('Connection', 'close');
      res.status(refusal.status).json({ error: refusal.message });
    }
  });
  router.get('/labels', async (_req, res) => {
    res.json({ labels: await queries.labels() });
  });
  router.get('/mutes', async (_req, res) => {
    res.json({ mutes: await queries.mutes() });
  });
  router.get('/operations', async (_req, res) => {
    res.json({ operations: await queries.operations() });
  });
  return router;
}
