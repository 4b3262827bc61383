import { type Request, type Response, Router } from 'express';
import type { IncidentQueries } from '../../incidents/queries.ts';
import { renderErrorPage } from '../../pages/error-page.ts';
import { renderFunctionPage } from '../../pages/history/function-page.ts';
import { renderGroupPage } from '../../pages/history/group-page.ts';
import { renderIncidentsPage } from '../../pages/incidents-page.ts';
import { listHref } from '../../pages/links.ts';
import { renderNotificationsPage } from '../../pages/notifications-page.ts';
import type { PageAssets } from '../../pages/page-shell.ts';
import { filtersOnly, listFault, nothingElse, readIncidentList, readNames, readPage } from '../lists/list-query.ts';
import { type SetupDeps, setupInput } from '../setup/setup-routes.ts';
import { pageHeaders, sendPage } from './send-page.ts';

export interface ListPagesDeps extends SetupDeps {
  readonly queries: IncidentQueries;
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
/** Incidents whose alarm is on, above the list; more are behind a link. */
const BURNING = 10;

/** What many incidents are looked at by: `/`, `/group`, `/function`, and the log of notifications. */
export function listPages(
  deps: ListPagesDeps,
  assets: PageAssets,
  notFound: (res: Response, message: string) => unknown,
): Router {
  const { queries } = deps;
  const setup = setupInput(deps);
  const router = Router();
  /** A list that does not exist is said so, with a way back to the filters that are fine. */
  const orRefusal = async (req: Request, res: Response, send: () => Promise<void>): Promise<void> => {
    try {
      await send();
    } catch (error) {
      const message = listFault(error);
      if (message === undefined) throw error;
      const page = renderErrorPage({ heading: 'There is no such list', message, assets, ...wayBack(req) });
      pageHeaders(res.status(400)).type('html').send(page);
    }
  };

  router.get('/', (req, res) =>
    orRefusal(req, res, async () => {
      const { filter, params, page: part } = readIncidentList(req.query, INCIDENTS);
      const page = await queries.list({ ...part, ...filter });
      const latest = await queries.notifications({ limit: LATEST });
      const [groups, mutes] = [await queries.groups(), await queries.mutes()];
      const isFirst = Object.keys(params).length === 0 && (part.before ?? part.after) === undefined;
      // Elsewhere only their number is shown.
      const burning = await queries.list({ state: 'burning', limit: isFirst ? BURNING : 1 });
      const input = { page, params, groups, mutes, notifications: latest.rows, burning, isFirst, setup, assets };
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
      const baselines = await queries.baselines(name);
      return sendPage(req, res, renderGroupPage({ history, incidents: rows, baselines, assets }));
    }),
  );
  return router;
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
