import { type Response, Router } from 'express';
import type { ExportFormat } from '../../convert/export-profile.ts';
import type { IncidentQueries } from '../../incidents/queries.ts';
import { EXPORTS, type Export } from '../../pages/links.ts';
import { securityHeaders, sendBody } from './answer.ts';
import { filePolicy } from './file-policy.ts';
import { isId } from './ids.ts';

export interface ExportsDeps {
  readonly queries: IncidentQueries;
  /** What an instance sent → the same in the format of another tool. Throws `AppError`. */
  readonly exportCapture: (
    capture: Uint8Array,
    format: ExportFormat,
    title: string,
  ) => Promise<Iterable<Uint8Array | string>>;
  /** Goes into the ETag: another release may export other bytes of the same capture. */
  readonly version: string;
}

/**
 * `/incidents/:id/exports/NAME.ENDING`: a recording in the formats of other tools, made when somebody asks. The
 * capture is kept for ever and an export takes a fraction of a second, so storing four more files of each would buy
 * nothing.
 */
export function exportsRouter(deps: ExportsDeps, notFound: (res: Response, message: string) => unknown): Router {
  const router = Router();
  const oneAtATime = serialQueue();
  router.get('/incidents/:id/exports/:name', async (req, res) => {
    const { id } = req.params;
    const wanted = exportOf(req.params.name);
    const found = wanted && isId(id) ? await deps.queries.recording(id, wanted.name) : undefined;
    if (!wanted || !found) return notFound(res, 'There is no such recording in this incident.');
    const { format, contentType } = wanted.kind;
    securityHeaders(res, filePolicy(contentType, () => '').contentSecurityPolicy)
      .set('Content-Disposition', `attachment; filename="${id}-${req.params.name}"`)
      .set('Cache-Control', 'private, no-cache')
      .type(contentType);
    const { file } = found;
    if (format === 'capture')
      return sendBody(req, res, { hash: file.hash, length: file.content.length, make: () => file.content });
    const title = `${wanted.name} ${found.instanceId} ${id}`;
    const make = () => oneAtATime(async () => collect(await deps.exportCapture(file.content, format, title)));
    return sendBody(req, res, { hash: `${file.hash}-${deps.version}-${format}`, length: undefined, make });
  });
  return router;
}

function exportOf(name: string): { readonly name: string; readonly kind: Export } | undefined {
  const kind = EXPORTS.find(({ ending }) => name.endsWith(ending));
  return kind && { name: name.slice(0, -kind.ending.length), kind };
}

function collect(pieces: Iterable<Uint8Array | string>): Buffer {
  return Buffer.concat(Array.from(pieces, (piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

/**
 * Exports are made one after the other: each holds a whole profile, and pages and SNS are served by the same thread.
 */
function serialQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
