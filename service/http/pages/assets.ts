import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import type { PageAssets } from '../../report/layout.ts';
import { STYLESHEET } from '../../report/style.ts';

const FOLDER = join(import.meta.dirname, '../assets');

interface Asset {
  readonly href: string;
  readonly type: string;
  readonly content: string;
}

/** Reads the assets once. What a request asks for is looked up among these, never on the disk. */
function loadAssets(): { style: Asset; script: Asset; icon: Asset } {
  return {
    style: asset('style.css', 'text/css', STYLESHEET),
    script: asset('page.js', 'text/javascript', readFileSync(join(FOLDER, 'page.js'), 'utf8')),
    icon: asset('icon.svg', 'image/svg+xml', readFileSync(join(FOLDER, 'icon.svg'), 'utf8')),
  };
}

/** The hash in the name lets browsers keep an asset for ever and still see a new release at once. */
function asset(name: string, type: string, content: string): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { href: `/assets/${name.replace('.', `.${hash}.`)}`, type: `${type}; charset=utf-8`, content };
}

/** The addresses for the templates, and the route that serves them. */
export function pageAssets(version: string): { readonly assets: PageAssets; readonly router: Router } {
  const files = loadAssets();
  const byHref = new Map(Object.values(files).map((file) => [file.href, file]));
  const router = Router();
  router.get('/assets/:name', (req, res, next) => {
    const file = byHref.get(`/assets/${req.params.name}`);
    if (!file) return next();
    res
      .set('Cache-Control', 'public, max-age=31536000, immutable')
      .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
      .set('X-Content-Type-Options', 'nosniff')
      .type(file.type)
      .send(file.content);
  });
  return {
    assets: { style: files.style.href, script: files.script.href, icon: files.icon.href, version },
    router,
  };
}
