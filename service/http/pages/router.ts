import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { StoredFile } from '../../incidents/store-port.ts';
import { renderErrorPage } from '../../pages/error-page.ts';
import { renderIncidentPage } from '../../pages/incident-page.ts';
import { renderIncidentsPage } from '../../pages/incidents-page.ts';
import { renderNotificationsPage } from '../../pages/notifications-page.ts';
import { securityHeaders, sendBody } from './answer.ts';
import { pageAssets } from './assets.ts';
import { type ExportsDeps, exportsRouter } from './exports.ts';
import { filePolicy } from './file-policy.ts';
import { isId } from './ids.ts';
import { missingFile } from './missing-file.ts';
import { speedscopeRouter } from './speedscope.ts';

export type PagesDeps = ExportsDeps;

/** Rows of a list on one page. */
const INCIDENTS = 50;
const NOTIFICATIONS = 100;
/** Notifications under the list of incidents. */
const LATEST = 8;
/** Longest search text that is used. */
const MAX_QUERY = 200;
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
 * The pages for people: `/`, `/incidents/:id`, its files and exports, `/notifications`, `/speedscope/`, `/assets/…`;
 * anything else that is asked for as a page is a 404 page. A parameter of the address never becomes part of a path on
 * disk.
 */
export function pagesRouter(deps: PagesDeps): Router {
  const { queries } = deps;
  const { assets, router: assetsRouter } = pageAssets(deps.version);
  const router = Router();
  const refuse = (res: Response, status: 404 | 503, message: string) =>
    securityHeaders(res.status(status), PAGE_POLICY)
      .type('html')
      .send(renderErrorPage({ heading: status === 404 ? 'Not found' : 'Not now', message, assets }));
  const notFound = (res: Response, message: string) => refuse(res, 404, message);

  router.use(assetsRouter);
  router.use(speedscopeRouter());
  router.use(exportsRouter(deps, refuse));
  router.get('/', async (req, res) => {
    const q = textOf(req.query.q);
    const group = textOf(req.query.group);
    const paging = { limit: INCIDENTS, offset: offsetOf(req.query.offset) };
    const { rows, total } = await queries.list({ ...paging, ...(q && { text: q }), ...(group && { group }) });
    const latest = await queries.notifications({ limit: LATEST, offset: 0 });
    return sendPage(
      req,
      res,
      renderIncidentsPage({
        incidents: rows,
        paging: { ...paging, total },
        query: { q, group },
        groups: await queries.groups(),
        notifications: latest.rows,
        assets,
      }),
    );
  });
  router.get('/notifications', async (req, res) => {
    const paging = { limit: NOTIFICATIONS, offset: offsetOf(req.query.offset) };
    const { rows, total } = await queries.notifications(paging);
    return sendPage(req, res, renderNotificationsPage({ notifications: rows, paging: { ...paging, total }, assets }));
  });
  router.get('/incidents/:id', async (req, res) => {
    const { id } = req.params;
    const view = isId(id) ? await queries.view(id) : undefined;
    if (!view) return notFound(res, 'There is no such incident. It may have been deleted, or the address was cut off.');
    return sendPage(req, res, renderIncidentPage({ view, files: await queries.files(id), assets }));
  });
  router.get('/incidents/:id/files/:name', async (req, res) => {
    const { id, name } = req.params;
    try {
      const file = isId(id) && isId(name) ? await queries.file(id, name) : undefined;
      return file ? await sendFile(req, res, { id, name }, file) : notFound(res, 'The incident has no such file.');
    } catch (error) {
      const missing = missingFile(error);
      if (missing === undefined) throw error;
      return refuse(res, missing.status, missing.message);
    }
  });
  router.use(unknownPage((res) => notFound(res, 'There is no such page.')));
  return router;
}

function sendPage(req: Request, res: Response, html: string): Promise<void> {
  const content = Buffer.from(html);
  const hash = createHash('sha256').update(content).digest('base64url');
  securityHeaders(res, PAGE_POLICY).set('Cache-Control', 'no-cache').type('html');
  return sendBody(req, res, { hash, length: content.length, make: () => content });
}

/**
 * Revalidated by hash: a file of an incident under way may still be written anew. Saved under a name with the
 * incident's id: next to last month's `hot.svg`.
 */
function sendFile(
  req: Request,
  res: Response,
  { id, name }: { readonly id: string; readonly name: string },
  { content, contentType, hash }: StoredFile,
): Promise<void> {
  const policy = filePolicy(contentType, () => Buffer.from(content).toString('utf8'));
  securityHeaders(res, policy.contentSecurityPolicy)
    .set('Content-Disposition', `${policy.disposition}; filename="${id}-${name}"`)
    .set('Cache-Control', 'private, no-cache')
    .type(policy.contentType);
  return sendBody(req, res, { hash, length: content.length, make: () => content });
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
