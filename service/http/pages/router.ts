import { type RequestHandler, type Response, Router } from 'express';
import type { IncidentQueries } from '../../incidents/queries.ts';
import { renderErrorPage } from '../../report/error-page.ts';
import { renderIncidentPage } from '../../report/incident-page.ts';
import { renderIncidentsPage } from '../../report/incidents-page.ts';
import { renderNotificationsPage } from '../../report/notifications-page.ts';
import { pageAssets } from './assets.ts';
import { filePolicy } from './file-policy.ts';

export interface PagesDeps {
  readonly queries: IncidentQueries;
  readonly version: string;
}

/** Rows of a list on one page. */
const INCIDENTS = 50;
const NOTIFICATIONS = 100;
/** Entries of the ledger under the list of incidents. */
const LATEST = 8;
/** Longest search text that is used. */
const MAX_QUERY = 200;
/** What ids and file names look like; everything else is unknown without asking. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "object-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The pages for people: `/`, `/incidents/:id`, its files, `/notifications`, `/assets/…`; anything else that is asked for
 * as a page is a 404 page. A parameter of the address never becomes part of a path on disk.
 */
export function pagesRouter(deps: PagesDeps): Router {
  const { queries } = deps;
  const { assets, router: assetsRouter } = pageAssets(deps.version);
  const router = Router();
  const notFound = (res: Response, message: string) =>
    sendPage(res.status(404), renderErrorPage({ heading: 'Not found', message, assets }));

  router.use(assetsRouter);
  router.get('/', (req, res) => {
    const q = textOf(req.query.q);
    const group = textOf(req.query.group);
    const paging = { limit: INCIDENTS, offset: offsetOf(req.query.offset) };
    const { rows, total } = queries.list({ ...paging, ...(q && { text: q }), ...(group && { group }) });
    const latest = queries.notifications({ limit: LATEST, offset: 0 });
    sendPage(
      res,
      renderIncidentsPage({
        incidents: rows,
        paging: { ...paging, total },
        query: { q, group },
        groups: queries.groups(),
        notifications: latest.rows,
        assets,
      }),
    );
  });
  router.get('/notifications', (req, res) => {
    const paging = { limit: NOTIFICATIONS, offset: offsetOf(req.query.offset) };
    const { rows, total } = queries.notifications(paging);
    sendPage(res, renderNotificationsPage({ notifications: rows, paging: { ...paging, total }, assets }));
  });
  router.get('/incidents/:id', (req, res) => {
    const { id } = req.params;
    const view = ID.test(id) ? queries.view(id) : undefined;
    if (!view) return notFound(res, 'There is no such incident. It may have been deleted, or the address was cut.');
    sendPage(res, renderIncidentPage({ view, files: queries.files(id), assets }));
  });
  router.get('/incidents/:id/files/:name', (req, res) => {
    if (!sendFile(queries, req.params, res)) notFound(res, 'The incident has no such file.');
  });
  router.use(unknownPage((res) => notFound(res, 'There is no such page.')));
  return router;
}

function sendPage(res: Response, html: string): void {
  harden(res, PAGE_POLICY).set('Cache-Control', 'no-cache').type('html').send(html);
}

/** False when there is no such file. Revalidated by hash: a file of an incident under way may still be written anew. */
function sendFile(queries: IncidentQueries, { id, name }: { id: string; name: string }, res: Response): boolean {
  const file = ID.test(id) && ID.test(name) ? queries.file(id, name) : undefined;
  if (!file) return false;
  const policy = filePolicy(file.contentType, () => Buffer.from(file.content).toString('utf8'));
  harden(res, policy.contentSecurityPolicy)
    .set('Content-Disposition', `${policy.disposition}; filename="${name}"`)
    .set('Cache-Control', 'private, no-cache')
    .set('ETag', `"${file.hash}"`)
    .type(policy.contentType)
    .send(Buffer.from(file.content));
  return true;
}

function harden(res: Response, contentSecurityPolicy: string): Response {
  return res.set({
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    // Incident ids need not travel to the sites that a report links to.
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
}

function unknownPage(send: (res: Response) => void): RequestHandler {
  return (req, res, next) => (req.method === 'GET' || req.method === 'HEAD' ? send(res) : next());
}

/** Repeated or structured parameters (`?q[]=…`) are not ours: they count as absent. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_QUERY).trim() : '';
}

function offsetOf(value: unknown): number {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
}
