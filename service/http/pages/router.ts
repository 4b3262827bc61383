import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { PrunedIncident } from '../../incidents/retention/retention.ts';
import type { StoredFile } from '../../incidents/store-port.ts';
import { renderErrorPage } from '../../pages/error-page.ts';
import { renderIncidentPage } from '../../pages/incident-page.ts';
import { incidentHref } from '../../pages/links.ts';
import { renderPrunedPage } from '../../pages/pruned-page.ts';
import { warmPages } from '../../pages/warm-pages.ts';
import { renderPlain } from '../../report/plain/render-plain.ts';
import { type CompareDeps, compareRouter } from '../compare/routes.ts';
import { type IncidentFilesDeps, incidentFilesRouter } from '../lists/incident-files.ts';
import { type SetupDeps, setupRoutes } from '../setup/setup-routes.ts';
import { nameOf } from '../triage/name-cookie.ts';
import { triagePages } from '../triage/page-routes.ts';
import type { TriageDeps } from '../triage/perform.ts';
import { securityHeaders, sendBody } from './answer.ts';
import { pageAssets } from './assets.ts';
import { type ExportsDeps, exportsRouter } from './exports.ts';
import { filePolicy } from './file-policy.ts';
import { isId } from './ids.ts';
import { type ListPagesDeps, listPages } from './list-pages.ts';
import { missingFile } from './missing-file.ts';
import { pageHeaders, sendPage } from './send-page.ts';
import { speedscopeRouter } from './speedscope.ts';

export type PagesDeps = CompareDeps &
  ExportsDeps &
  IncidentFilesDeps &
  ListPagesDeps &
  SetupDeps &
  TriageDeps & {
    /** Base of links, without a slash at the end. */
    readonly publicUrl: () => string;
  };

const NO_INCIDENT = 'There is no such incident. It may have been deleted, or the address was cut off.';

/**
 * The pages for people: `/`, `/group`, `/function`, `/incidents/:id`, its files and exports, `/incidents.csv` and the
 * like, `/notifications`, `/setup`, `/compare`, `/speedscope/`, `/assets/…`; anything else that is asked for as a page
 * is a 404 page. A parameter of the address never becomes part of a path on disk.
 */
export function pagesRouter(deps: PagesDeps): Router {
  const { queries } = deps;
  const { assets, router: assetsRouter } = pageAssets(deps.version);
  warmPages(assets);
  const router = Router();
  const refuse = (res: Response, status: 404 | 503, message: string) =>
    pageHeaders(res.status(status))
      .type('html')
      .send(renderErrorPage({ heading: status === 404 ? 'Not found' : 'Not now', message, assets }));
  const notFound = (res: Response, message: string) => refuse(res, 404, message);

  const gone = (res: Response, pruned: PrunedIncident | undefined) =>
    pruned === undefined
      ? notFound(res, NO_INCIDENT)
      : pageHeaders(res.status(410)).type('html').send(renderPrunedPage({ pruned, assets }));

  router.use(assetsRouter);
  router.use(speedscopeRouter());
  router.use(exportsRouter(deps, refuse));
  router.use(triagePages(deps, assets, (res, status, html) => pageHeaders(res.status(status)).type('html').send(html)));
  router.use(setupRoutes(deps, assets, (res, status, html) => pageHeaders(res.status(status)).type('html').send(html)));
  router.use(compareRouter(deps, assets));
  router.use(incidentFilesRouter(deps));
  router.use(listPages(deps, assets, notFound));
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
    return sendPlain(req, res, form, renderPlain(view.report, form, { source: view.source, seen: view.seen, pageUrl }));
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
