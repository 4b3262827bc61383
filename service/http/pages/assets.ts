import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import type { PageAssets } from '../../pages/page-shell.ts';
import { STYLESHEET } from '../../report/style.ts';
import { securityHeaders } from './answer.ts';

const FOLDER = join(import.meta.dirname, '../../pages/scripts');

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

interface Asset {
  readonly href: string;
  readonly type: string;
  readonly content: string;
}

/** Each after those that it imports. */
const MODULES = ['address.js', 'sync-graphs.js', 'tables.js', 'tabs.js', 'page.js'];

/** Reads the assets once. What a request asks for is looked up among these, never on the disk. */
function loadAssets(): { style: Asset; script: Asset; icon: Asset; all: readonly Asset[] } {
  const scripts = new Map<string, Asset>();
  for (const name of MODULES) scripts.set(name, asset(name, 'text/javascript', withHashes(read(name), scripts)));
  const script = scripts.get('page.js');
  if (script === undefined) throw new Error('page.js is not among the modules');
  const style = asset('style.css', 'text/css', STYLESHEET);
  const icon = asset('icon.svg', 'image/svg+xml', read('icon.svg'));
  return { style, script, icon, all: [style, icon, ...scripts.values()] };
}

/** An import names the file; a browser asks for the name with the hash. */
function withHashes(source: string, scripts: ReadonlyMap<string, Asset>): string {
  return source.replace(/(?<= from ')\.\/([a-z-]+\.js)(?=')/g, (_, name: string) => {
    const imported = scripts.get(name);
    if (imported === undefined) throw new Error(`${name} is imported but not served`);
    return imported.href;
  });
}

/** The hash in the name lets browsers keep an asset for ever and still see a new release at once. */
function asset(name: string, type: string, content: string): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { href: `/assets/${name.replace('.', `.${hash}.`)}`, type: `${type}; charset=utf-8`, content };
}

/** The addresses for the templates, and the route that serves them. */
export function pageAssets(version: string): { readonly assets: PageAssets; readonly router: Router } {
  const files = loadAssets();
  const byHref = new Map(files.all.map((file) => [file.href, file]));
  const router = Router();
  router.get('/assets/:name', (req, res, next) => {
    const file = byHref.get(`/assets/${req.params.name}`);
    if (!file) return next();
    // The icon has styles of its own.
    securityHeaders(res, "default-src 'none'; style-src 'unsafe-inline'")
      .set('Cache-Control', 'public, max-age=31536000, immutable')
      .type(file.type)
      .send(file.content);
  });
  return {
    assets: { style: files.style.href, script: files.script.href, icon: files.icon.href, version },
    router,
  };
}
