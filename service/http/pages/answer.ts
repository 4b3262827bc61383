import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';

/** What every answer to a browser says; nothing here may be framed, guessed at or read from another site. */
export function securityHeaders(res: Response, contentSecurityPolicy: string): Response {
  return res.set({
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    // Incident ids need not travel to the sites that a report links to. With `no-referrer` browsers would not say
    // either from where our own forms are sent.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
}

/** Below this an answer fits into the first packets anyhow. */
const WORTHWHILE = 4096;
const TEXT = /^(?:text\/|image\/svg\+xml|application\/json)/;
const compress = promisify(gzip);

export interface Body {
  /** Names the content: it becomes the ETag. */
  readonly hash: string;
  /** Undefined where it is known only when made; then it is taken for large. */
  readonly length: number | undefined;
  readonly make: () => Uint8Array | Promise<Uint8Array>;
}

/**
 * Sends bytes, gzipped for who takes that: a flame graph shrinks to a fifth, and a phone on call has a slow network. A
 * browser that has the same bytes gets a 304, and they are not even made.
 */
export async function sendBody(req: Request, res: Response, body: Body): Promise<void> {
  const large = body.length === undefined || body.length >= WORTHWHILE;
  const packs = large && TEXT.test(String(res.get('Content-Type'))) && req.acceptsEncodings('gzip') !== false;
  res.vary('Accept-Encoding').set('ETag', packs ? `"${body.hash}-gzip"` : `"${body.hash}"`);
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  if (packs) res.set('Content-Encoding', 'gzip');
  if (req.method === 'HEAD' && body.length === undefined) {
    res.end();
    return;
  }
  const content = await body.make();
  if (packs) res.send(await compress(content));
  else res.send(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
}
