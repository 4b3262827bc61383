/** Lists of incidents for other programs: `/incidents.csv`, `/incidents.json`, `/incidents.atom`. */
import { type Request, type Response, Router } from 'express';
import type { IncidentFilter } from '../../incidents/incident-filter.ts';
import type { IncidentRow } from '../../incidents/incident-row.ts';
import type { IncidentQueries } from '../../incidents/queries.ts';
import type { PageQuery } from '../../incidents/store-port.ts';
import { listHref } from '../../pages/links.ts';
import { atomFeed } from './atom.ts';
import { csvOf } from './csv.ts';
import { sendIncidents } from './incident-list.ts';
import { listFault, readIncidentList } from './list-query.ts';

/** A table is for a person with a spreadsheet: a year of one incident an hour. */
const CSV_ROWS = 10_000;
/** Asked of the store at a time. */
const PART = 500;
/** Parts that may hold few rows, as filters look through so many incidents at a time. */
const MAX_PARTS = 100;
const FEED = { usual: 50, most: 200 };

export interface IncidentFilesDeps {
  readonly queries: IncidentQueries;
  /** Base of links, without a slash at the end; absent: the address that is asked for. */
  readonly publicUrl?: () => string;
}

export function incidentFilesRouter({ queries, publicUrl }: IncidentFilesDeps): Router {
  const baseOf = (req: Request) => publicUrl?.() ?? `${req.protocol}://${req.host}`;
  const router = Router();
  router.get('/incidents.json', (req, res) => sendIncidents(queries, req, res));
  router.get('/incidents.csv', (req, res) =>
    orWords(res, async () => {
      const { filter, page, params } = readIncidentList(req.query, { usual: CSV_ROWS, most: CSV_ROWS });
      const { rows, next } = await gather(queries, filter, page);
      if (next !== null) res.links({ next: listHref('/incidents.csv', { ...params, before: next }) });
      res.set('Content-Disposition', 'attachment; filename="incidents.csv"').set('Cache-Control', 'no-cache');
      res.type('text/csv; charset=utf-8; header=present').send(csvOf(rows, baseOf(req)));
    }),
  );
  router.get('/incidents.atom', (req, res) =>
    orWords(res, async () => {
      const { filter, params, page } = readIncidentList(req.query, FEED);
      const { rows } = await queries.list({ ...page, ...filter });
      res.set('Cache-Control', 'no-cache');
      res.type('application/atom+xml; charset=utf-8').send(atomFeed(rows, params, baseOf(req)));
    }),
  );
  return router;
}

/** One part of the list after the other, as many rows as are wanted. */
async function gather(queries: IncidentQueries, filter: IncidentFilter, { limit, ...start }: PageQuery) {
  const rows: IncidentRow[] = [];
  let from: Omit<PageQuery, 'limit'> = start;
  for (let part = 0; part < MAX_PARTS; part++) {
    const found = await queries.list({ ...from, ...filter, limit: Math.min(PART, limit - rows.length) });
    rows.push(...found.rows);
    // What is newer than a row has one part: older ones than these were not asked for.
    const isAll = found.older === null || start.after !== undefined;
    if (isAll || rows.length >= limit) return { rows, next: found.older };
    from = { before: found.older };
  }
  return { rows, next: from.before ?? null };
}

async function orWords(res: Response, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    const fault = listFault(error);
    if (fault === undefined) throw error;
    res.status(400).type('text').send(`${fault}\n`);
  }
}
