import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import type { PageAssets } from '../../report/layout.ts';
import { STYLESHEET } from '../../report/style.ts';
import { harden } from './answer.ts';

const FOLDER = join(import.meta.dirname, '../assets');

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

interface Asset {
  readonly href: string;
  readonly type: string;
  readonly content: string;
}

/** Modules that `page.js` imports. */
const MODULES = ['in-step.js', 'tables.js', 'tabs.js'];

/** Reads the assets once. What a request asks for is looked up among these, never on the disk. */
function loadAssets(): { style: Asset; script: Asset; icon: Asset; modules: readonly Asset[] } {
  const modules = new Map(MODULES.map((name) => [name, asset(name, 'text/javascript', read(name))]));
  // An import names the file; a browser asks for the name with the hash.
  const page = read('page.js').replace(
    /(?<= from ')\.\/([a-z-]+\.js)(?=')/g,
    (path, name: string) => modules.get(name)?.href ?? path,
  );
  return {
    style: asset('style.css', 'text/css', STYLESHEET),
    script: asset('page.js', 'text/javascript', page),
    icon: asset('icon.svg', 'image/svg+xml', read('icon.svg')),
    modules: [...modules.values()],
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
  const byHref = new Map([files.style, files.script, files.icon, ...files.modules].map((file) => [file.href, file]));
  const router = Router();
  router.get('/assets/:name', (req, res, next) => {
    const file = byHref.get(`/assets/${req.params.name}`);
    if (!file) return next();
    // The icon has styles of its own.
    harden(res, "default-src 'none'; style-src 'unsafe-inline'")
      .set('Cache-Control', 'public, max-age=31536000, immutable')
      .type(file.type)
      .send(file.content);
  });
  return {
    assets: { style: files.style.href, script: files.script.href, icon: files.icon.href, version },
    router,
  };
}
