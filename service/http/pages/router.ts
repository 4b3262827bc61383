import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { PrunedIncident } from '../../incidents/retention/retention.ts';
import type { Page, PageQuery, StoredFile } from '../../incidents/store-port.ts';
import { renderErrorPage } from '../../pages/error-page.ts';
import { renderIncidentPage } from '../../pages/incident-page.ts';
import { renderIncidentsPage } from '../../pages/incidents-page.ts';
import { incidentHref } from '../../pages/links.ts';
import { renderNotificationsPage } from '../../pages/notifications-page.ts';
import { renderPrunedPage } from '../../pages/pruned-page.ts';
import { warmPages } from '../../pages/warm-pages.ts';
import { renderPlain } from '../../report/plain/render-plain.ts';
import { cursorFault, filterOf, pageOf, searchOf } from '../list-query.ts';
import { nameOf } from '../triage/name-cookie.ts';
import { triagePages } from '../triage/page-routes.ts';
import type { TriageDeps } from '../triage/perform.ts';
import { securityHeaders, sendBody } from './answer.ts';
import { pageAssets } from './assets.ts';
import { type ExportsDeps, exportsRouter } from './exports.ts';
import { filePolicy } from './file-policy.ts';
import { isId } from './ids.ts';
import { missingFile } from './missing-file.ts';
import { speedscopeRouter } from './speedscope.ts';

export type PagesDeps = ExportsDeps &
  TriageDeps & {
    /** Base of links, without a slash at the end. */
    readonly publicUrl: () => string;
  };

/** Rows of a list on one page. */
const INCIDENTS = 50;
const NOTIFICATIONS = 100;
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
 * The pages for people: `/`, `/incidents/:id`, its files and exports, `/notifications`, `/speedscope/`, `/assets/…`;
 * anything else that is asked for as a page is a 404 page. A parameter of the address never becomes part of a path on
 * disk.
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

  router.use(assetsRouter);
  router.use(speedscopeRouter());
  router.use(exportsRouter(deps, refuse));
  router.use(
    triagePages(deps, assets, (res, status, html) =>
      securityHeaders(res.status(status), PAGE_POLICY).type('html').send(html),
    ),
  );
  router.get('/', async (req, res) => {
    const query = searchOf(req.query);
    const { page, note } = await orFirst(req, INCIDENTS, (part) => queries.list({ ...part, ...filterOf(query) }));
    const latest = await queries.notifications({ limit: LATEST });
    const input = {
      page,
      note,
      query,
      groups: await queries.groups(),
      notifications: latest.rows,
      mutes: await queries.mutes(),
      assets,
    };
    return sendPage(req, res, renderIncidentsPage(input));
  });
  router.get('/notifications', async (req, res) => {
    const { page, note } = await orFirst(req, NOTIFICATIONS, queries.notifications);
    return sendPage(req, res, renderNotificationsPage({ page, note, assets }));
  });
  router.get('/incidents/:id', async (req, res) => {
    const { id } = req.params;
    const view = isId(id) ? await queries.view(id) : undefined;
    if (!view) return isId(id) ? gone(res, await queries.pruned(id)) : notFound(res, NO_INCIDENT);
    const worker = deps.triage === undefined ? null : { name: nameOf(req) };
    res.vary('Cookie');
    return sendPage(req, res, renderIncidentPage({ view, files: await queries.files(id), worker, assets }));
  });
  router.get(['/incidents/:id/report.md', '/incidents/:id/report.txt'], async (req, res) => {
    const { id } = req.params;
    const view = typeof id === 'string' && isId(id) ? await queries.view(id) : undefined;
    if (!view?.report) return notFound(res, view ? 'The report is not written yet.' : NO_INCIDENT);
    const form = req.path.endsWith('.md') ? 'md' : 'txt';
    const pageUrl = `${deps.publicUrl()}${incidentHref(view.id)}`;
    return sendPlain(req, res, form, renderPlain(view.report, form, { source: view.source, pageUrl }));
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

/** As text of this type no browser runs it, whatever stands in it. */
function sendPlain(req: Request, res: Response, form: 'md' | 'txt', text: string): Promise<void> {
  const content = Buffer.from(text);
  const hash = createHash('sha256').update(content).digest('base64url');
  securityHeaders(res, "default-src 'none'; frame-ancestors 'none'")
    .set('Cache-Control', 'private, no-cache')
    .type(form === 'md' ? 'text/markdown; charset=utf-8' : 'text/plain; charset=utf-8');
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

/** An address that leads to no page shows the first one, and says so. */
async function orFirst<Row>(
  req: Request,
  limit: number,
  list: (part: PageQuery) => Promise<Page<Row>>,
): Promise<{ readonly page: Page<Row>; readonly note: string | null }> {
  try {
    return { page: await list(pageOf(req.query, limit)), note: null };
  } catch (error) {
    if (cursorFault(error) === undefined) throw error;
    return { page: await list({ limit }), note: 'The address was that of no page; this is the first one.' };
  }
}
