import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import type { IncidentQueries } from '../../incidents/queries.ts';
import { type ChosenSide, renderChoicePage } from '../../pages/compare/choice-page.ts';
import { renderComparisonPage, type ShownComparison } from '../../pages/compare/comparison-page.ts';
import { comparedHref } from '../../pages/links.ts';
import type { PageAssets } from '../../pages/page-shell.ts';
import { securityHeaders, sendBody } from '../pages/answer.ts';
import { filePolicy } from '../pages/file-policy.ts';
import { pageHeaders, sendPage } from '../pages/send-page.ts';
import { RefusalLimit } from '../refusal-limit.ts';
import { asRefusal, Refusal } from '../triage/refusal.ts';
import { whyForeign } from '../triage/same-site.ts';
import { type ComparingDeps, Comparisons, type MadeComparison } from './comparisons.ts';
import { readForm, UPLOAD_MB } from './read-form.ts';
import {
  type Letter,
  type LoadedSide,
  loadRecording,
  type Reference,
  readChoice,
  readReference,
  referenceText,
  uploadedSide,
} from './sides.ts';

export interface CompareDeps {
  readonly queries: IncidentQueries;
  readonly version: string;
  /** Absent: nothing is compared here. */
  readonly comparing?: ComparingDeps;
}

const HASH = /^[0-9a-f]{64}$/;
/** Incidents that the form offers. */
const OFFERED = 30;
const NOT_KEPT = 'This comparison is not kept any more: uploads are compared and forgotten. Send both files again.';

/**
 * `/compare`: any two profiles. `GET ?a=ID/hot&b=ID/healthy` compares recordings; `POST` compares what a form sent, and
 * leads to `/compare/results/HASH`, which is there for as long as the cache keeps it. Nothing of the service changes.
 */
export function compareRouter({ queries, version, comparing }: CompareDeps, assets: PageAssets): Router {
  const router = Router();
  if (comparing === undefined) return router;
  const comparisons = new Comparisons(comparing, version);
  // As for changes: sixty at once, then one a second.
  const limit = new RefusalLimit(() => performance.now());
  const choose = async (chosen: Chosen, fault: string | null) => {
    const { rows } = await queries.list({ limit: OFFERED });
    return renderChoicePage({ a: chosen.a, b: chosen.b, rows, fault, uploadMb: UPLOAD_MB, assets });
  };
  /** Whatever is refused leads back to the form, with the words above it. */
  const orForm = async (res: Response, chosen: Chosen, answer: () => Promise<unknown>) => {
    try {
      await answer();
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal === undefined || res.headersSent) throw error;
      const { status, message } = refusal;
      if (status === 429 || status === 503) res.set('Retry-After', '60');
      if (!res.req.complete) res.set('Connection', 'close');
      for (const header of ['ETag', 'Content-Encoding']) res.removeHeader(header);
      pageHeaders(res.status(status))
        .type('html')
        .send(await choose(chosen, message));
    }
  };
  const ofRecordings = async (res: Response, pair: Pair): Promise<MadeComparison> => {
    const [a, b] = [await loadRecording(queries, pair.a, 'a'), await loadRecording(queries, pair.b, 'b')];
    const kept = await comparisons.kept(comparisons.hashOf(a, b));
    return kept ?? comparisons.hold(() => comparisons.make(a, b, whenGone(res)));
  };
  const result = (shown: ShownComparison, graph: string, swap: string | null) =>
    renderComparisonPage({ shown, graph: shown.hasGraph ? graph : null, swap, assets });

  router.get('/compare', (req, res) =>
    orForm(res, chosenOf(req), async () => {
      const { a, b } = { a: referenceOf(req, 'a'), b: referenceOf(req, 'b') };
      if (a === null || b === null) return sendPage(req, res, await choose(chosenOf(req), null));
      const { shown } = await ofRecordings(res, { a, b });
      const [from, to] = [referenceText(a), referenceText(b)];
      return sendPage(
        req,
        res,
        result(shown, comparedHref({ a: from, b: to }, 'graph'), comparedHref({ a: to, b: from })),
      );
    }),
  );
  router.get('/compare/differential.svg', (req, res) =>
    orForm(res, chosenOf(req), async () => {
      const { a, b } = { a: referenceOf(req, 'a'), b: referenceOf(req, 'b') };
      if (a === null || b === null) throw new Refusal(404, 'A graph needs two recordings.');
      return sendGraph(req, res, await ofRecordings(res, { a, b }));
    }),
  );
  router.get(['/compare/results/:hash', '/compare/results/:hash/differential.svg'], (req, res) =>
    orForm(res, NOTHING, async () => {
      const { hash } = req.params as { hash: string };
      const kept = HASH.test(hash) ? await comparisons.kept(hash) : undefined;
      if (kept === undefined) throw new Refusal(404, NOT_KEPT);
      if (req.path.endsWith('.svg')) return sendGraph(req, res, kept);
      return sendPage(req, res, result(kept.shown, `/compare/results/${hash}/differential.svg`, null));
    }),
  );
  router.post('/compare', async (req, res) => {
    const chosen: Chosen = { a: null, b: null };
    await orForm(res, chosen, async () => {
      const foreign = whyForeign(req.headers, { origin: comparing.origin, sends: 'form' });
      if (foreign !== null) throw new Refusal(403, foreign);
      const address = req.ip ?? '';
      if (limit.isSpent(address)) throw new Refusal(429, 'Too many comparisons from this address; wait for a minute.');
      limit.count(address);
      await comparisons.hold(async () => {
        const gone = whenGone(res);
        const form = await readForm(req);
        for (const letter of ['a', 'b'] as const) chosen[letter] = chosenIn(form.fields, letter);
        const { a, b } = { a: readChoice(form, 'a'), b: readChoice(form, 'b') };
        if ('id' in a && 'id' in b)
          return res.redirect(303, comparedHref({ a: referenceText(a), b: referenceText(b) }));
        const load = async (choice: typeof a, letter: Letter): Promise<LoadedSide> =>
          'id' in choice ? loadRecording(queries, choice, letter) : uploadedSide(choice);
        const { hash } = await comparisons.make(await load(a, 'a'), await load(b, 'b'), gone);
        if ((await comparisons.kept(hash)) === undefined)
          throw new Refusal(
            503,
            'The result cannot be shown: the cache of made files (CACHE_MB) is off, full or fails.',
          );
        return res.redirect(303, `/compare/results/${hash}`);
      });
    });
  });
  return router;
}

interface Pair {
  readonly a: Reference;
  readonly b: Reference;
}

type Chosen = { a: ChosenSide | null; b: ChosenSide | null };
const NOTHING: Chosen = { a: null, b: null };

/** Null where the address does not say it. Throws `Refusal`. */
function referenceOf(req: Request, letter: Letter): Reference | null {
  const value = req.query[letter];
  if (value === undefined || value === '') return null;
  return readReference(typeof value === 'string' ? value : '', letter);
}

/** What the form shows as chosen, also where it is wrong. */
function chosenOf(req: Request): Chosen {
  const of = (letter: Letter): ChosenSide | null => {
    const value = req.query[letter];
    if (typeof value !== 'string') return null;
    const [incident = '', recording = 'hot'] = value.split('/');
    return { incident, recording };
  };
  return { a: of('a'), b: of('b') };
}

function chosenIn(fields: ReadonlyMap<string, string>, letter: Letter): ChosenSide {
  return { incident: fields.get(letter) ?? '', recording: fields.get(`${letter}-recording`) ?? 'hot' };
}

/** Nobody waits for the answer any more. */
function whenGone(res: Response): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller.signal;
}

function sendGraph(req: Request, res: Response, { graph }: MadeComparison): Promise<void> {
  if (graph === null) throw new Refusal(404, 'These profiles are too weak to compare: there is no graph of them.');
  const policy = filePolicy('image/svg+xml', () => Buffer.from(graph).toString('utf8'));
  securityHeaders(res, policy.contentSecurityPolicy).set('Cache-Control', 'private, no-cache').type(policy.contentType);
  const hash = createHash('sha256').update(graph).digest('base64url');
  return sendBody(req, res, { hash, length: graph.length, make: () => graph });
}
