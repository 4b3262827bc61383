import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { securityHeaders, sendBody } from './answer.ts';

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

/** A page loads nothing but what is its own. */
export function pageHeaders(res: Response): Response {
  return securityHeaders(res, PAGE_POLICY);
}

export function sendPage(req: Request, res: Response, html: string): Promise<void> {
  const content = Buffer.from(html);
  const hash = createHash('sha256').update(content).digest('base64url');
  pageHeaders(res).set('Cache-Control', 'no-cache').type('html');
  return sendBody(req, res, { hash, length: content.length, make: () => content });
}
