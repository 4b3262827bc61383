import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Response, Router } from 'express';
import { securityHeaders } from './answer.ts';

/**
 * speedscope runs with its own script and nothing else, and loads profiles from here only. Its empty `<style>`, filled
 * rule by rule, is allowed by the hash of nothing; when it starts it compiles a little WebAssembly.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `speedscope-Y2522XSH.js`: the build puts a hash of the content into the name. */
const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+$/;

/** `/speedscope/`: the viewer of the speedscope package, as it is published. Names are looked up, never opened. */
export function speedscopeRouter(): Router {
  const root = join(dirname(createRequire(import.meta.url).resolve('speedscope/package.json')), 'dist/release');
  const names = new Set(readdirSync(root));
  const router = Router({ strict: true });
  router.get('/speedscope', (_req, res) => {
    res.redirect(308, '/speedscope/');
  });
  const send = (res: Response, name: string) => {
    const keep = HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
    securityHeaders(res, POLICY).sendFile(name, { root, cacheControl: false, headers: { 'Cache-Control': keep } });
  };
  router.get('/speedscope/', (_req, res) => send(res, 'index.html'));
  router.get('/speedscope/:name', (req, res, next) => {
    const { name } = req.params;
    if (names.has(name)) send(res, name);
    else next();
  });
  return router;
}
