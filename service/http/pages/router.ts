import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { PrunedIncident } from '../../incidents/retention/retention.ts';
import type { StoredFile } from '../../incidents/store-port.ts';
import { renderErrorPage } from '../../pages/error-page.ts';
import { renderFunctionPage } from '../../pages/history/function-page.ts';
import { renderGroupPage } from '../../pages/history/group-page.ts';
import { renderIncidentPage } from '../../pages/incident-page.ts';
import { renderIncidentsPage } from '../../pages/incidents-page.ts';
import { listHref } from '../../pages/links.ts';
import { renderNotificationsPage } from '../../pages/notifications-page.ts';
import { renderPrunedPage } from '../../pages/pruned-page.ts';
import { warmPages } from '../../pages/warm-pages.ts';
import { type IncidentFilesDeps, incidentFilesRouter } from '../lists/incident-files.ts';
import { filtersOnly, listFault, nothingElse, readIncidentList, readNames, readPage } from '../lists/list-query.ts';
import { securityHeaders, sendBody } from './answer.ts';
import { pageAssets } from './assets.ts';
import { type ExportsDeps, exportsRouter } from './exports.ts';
import { filePolicy } from './file-policy.ts';
import { isId } from './ids.ts';
import { missingFile } from './missing-file.ts';
import { speedscopeRouter } from './speedscope.ts';

export interface PagesDeps extends ExportsDeps, IncidentFilesDeps {
  readonly now: () => number;
}

/** Rows of a list on one page. */
const INCIDENTS = { usual: 50 };
const NOTIFICATIONS = { usual: 100 };
const POINTS = { usual: 100 };
/** On the page of a group. */
const NEWEST = 10;
/** Notifications under the list of incidents. */
const LATEST = 8;
const NO_INCIDENT = 'There is no such incident. It may have been deleted, or the address was cut off.';
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
 * The pages for people: `/`, `/group`, `/function`, `/incidents/:id`, its files and exports, `/incidents.csv` and the
 * like, `/notifications`, `/speedscope/`, `/assets/…`; anything else that is asked for as a page is a 404 page. A
 * parameter of the address never becomes part of a path on disk.
 */
export function pagesRouter(deps: PagesDeps): Router {
  const { queries } = deps;
  const { assets, router: assetsRouter } = pageAssets(deps.version);
  warmPages(assets);
  const router = Router();
  const refuse = (res: Response, status: 404 | 503, message: string) =>
    securityHeaders(res.status(status), PAGE_POLICY)
      .type('html')
      .send(renderErrorPage({ heading: status === 404 ? 'Not found' : 'Not now', message, assets }));
  const notFound = (res: Response, message: string) => refuse(res, 404, message);

  const gone = (res: Response, pruned: PrunedIncident | undefined) =>
    pruned === undefined
      ? notFound(res, NO_INCIDENT)
      : securityHeaders(res.status(410), PAGE_POLICY).type('html').send(renderPrunedPage({ pruned, assets }));

  /** A list that does not exist is said so, with a way back to the filters that are fine. */
  const orRefusal = async (req: Request, res: Response, send: () => Promise<void>): Promise<void> => {
    try {
      await send();
    } catch (error) {
      const message = listFault(error);
      if (message === undefined) throw error;
      const page = renderErrorPage({ heading: 'There is no such list', message, assets, ...wayBack(req) });
      securityHeaders(res.status(400), PAGE_POLICY).type('html').send(page);
    }
  };

  router.use(assetsRouter);
  router.use(speedscopeRouter());
  router.use(exportsRouter(deps, refuse));
  router.use(incidentFilesRouter(deps));
  router.get('/', (req, res) =>
    orRefusal(req, res, async () => {
      const { filter, params, page: part } = readIncidentList(req.query, INCIDENTS);
      const page = await queries.list({ ...part, ...filter });
      const latest = await queries.notifications({ limit: LATEST });
      const input = { page, params, groups: await queries.groups(), notifications: latest.rows, assets };
      return sendPage(req, res, renderIncidentsPage({ ...input, isBehind: part.before !== undefined }));
    }),
  );
  router.get('/notifications', (req, res) =>
    orRefusal(req, res, async () => {
      const page = await queries.notifications(readPage(req.query, NOTIFICATIONS));
      return sendPage(req, res, renderNotificationsPage({ page, assets }));
    }),
  );
  router.get('/function', (req, res) =>
    orRefusal(req, res, async () => {
      const { names, rest } = readNames(req.query, ['place', 'name']);
      const history = await queries.functionHistory(names, readPage(rest, POINTS));
      if (history === undefined) return void notFound(res, 'No recording that is kept has this function.');
      return sendPage(req, res, renderFunctionPage({ history, nowMs: deps.now(), assets }));
    }),
  );
  router.get('/group', (req, res) =>
    orRefusal(req, res, async () => {
      const { names, rest } = readNames(req.query, ['name']);
      nothingElse(rest);
      const { name } = names;
      const history = await queries.groupHistory(name, deps.now());
      if (history === undefined) return void notFound(res, 'There is no incident of this group.');
      const { rows } = await queries.list({ group: name, limit: NEWEST });
      return sendPage(req, res, renderGroupPage({ history, incidents: rows, assets }));
    }),
  );
  router.get('/incidents/:id', async (req, res) => {
    const { id } = req.params;
    const view = isId(id) ? await queries.view(id) : undefined;
    if (!view) return isId(id) ? gone(res, await queries.pruned(id)) : notFound(res, NO_INCIDENT);
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

/** The first page of the list, where only the page of it was wrong. */
function wayBack(req: Request): { readonly back?: { readonly href: string; readonly words: string } } {
  try {
    const href = listHref(req.path, req.path === '/' ? filtersOnly(req.query) : {});
    return href === '/' ? {} : { back: { href, words: 'The first page of this list' } };
  } catch {
    return {};
  }
}
