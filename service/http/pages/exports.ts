import { type Request, type Response, Router } from 'express';
import type { AnalysisPort } from '../../incidents/files/analysis-port.ts';
import type { IncidentQueries } from '../../incidents/queries.ts';
import { EXPORTS, type Export } from '../../pages/links.ts';
import { securityHeaders, sendBody } from './answer.ts';
import { filePolicy } from './file-policy.ts';
import { isId } from './ids.ts';
import { missingFile } from './missing-file.ts';

export interface ExportsDeps {
  readonly queries: IncidentQueries;
  /** What an instance sent → the same in the format of another tool. Throws `AppError`. */
  readonly exportCapture: AnalysisPort['exportCapture'];
  /** Goes into the ETag: another release may export other bytes of the same capture. */
  readonly version: string;
}

/**
 * `/incidents/:id/exports/NAME.ENDING`: a recording in the formats of other tools, made when somebody asks. The
 * capture is kept for ever and an export takes a fraction of a second, so storing four more files of each would buy
 * nothing.
 */
export function exportsRouter(
  deps: ExportsDeps,
  refuse: (res: Response, status: 404 | 503, message: string) => unknown,
): Router {
  const router = Router();
  const oneAtATime = serialQueue();
  const send = async (req: Request, res: Response, wanted: Wanted, found: Found) => {
    const { id, name } = req.params as { id: string; name: string };
    const { format, contentType } = wanted.kind;
    securityHeaders(res, filePolicy(contentType, () => '').contentSecurityPolicy)
      .set('Content-Disposition', `attachment; filename="${id}-${name}"`)
      .set('Cache-Control', 'private, no-cache')
      .type(contentType);
    const { file } = found;
    if (format === 'capture')
      return sendBody(req, res, { hash: file.hash, length: file.content.length, make: () => file.content });
    const title = `${wanted.name} ${found.instanceId} ${id}`;
    const make = () => oneAtATime(() => deps.exportCapture(file.content, format, title));
    return sendBody(req, res, { hash: `${file.hash}-${deps.version}-${format}`, length: undefined, make });
  };
  router.get('/incidents/:id/exports/:name', async (req, res) => {
    const { id } = req.params;
    const wanted = exportOf(req.params.name);
    try {
      const found = wanted && isId(id) ? await deps.queries.recording(id, wanted.name) : undefined;
      if (wanted && found) await send(req, res, wanted, found);
      else refuse(res, 404, 'There is no such recording in this incident.');
    } catch (error) {
      const missing = missingFile(error);
      if (missing === undefined || res.headersSent) throw error;
      // What was said of the file does not hold for the page that stands in its place.
      for (const header of ['Content-Disposition', 'Content-Encoding', 'ETag']) res.removeHeader(header);
      refuse(res, missing.status, missing.message);
    }
  });
  return router;
}

interface Wanted {
  readonly name: string;
  readonly kind: Export;
}

type Found = NonNullable<Awaited<ReturnType<IncidentQueries['recording']>>>;

function exportOf(name: string): Wanted | undefined {
  const kind = EXPORTS.find(({ ending }) => name.endsWith(ending));
  return kind && { name: name.slice(0, -kind.ending.length), kind };
}

/**
 * Exports are made one after the other: each holds a whole profile, and the threads that make them are those in which
 * incidents are analyzed.
 */
function serialQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
