import type { Request, Response } from 'express';
import type { IncidentQueries } from '../../incidents/queries.ts';
import type { Page } from '../../incidents/store-port.ts';
import { listHref } from '../../pages/links.ts';
import { listFault, type RowLimit, readIncidentList, readPage } from './list-query.ts';

const ROWS: RowLimit = { usual: 50, most: 500 };

/** What a list says besides its rows. `total` is null where counting would mean to look at all of them. */
interface ListBody {
  readonly total: number | null;
  readonly limit: number;
  /** Addresses of the older and the newer page. */
  readonly next: string | null;
  readonly previous: string | null;
  /** What no index tells is looked for in so many at a time: `next` goes on behind them. */
  readonly searched?: number;
}

/** Incidents as JSON: of the API, and of the list that somebody looks at. */
export function sendIncidents(queries: IncidentQueries, req: Request, res: Response): Promise<void> {
  return orFault(res, async () => {
    const { filter, params, page } = readIncidentList(req.query, ROWS);
    const found = await queries.list({ ...page, ...filter });
    res.json({ incidents: found.rows, ...bodyOf(req, found, page.limit, params) });
  });
}

export function sendNotifications(queries: IncidentQueries, req: Request, res: Response): Promise<void> {
  return orFault(res, async () => {
    const page = readPage(req.query, ROWS);
    const found = await queries.notifications(page);
    res.json({ notifications: found.rows, ...bodyOf(req, found, page.limit, {}) });
  });
}

function bodyOf(
  req: Request,
  { total, older, newer, searched }: Page<unknown>,
  limit: number,
  params: Readonly<Record<string, string>>,
): ListBody {
  const address = (cursor: 'before' | 'after', value: string | null) =>
    value === null ? null : listHref(req.baseUrl + req.path, { ...params, limit: `${limit}`, [cursor]: value });
  const links = { next: address('before', older), previous: address('after', newer) };
  return { total, limit, ...links, ...(searched !== null && { searched }) };
}

/** A list that does not exist is a 400 that says so. */
async function orFault(res: Response, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    const fault = listFault(error);
    if (fault === undefined) throw error;
    res.status(400).json({ error: fault });
  }
}
